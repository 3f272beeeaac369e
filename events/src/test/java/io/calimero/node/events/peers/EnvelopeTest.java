// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Samples;
import io.calimero.node.events.codec.MalformedException;
import io.calimero.node.events.crypto.EpochKey;
import io.calimero.node.events.crypto.KeyPair;
import io.calimero.node.events.crypto.Signature;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EnvelopeTest {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final EpochKey KEY = EpochKey.ofSecret(Hash.sha256(new byte[] {1}).toByteArray());
  private static final EpochKey OTHER =
      EpochKey.ofSecret(Hash.sha256(new byte[] {2}).toByteArray());
  private static final String TOPIC = GossipMessage.topic(Samples.CONTEXT);

  /** Made by another implementation of HKDF and AES-GCM, from docs/formats.md. */
  private static final String VECTOR =
      "0202010000000000003405e1e0fb7820541bc1b14fc69c367c000000000000000000000000000000"
          + "00050000000000000020000000c00ece415b54a9baa6a49abdd1c6eb0b7f44cec8e6c150b1701efe"
          + "b5cdb81048";

  private static final Bytes CONTENT = Bytes.utf8("what members say");

  private static Envelope sealed() {
    return new Sealer(KEY, 3, RANDOM).seal(TOPIC, "ada", CONTENT);
  }

  @Test
  void whoHasTheKeyReadsItAsItWasSaid() {
    final Envelope read = Envelope.CODEC.decode(Envelope.CODEC.encode(sealed()));
    assertThat(read.open(KEY, TOPIC, "ada")).hasValue(CONTENT);
    assertThat(read.epoch()).isEqualTo(3);
    assertThat(read.keyId()).isEqualTo(KEY.id());
  }

  @Test
  void whoHasNotReadsNothingOfItNorOfWhatItIsAbout() {
    final byte[] bytes = Envelope.CODEC.encode(sealed());
    final String hex = HexFormat.of().formatHex(bytes);
    assertThat(hex)
        .doesNotContain(HexFormat.of().formatHex(CONTENT.toByteArray()))
        .doesNotContain(HexFormat.of().formatHex(Samples.CONTEXT.hash().toByteArray()));
    assertThat(sealed().open(OTHER, TOPIC, "ada")).isEmpty();
    assertThat(TOPIC).isNotEqualTo(Samples.CONTEXT.toString());
  }

  @Test
  void itCannotBeSaidElsewhereNorBySomebodyElse() {
    assertThat(sealed().open(KEY, "another topic", "ada")).isEmpty();
    assertThat(sealed().open(KEY, TOPIC, "eve")).isEmpty();
    // Not even where the two texts together are the same
    assertThat(new Sealer(KEY, 1, RANDOM).seal("ab", "c", CONTENT).open(KEY, "a", "bc")).isEmpty();
  }

  @Test
  void everyBitOfItIsAuthenticated() {
    final byte[] bytes = Envelope.CODEC.encode(sealed());
    for (int bit = 8; bit < bytes.length * 8; bit++) {
      final byte[] changed = bytes.clone();
      changed[bit / 8] ^= (byte) (1 << (bit % 8));
      try {
        assertThat(Envelope.CODEC.decode(changed).open(KEY, TOPIC, "ada")).isEmpty();
      } catch (final MalformedException refused) {
        assertThat(refused.getMessage()).isNotBlank();
      }
    }
  }

  @Test
  void noNonceIsUsedTwiceUnderAKeyNorAfterARestart() {
    final Set<Bytes> used = new HashSet<>();
    for (int restart = 0; restart < 20; restart++) {
      final Sealer sealer = new Sealer(KEY, 3, RANDOM);
      Bytes session = Bytes.EMPTY;
      for (long i = 0; i < 50; i++) {
        final Envelope envelope = sealer.seal(TOPIC, "ada", CONTENT);
        assertThat(envelope.counter()).isEqualTo(i);
        assertThat(session.isEmpty() || session.equals(envelope.session())).isTrue();
        session = envelope.session();
      }
      assertThat(used.add(session)).isTrue();
    }
  }

  /** Only what was encrypted under one key for real would fill the test's time, so it counts. */
  @Test
  void aSessionEndsBeforeItHasTooManyMessages() {
    assertThat(Sealer.SESSION_MESSAGES).isLessThanOrEqualTo(1L << 32);
    final Bytes session = Bytes.wrap(new byte[Envelope.SESSION_LENGTH]);
    final Envelope last =
        Envelope.seal(KEY, 1, session, Sealer.SESSION_MESSAGES - 1, TOPIC, "ada", CONTENT);
    assertThat(last.open(KEY, TOPIC, "ada")).hasValue(CONTENT);
  }

  /** The parts are fixed: nodes of other versions read them. */
  @Test
  void theBytesOfFormatTwoAreFixed() {
    final Bytes session = Bytes.wrap(new byte[Envelope.SESSION_LENGTH]);
    final byte[] bytes =
        Envelope.CODEC.encode(Envelope.seal(KEY, 258, session, 5, "topic", "ada", CONTENT));
    assertThat(bytes)
        .startsWith(2, 2, 1, 0, 0, 0, 0, 0, 0)
        .hasSize(1 + 8 + 16 + 16 + 8 + 4 + CONTENT.length() + 16);
    assertThat(HexFormat.of().formatHex(bytes)).isEqualTo(VECTOR);
  }

  @Test
  void whatIsTooLargeIsNotSealedNorRead() {
    final Bytes large = Bytes.wrap(new byte[Envelope.MAX_CONTENT + 1]);
    assertThatThrownBy(() -> new Sealer(KEY, 1, RANDOM).seal(TOPIC, "ada", large))
        .isInstanceOf(MalformedException.class);
    final Envelope good = sealed();
    assertThatThrownBy(
            () ->
                new Envelope(
                    1,
                    good.keyId(),
                    good.session(),
                    0,
                    Bytes.wrap(new byte[Envelope.MAX_CONTENT + 17])))
        .isInstanceOf(MalformedException.class);
  }

  @Test
  void foreignBytesAreRefusedOrDoNotOpenAndNothingElse() {
    final long seed = System.nanoTime();
    final Random random = new Random(seed);
    final byte[] good = Envelope.CODEC.encode(sealed());
    for (int i = 0; i < 20_000; i++) {
      final byte[] bytes = Arrays.copyOf(good, 1 + random.nextInt(good.length + 4));
      for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      }
      final byte[] noise = new byte[random.nextInt(200)];
      random.nextBytes(noise);
      for (final byte[] foreign : new byte[][] {bytes, noise}) {
        try {
          final Envelope read = Envelope.CODEC.decode(foreign);
          assertThat(Envelope.CODEC.encode(read)).as("seed %d", seed).isEqualTo(foreign);
          assertThat(Arrays.equals(foreign, good) || read.open(KEY, TOPIC, "ada").isEmpty())
              .as("seed %d", seed)
              .isTrue();
        } catch (final MalformedException refused) {
          assertThat(refused.getMessage()).as("seed %d", seed).isNotBlank();
        }
      }
    }
  }

  @Test
  void aKeyIsHandedToOneMemberInOneConversationIfTheCoordinatorVouches() {
    final KeyPair coordinator = Samples.MEMBER;
    final KeyPair ben = KeyPair.ofSecret(Hash.sha256(new byte[] {3}));
    final KeyPair eve = KeyPair.ofSecret(Hash.sha256(new byte[] {4}));
    final Bytes nonce = Bytes.wrap(new byte[PeerMessage.NONCE_LENGTH]);
    final Membership talk = new Membership(Samples.CONTEXT, "ben", "ada", nonce, nonce);
    final Signature vouched = coordinator.sign(HandedKey.vouching(Samples.CONTEXT, 3, KEY));
    final HandedKey handed = HandedKey.seal(3, vouched, KEY, ben.publicKey(), talk, RANDOM);
    assertThat(handed.open(ben, talk, coordinator.publicKey()).map(EpochKey::id))
        .hasValue(KEY.id());
    assertThat(handed.open(eve, talk, coordinator.publicKey())).isEmpty();
    assertThat(handed.open(ben, talk, eve.publicKey())).isEmpty();
    final Membership other = new Membership(Samples.CONTEXT, "eve", "ada", nonce, nonce);
    assertThat(handed.open(ben, other, coordinator.publicKey())).isEmpty();
    final HandedKey later = new HandedKey(4, vouched, handed.box());
    assertThat(later.open(ben, talk, coordinator.publicKey())).isEmpty();
    final HandedKey swapped = HandedKey.seal(3, vouched, OTHER, ben.publicKey(), talk, RANDOM);
    assertThat(swapped.open(ben, talk, coordinator.publicKey())).isEmpty();
  }
}
