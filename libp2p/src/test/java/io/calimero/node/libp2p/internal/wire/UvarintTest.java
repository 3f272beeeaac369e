// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.calimero.node.libp2p.MalformedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class UvarintTest {
  /** The examples of the unsigned-varint specification, and its largest value. */
  @ParameterizedTest
  @CsvSource({
    "0, 00",
    "1, 01",
    "127, 7f",
    "128, 8001",
    "255, ff01",
    "300, ac02",
    "16384, 808001",
    "9223372036854775807, ffffffffffffffff7f"
  })
  void theExamplesOfTheSpecificationAreReadAndWritten(final long value, final String hex) {
    assertThat(HexFormat.of().formatHex(Uvarint.encode(value))).isEqualTo(hex);
    assertThat(Uvarint.readWhole(Unpooled.wrappedBuffer(HexFormat.of().parseHex(hex))))
        .isEqualTo(value);
  }

  @Property
  void whatIsWrittenIsReadAgain(@ForAll @LongRange(min = 0) final long value) {
    final byte[] bytes = Uvarint.encode(value);
    assertThat(bytes).hasSize(Uvarint.size(value));
    assertThat(Uvarint.readWhole(Unpooled.wrappedBuffer(bytes))).isEqualTo(value);
  }

  @Property
  void anIncompleteVarintConsumesNothing(@ForAll @LongRange(min = 128) final long value) {
    final byte[] bytes = Uvarint.encode(value);
    final ByteBuf cut = Unpooled.wrappedBuffer(bytes, 0, bytes.length - 1);
    assertThat(Uvarint.read(cut)).isEqualTo(Uvarint.INCOMPLETE);
    assertThat(cut.readableBytes()).isEqualTo(bytes.length - 1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "8000",
        "ff00",
        "ffffffffffffffffff",
        "ffffffffffffffffff01",
        "80808080808080808080"
      })
  void longFormsAndLongVarintsAreRefused(final String hex) {
    final ByteBuf in = Unpooled.wrappedBuffer(HexFormat.of().parseHex(hex));
    assertThatThrownBy(() -> Uvarint.read(in)).isInstanceOf(MalformedException.class);
  }

  @Test
  void aNegativeNumberIsNotWritten() {
    assertThatThrownBy(() -> Uvarint.encode(-1)).isInstanceOf(IllegalArgumentException.class);
  }
}
