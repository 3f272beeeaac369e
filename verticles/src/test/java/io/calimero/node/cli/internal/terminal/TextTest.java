// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Text from elsewhere, and numbers for people. */
class TextTest {
  @Test
  void whatWouldSteerTheTerminalIsShownInstead() {
    assertThat(Text.clean("a\u001b[31mb\u009bc\u202ed\r\n\te\u0000"))
        .isEqualTo("a\\u001b[31mb\\u009bc\\u202ed\\u000d\n\te\\u0000");
    assertThat(Text.oneLine("a\nb\tc")).isEqualTo("a\\nb\\tc");
    assertThat(Text.clean("grüße 😀")).isEqualTo("grüße 😀");
  }

  @Test
  void sizesAreInTheUnitThatFits() {
    assertThat(Text.bytes(0)).isEqualTo("0 B");
    assertThat(Text.bytes(1023)).isEqualTo("1023 B");
    assertThat(Text.bytes(1536)).isEqualTo("1.5 KiB");
    assertThat(Text.bytes(5L << 30)).isEqualTo("5.0 GiB");
    assertThat(Text.bytes(Long.MAX_VALUE)).isEqualTo("8388608.0 TiB");
  }
}
