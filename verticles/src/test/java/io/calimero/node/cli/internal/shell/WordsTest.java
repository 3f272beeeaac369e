// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** How a line becomes words. */
class WordsTest {
  @Test
  void blanksDivideWords() {
    assertThat(Words.split("  app \t ls\n").words()).containsExactly("app", "ls");
    assertThat(Words.split("").words()).isEmpty();
  }

  @Test
  void quotationMarksAndBackslashesMeanWhatTheyMeanInBash() {
    assertThat(Words.split("'a b' \"c \\\" d\" e\\ f g'h'\"i\" '' \"\\n\"").words())
        .containsExactly("a b", "c \" d", "e f", "ghi", "", "\\n");
  }

  @Test
  void jsonNeedsNoQuotationMarks() {
    assertThat(Words.split("call C m {\"a b\": [1, {\"}\": \"\\\"} ]\"}]} --as K").words())
        .containsExactly("call", "C", "m", "{\"a b\": [1, {\"}\": \"\\\"} ]\"}]}", "--as", "K");
    assertThat(Words.split("[1, 2] x").words()).containsExactly("[1, 2]", "x");
  }

  @Test
  void whatIsNotClosedIsOpen() {
    assertThat(List.of("'a", "\"a", "a\\", "{\"a\"", "[1", "{\"a\": \"}", "{\"\\"))
        .allSatisfy(line -> assertThat(Words.split(line).open()).as(line).isTrue());
    assertThat(Words.split("a 'b' {\"c\":1}").open()).isFalse();
  }

  @Property
  void everyLineIsSplitSomehow(@ForAll final String line) {
    final Words words = Words.split(line);

    assertThat(words.starts()).hasSameSizeAs(words.words());
    assertThat(words.ends()).hasSameSizeAs(words.words());
  }

  @Property
  void whatIsQuotedComesBack(@ForAll @NotEmpty @Size(max = 5) final List<String> words) {
    final StringBuilder line = new StringBuilder();
    for (final String word : words) {
      line.append('\'').append(word.replace("'", "'\\''")).append("' ");
    }

    assertThat(Words.split(line.toString()).words()).isEqualTo(words);
  }
}
