// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.calimero.node.events.codec.Base58;
import io.calimero.node.events.codec.MalformedException;
import io.calimero.node.events.crypto.ContextKeys;
import io.calimero.node.events.crypto.KeyPair;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The published test vectors of the protocol. */
class IdentifierTest {
  private static Hash filled(final int value) {
    final byte[] bytes = new byte[Hash.LENGTH];
    Arrays.fill(bytes, (byte) value);
    return Hash.of(bytes);
  }

  @Test
  void theZeroHashIsThirtyTwoOnes() {
    assertThat(Hash.ZERO).hasToString("1".repeat(32));
    assertThat(Hash.parse("1".repeat(32))).isEqualTo(Hash.ZERO);
  }

  @Test
  void aSecretGivesTheKnownPublicKey() {
    assertThat(KeyPair.ofSecret(filled(7)).publicKey())
        .hasToString("GmaDrppBC7P5ARKV8g3djiwP89vz1jLK23V2GBjuAEGB");
    assertThat(filled(1)).hasToString("4vJ9JU1bJJE96FWSJKvHsmmFADCg4gpZQff4P3bkLKi");
    assertThat(KeyPair.ofSecret(filled(1)).publicKey())
        .hasToString("AKnL4NNf3DGWZJS6cPknBuEGnVsV4A4m5tgebLHaRSZ9");
  }

  @Test
  void aSeedGivesTheKnownContext() {
    final KeyPair zeros = ContextKeys.fromSeed(Hash.ZERO);
    assertThat(zeros.secret()).hasToString("BVnXF9KA8mFecX5ZihkWjy6LWzsB8kzxNmTbNoau8bMQ");
    assertThat(zeros.publicKey()).hasToString("DWCMp31rQoXjsT91Ftk7PKC7qs8qmQqZJdsUwo37p22j");
    assertThat(ContextKeys.fromSeed(filled(5)).publicKey())
        .hasToString("7FexN8J9H9whrTSLuEz2mRorMbxZeh54a2bjYkYH8MND");
  }

  @Test
  void anApplicationIsNamedByTheDigestOfItsBorshForm() {
    final Application application =
        new Application(
            BlobId.parse("B4vDoZ2b3EoHNyf727eRqm5cKwbniJL7NTwPqs3o4cwH"),
            5,
            "file:///apps/hello.wasm",
            Bytes.EMPTY);
    assertThat(HexFormat.of().formatHex(Application.CODEC.encode(application)))
        .isEqualTo(
            "9595c9df90075148eb06860365df33584b75bff782a510c6cd4883a419833d50"
                + "05000000000000001700000066696c653a2f2f2f617070732f68656c6c6f2e7761736d00000000");
    assertThat(application.id()).hasToString("E49pog294HuRScDMAjijmfmtRT5vKi3zr3maJsw4VxY4");
  }

  @Test
  void aSignatureIsTheKnownOne() {
    final KeyPair pair = KeyPair.ofSecret(filled(1));
    final Hash digest = Hash.sha256(new byte[] {1, 2, 3});
    assertThat(KeyPair.verify(pair.publicKey(), digest, pair.sign(digest))).isTrue();
    assertThat(KeyPair.verify(pair.publicKey(), Hash.ZERO, pair.sign(digest))).isFalse();
    assertThat(KeyPair.verify(new PublicKey(filled(255)), digest, pair.sign(digest))).isFalse();
  }

  @Test
  void textThatIsNoIdentifierIsRefusedWithTheReason() {
    assertThatThrownBy(() -> ContextId.parse("0OIl"))
        .isInstanceOf(MalformedException.class)
        .hasMessage("invalid base58");
    assertThatThrownBy(() -> ContextId.parse("abc"))
        .isInstanceOf(MalformedException.class)
        .hasMessage("invalid hash length");
    assertThatThrownBy(() -> ContextId.parse("z".repeat(1_000_000)))
        .isInstanceOf(MalformedException.class);
    assertThatThrownBy(() -> ContextId.parse("é".repeat(44)))
        .isInstanceOf(MalformedException.class);
  }

  @Test
  void base58GoesThereAndBack() {
    final long seed = System.nanoTime();
    final Random random = new Random(seed);
    for (int i = 0; i < 2000; i++) {
      final byte[] bytes = new byte[random.nextInt(40)];
      random.nextBytes(bytes);
      Arrays.fill(bytes, 0, bytes.length == 0 ? 0 : random.nextInt(bytes.length), (byte) 0);
      assertThat(Base58.decode(Base58.encode(bytes), 40)).as("seed %d", seed).isEqualTo(bytes);
    }
  }
}
