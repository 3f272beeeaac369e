// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.calimero.node.libp2p.MalformedException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class BaseNTest {
  /** The vectors of draft-msporny-base58. */
  @ParameterizedTest
  @CsvSource({
    "48656c6c6f20576f726c6421, 2NEpo7TZRRrLZSi2U",
    "0000287fb4cd, 11233QC4",
    "00, 1",
    "'', ''"
  })
  void base58FollowsItsVectors(final String hex, final String text) {
    final byte[] bytes = HexFormat.of().parseHex(hex);
    assertThat(BaseN.toBase58(bytes)).isEqualTo(text);
    assertThat(BaseN.fromBase58(text)).isEqualTo(bytes);
  }

  /** The vectors of RFC 4648, section 10, without padding. */
  @ParameterizedTest
  @CsvSource({
    "f, my",
    "fo, mzxq",
    "foo, mzxw6",
    "foob, mzxw6yq",
    "fooba, mzxw6ytb",
    "foobar, mzxw6ytboi"
  })
  void base32FollowsItsVectors(final String plain, final String text) {
    final byte[] bytes = plain.getBytes(StandardCharsets.UTF_8);
    assertThat(BaseN.toBase32(bytes)).isEqualTo(text);
    assertThat(BaseN.fromBase32(text)).isEqualTo(bytes);
  }

  @Property(tries = 300)
  void bothSpellingsAreReadAgain(@ForAll @Size(max = 100) final byte[] bytes) {
    assertThat(BaseN.fromBase58(BaseN.toBase58(bytes))).isEqualTo(bytes);
    assertThat(BaseN.fromBase32(BaseN.toBase32(bytes))).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "O", "I", "l", "a b", "é"})
  void foreignCharactersAreRefused(final String text) {
    assertThatThrownBy(() -> BaseN.fromBase58(text)).isInstanceOf(MalformedException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"A", "a", "mz1", "m1", "mzxw7"})
  void base32WithBitsLeftOverIsRefused(final String text) {
    assertThatThrownBy(() -> BaseN.fromBase32(text)).isInstanceOf(MalformedException.class);
  }
}
