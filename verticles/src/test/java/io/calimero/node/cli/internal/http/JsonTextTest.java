// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.calimero.node.cli.internal.terminal.Console;
import io.calimero.node.cli.internal.terminal.Failure;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** JSON as text: checked, cut and shown. */
class JsonTextTest {
  @ParameterizedTest
  @ValueSource(strings = {"{}", " [1, 2.50, 1e999] ", "\"x\"", "null", "-1", "{\"a\":{\"b\":[]}}"})
  void whatIsJsonPasses(final String json) {
    JsonText.check("it", json);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", " ", "{", "}", "{\"a\"}", "nul", "1 2", "'a'", "{\"a\":01}", "\"\n\""})
  void whatIsNotJsonDoesNot(final String json) {
    assertThatThrownBy(() -> JsonText.check("it", json)).isInstanceOf(Failure.class);
  }

  @Test
  void theMarkOfAMistakeInALongLineStandsUnderIt() {
    final String json = "[" + "1,".repeat(100) + "x]";

    assertThatThrownBy(() -> JsonText.check("it", json))
        .isInstanceOfSatisfying(
            Failure.class,
            failure -> {
              assertThat(failure.message()).endsWith("(line 1, column 202)");
              final String[] lines = failure.hint().split("\n", -1);
              assertThat(lines[0].charAt(lines[1].indexOf('^'))).isEqualTo('x');
            });
  }

  @Test
  void aMemberIsCutOutAsItIs() {
    final String json = "{\"id\":1, \"result\" : {\"x\":[{}], \"output\": 1.0e5 }, \"z\":0}";

    assertThat(JsonText.member(json, "result", "output")).contains("1.0e5");
    assertThat(JsonText.member(json, "result")).contains("{\"x\":[{}], \"output\": 1.0e5 }");
    assertThat(JsonText.member("{\"a\":\"ä\\n\"}", "a")).contains("\"ä\\n\"");
    assertThat(JsonText.member("{\"a\":null}", "a")).contains("null");
    assertThat(JsonText.member(json, "result", "nothing")).isEmpty();
    assertThat(JsonText.member(json, "id", "nothing")).isEmpty();
    assertThat(JsonText.member("{\"a\":", "a")).isEmpty();
    assertThat(JsonText.member("nonsense", "a")).isEmpty();
  }

  @Property
  void everyTextCanBeQuotedAndCutOut(@ForAll final String text) {
    final String quoted = JsonText.quote(text);

    assertThat(JsonText.member("{\"a\":" + quoted + "}", "a")).contains(quoted);
  }

  @Test
  void shortValuesAreShownOnOneLine() {
    assertThat(show("{\"a\":[1,2.50,\"x\\u001b\"],\"b\":{},\"c\":[]}", false))
        .isEqualTo("{\"a\": [1, 2.50, \"x\\u001B\"], \"b\": {}, \"c\": []}");
    assertThat(show("null", false)).isEqualTo("null");
    assertThat(show("\"\u009b\u202e\"", false)).isEqualTo("\"\\u009b\\u202e\"");
  }

  @Test
  void longValuesAreShownOneMemberALine() {
    final String text = "\"" + "x".repeat(80) + "\"";

    assertThat(show("{\"a\":[1,{}],\"b\":" + text + ",\"c\":[]}", false))
        .isEqualTo("{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": " + text + ",\n  \"c\": []\n}");
  }

  @Test
  void onATerminalThereAreColours() {
    assertThat(show("{\"a\":[1,\"x\"]}", true))
        .isEqualTo("{\u001b[34m\"a\"\u001b[0m: [\u001b[33m1\u001b[0m, \u001b[32m\"x\"\u001b[0m]}");
  }

  @Test
  void whatIsNoJsonIsShownAsItIs() {
    assertThat(show("{oops\u001b", false)).isEqualTo("{oops\\u001b");
  }

  private static String show(final String json, final boolean terminal) {
    return JsonPrinter.show(
        json,
        new Console(
            InputStream.nullInputStream(),
            new PrintWriter(new StringWriter()),
            new PrintWriter(new StringWriter()),
            new Console.Traits(false, terminal, false, true)));
  }
}
