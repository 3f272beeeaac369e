// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.Hash;
import io.calimero.node.events.PublicKey;
import io.calimero.node.events.codec.MalformedException;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.bouncycastle.math.ec.rfc7748.X25519;
import org.junit.jupiter.api.Test;

class IdentityBoxTest {
  private static final HexFormat HEX = HexFormat.of();
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final KeyPair ADA = KeyPair.ofSecret(Hash.sha256(new byte[] {1}));
  private static final KeyPair EVE = KeyPair.ofSecret(Hash.sha256(new byte[] {2}));
  private static final Bytes OCCASION = Bytes.utf8("an occasion");
  private static final byte[] CONTENT = {1, 2, 3};

  /** The vector that libsodium publishes for its conversion of keys. */
  @Test
  void identitiesAreConvertedAsLibsodiumDoes() {
    final KeyPair pair =
        KeyPair.ofSecret(
            Hash.of(
                HEX.parseHex("421151a459faeade3d247115f94aedae42318124095afabe4d1451a559faedee")));
    assertThat(HEX.formatHex(IdentityBox.montgomery(pair.publicKey().hash().toByteArray())))
        .isEqualTo("f1814f0e8ff1043d8a44d25babff3cedcae6c22c3edaa48f857ae70de2baae50");
    assertThat(HEX.formatHex(IdentityBox.scalar(pair.secret().toByteArray())))
        .isEqualTo("8052030376d47112be7f73ed7a019293dd12ad910b654455798b4667d73de166");
  }

  @Test
  void bothHalvesOfAnIdentityAreConvertedToOnePair() {
    for (int i = 0; i < 20; i++) {
      final KeyPair pair = KeyPair.generate(RANDOM);
      final byte[] publicKey = new byte[X25519.POINT_SIZE];
      X25519.scalarMultBase(IdentityBox.scalar(pair.secret().toByteArray()), 0, publicKey, 0);
      assertThat(publicKey)
          .isEqualTo(IdentityBox.montgomery(pair.publicKey().hash().toByteArray()));
    }
  }

  @Test
  void onlyTheIdentityOpensItsBoxAndOnlyForTheOccasion() {
    final IdentityBox box = IdentityBox.seal(ADA.publicKey(), OCCASION, CONTENT, RANDOM);
    assertThat(box.open(ADA, OCCASION)).hasValue(CONTENT);
    assertThat(box.open(EVE, OCCASION)).isEmpty();
    assertThat(box.open(ADA, Bytes.utf8("another occasion"))).isEmpty();
    assertThat(IdentityBox.seal(ADA.publicKey(), OCCASION, CONTENT, RANDOM)).isNotEqualTo(box);
  }

  @Test
  void aBoxThatWasChangedDoesNotOpen() {
    final IdentityBox box = IdentityBox.seal(ADA.publicKey(), OCCASION, CONTENT, RANDOM);
    for (int bit = 0; bit < 8 * box.ciphertext().length(); bit += 7) {
      assertThat(
              new IdentityBox(box.encapsulated(), flipped(box.ciphertext(), bit))
                  .open(ADA, OCCASION))
          .isEmpty();
    }
    for (int bit = 0; bit < 8 * 32; bit += 31) {
      assertThat(
              new IdentityBox(flipped(box.encapsulated(), bit), box.ciphertext())
                  .open(ADA, OCCASION))
          .isEmpty();
    }
    // The point of order one, with which every secret agrees on zeros
    assertThat(new IdentityBox(Bytes.wrap(new byte[32]), box.ciphertext()).open(ADA, OCCASION))
        .isEmpty();
    assertThat(new IdentityBox(box.encapsulated(), Bytes.EMPTY).open(ADA, OCCASION)).isEmpty();
  }

  @Test
  void whatIsNoIdentityGetsNoBox() {
    final byte[] one = new byte[32];
    one[0] = 1;
    for (final Hash none : new Hash[] {Hash.ZERO, Hash.of(one), Hash.sha256(new byte[] {6})}) {
      final PublicKey key = new PublicKey(none);
      try {
        assertThat(IdentityBox.seal(key, OCCASION, CONTENT, RANDOM).open(ADA, OCCASION)).isEmpty();
      } catch (final MalformedException refused) {
        assertThat(refused).hasMessageContaining("identity");
      }
    }
    assertThatThrownBy(() -> IdentityBox.seal(new PublicKey(Hash.ZERO), OCCASION, CONTENT, RANDOM))
        .isInstanceOf(MalformedException.class);
  }

  private static Bytes flipped(final Bytes bytes, final int bit) {
    final byte[] changed = bytes.toByteArray();
    changed[bit / 8] ^= (byte) (1 << (bit % 8));
    return Bytes.wrap(changed);
  }
}
