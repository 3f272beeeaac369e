// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PeerIdTest {
  /** The Ed25519 vector of the peer id specification. */
  private static final String SPEC_PRIVATE =
      "080112407e0830617c4a7de83925dfb2694556b12936c477a0e1feb2e148ec9da60fee7d"
          + "1ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e";

  private static final String SPEC_PUBLIC =
      "080112201ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e";

  private static byte[] hex(final String text) {
    return HexFormat.of().parseHex(text);
  }

  @Test
  void theEd25519VectorOfTheSpecificationIsReadAndWritten() {
    final PrivateKey key = PrivateKey.decode(hex(SPEC_PRIVATE));
    assertThat(key.publicKey()).isEqualTo(PublicKey.decode(hex(SPEC_PUBLIC)));
    assertThat(key.publicKey().encode()).isEqualTo(hex(SPEC_PUBLIC));
    assertThat(key.encode()).isEqualTo(hex(SPEC_PRIVATE));
    assertThat(key.toString()).doesNotContain("7e0830").contains(key.peerId().toString());
  }

  /** Keys, signatures over {@code a message} and ids that js-libp2p made. */
  @ParameterizedTest
  @CsvFileSource(resources = "/js-keys.csv")
  void keysOfJsLibp2pVerifyAndHaveTheSameId(
      final KeyType type, final String key, final String signature, final String id) {
    final PublicKey publicKey = PublicKey.decode(hex(key));
    final byte[] message = "a message".getBytes(StandardCharsets.UTF_8);
    assertThat(publicKey.type()).isEqualTo(type);
    assertThat(PeerId.of(publicKey)).hasToString(id).isEqualTo(PeerId.parse(id));
    assertThat(publicKey.verify(message, hex(signature))).isTrue();
    message[0]++;
    assertThat(publicKey.verify(message, hex(signature))).isFalse();
    assertThat(publicKey.verify(message, new byte[0])).isFalse();
    assertThat(publicKey.verify(message, new byte[64])).isFalse();
  }

  @Test
  void anEcdsaKeyInItsDerFormVerifies() throws GeneralSecurityException {
    final KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    final KeyPair pair = generator.generateKeyPair();
    final Signature signer = Signature.getInstance("SHA256withECDSA");
    signer.initSign(pair.getPrivate());
    signer.update(new byte[100]);
    final PublicKey key = PublicKey.of(KeyType.ECDSA, pair.getPublic().getEncoded());
    assertThat(PublicKey.decode(key.encode())).isEqualTo(key);
    assertThat(key.verify(new byte[100], signer.sign())).isTrue();
    assertThat(PeerId.of(key).toString()).startsWith("Qm");
    assertThat(PeerId.of(key).publicKey()).isEmpty();
  }

  @Test
  void anIdHasSeveralSpellingsAndOneIdentity() {
    final PeerId id = PeerId.parse("QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N");
    assertThat(PeerId.parse("bafzbeie5745rpv2m6tjyuugywy4d5ewrqgqqhfnf445he3omzpjbx5xqxe"))
        .isEqualTo(id);
    assertThat(PeerId.decode(id.encode())).isEqualTo(id);
  }

  @Test
  void anEd25519IdHoldsItsKey() {
    final PrivateKey key = PrivateKey.ofSeed(new byte[32]);
    assertThat(key.peerId().publicKey()).contains(key.publicKey());
    assertThat(key.peerId().matches(key.publicKey())).isTrue();
    assertThat(key.publicKey().verify(new byte[1], key.sign(new byte[1]))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "Qm",
        "12D3",
        "16Uiu",
        "bafz",
        "bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi"
      })
  void whatIsNoIdIsRefused(final String text) {
    assertThatThrownBy(() -> PeerId.parse(text)).isInstanceOf(MalformedException.class);
  }

  @Property(tries = 2000)
  void anyBytesAreAnIdOrRefused(@ForAll @Size(max = 60) final byte[] bytes) {
    try {
      assertThat(PeerId.decode(PeerId.decode(bytes).encode())).isEqualTo(PeerId.decode(bytes));
    } catch (final MalformedException e) {
      assertThat(e).hasMessageMatching("(?s).+");
    }
  }

  @Property(tries = 2000)
  void aDamagedKeyIsAKeyOrRefused(@ForAll final int at, @ForAll final byte value) {
    final byte[] bytes = hex(SPEC_PUBLIC);
    bytes[Math.floorMod(at, bytes.length)] = value;
    try {
      assertThat(PublicKey.decode(bytes).encode()).isNotEmpty();
    } catch (final MalformedException e) {
      assertThat(e).hasMessageMatching("(?s).+");
    }
  }
}
