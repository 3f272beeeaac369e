// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.calimero.node.cli.internal.terminal.Console;
import io.calimero.node.cli.internal.terminal.Console.Colour;
import io.calimero.node.cli.internal.terminal.Text;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Shows JSON to people: on one line if it is short, else one member a line; in colours on a
 * terminal. Numbers keep their digits, and control characters within texts are shown as escapes.
 */
public final class JsonPrinter {
  private static final JsonFactory FACTORY = new JsonFactory();
  private static final int SHORT = 80;
  private static final String INDENT = "  ";

  private final Console console;
  private final StringBuilder shown = new StringBuilder();
  private final boolean broken;

  private JsonPrinter(final Console console, final boolean broken) {
    this.console = console;
    this.broken = broken;
  }

  /** The text as a person likes to see it; a text that is no JSON is shown as it is, cleaned. */
  public static String show(final String json, final Console console) {
    try {
      final String line = new JsonPrinter(console, false).print(json);
      // Escape sequences of colours have no width: the input's length is the better measure.
      return json.length() <= SHORT ? line : new JsonPrinter(console, true).print(json);
    } catch (final JsonProcessingException e) {
      return Text.clean(json);
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String print(final String json) throws IOException {
    try (JsonParser parser = FACTORY.createParser(json)) {
      boolean first = true;
      int depth = 0;
      boolean afterName = false;
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token.isStructEnd()) {
          depth--;
          lineBreak(depth, !first);
        } else if (!afterName) {
          shown.append(first ? "" : broken ? "," : ", ");
          lineBreak(depth, depth > 0);
        }
        shown.append(text(parser, token));
        depth += token.isStructStart() ? 1 : 0;
        first = token.isStructStart();
        afterName = token == JsonToken.FIELD_NAME;
      }
    }
    return shown.toString();
  }

  private void lineBreak(final int depth, final boolean wanted) {
    if (broken && wanted) {
      shown.append('\n').append(INDENT.repeat(depth));
    }
  }

  private String text(final JsonParser parser, final JsonToken token) throws IOException {
    return switch (token) {
      case FIELD_NAME -> console.colour(quoted(parser.currentName()), Colour.BLUE) + ": ";
      case VALUE_STRING -> console.colour(quoted(parser.getText()), Colour.GREEN);
      case START_OBJECT, END_OBJECT, START_ARRAY, END_ARRAY -> token.asString();
      default -> console.colour(parser.getText(), Colour.YELLOW);
    };
  }

  private static String quoted(final String text) {
    return Text.clean(JsonText.quote(text));
  }
}
