// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.calimero.node.cli.internal.terminal.Failure;
import io.calimero.node.cli.internal.terminal.Text;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * JSON (RFC 8259) as text. Arguments and outputs pass through the command line as they were
 * written: nothing is parsed into numbers and printed anew, so that none loses digits.
 */
public final class JsonText {
  private static final JsonFactory FACTORY = new JsonFactory();
  private static final int EXCERPT = 60;
  private static final Pattern CODE = Pattern.compile(" \\(code \\d+( / 0x\\p{XDigit}+)?\\)");

  private JsonText() {}

  /**
   * Checks that the text is one JSON value.
   *
   * @param what how to call the text in the message
   * @throws Failure a mistake in the usage, with the line and column and a mark under the place
   */
  public static void check(final String what, final String text) {
    try (JsonParser parser = FACTORY.createParser(text)) {
      if (parser.nextToken() == null) {
        throw Failure.usage(what + " must be JSON, but there is nothing");
      }
      parser.skipChildren();
      final boolean more = parser.nextToken() != null;
      if (more) {
        final JsonLocation place = parser.currentTokenLocation();
        throw mistake(what, text, "more follows after the end of the value", place);
      }
    } catch (final JsonProcessingException e) {
      throw mistake(what, text, firstSentence(e.getOriginalMessage()), e.getLocation()).because(e);
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The text of the value that the names lead to, one object within the other.
   *
   * @return nothing if one of the names is not there, or the text is no JSON
   */
  public static Optional<String> member(final String text, final String... names) {
    try (JsonParser parser = FACTORY.createParser(text)) {
      parser.nextToken();
      for (final String name : names) {
        if (!enter(parser, name)) {
          return Optional.empty();
        }
      }
      final int start = (int) parser.currentTokenLocation().getCharOffset();
      parser.skipChildren();
      // A scalar is read lazily: its end is known once it has been read whole.
      parser.getText();
      final int end = (int) parser.currentLocation().getCharOffset();
      return Optional.of(text.substring(start, end).strip());
    } catch (final JsonProcessingException e) {
      return Optional.empty();
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The text as a JSON string, with its quotation marks. */
  public static String quote(final String text) {
    return '"' + String.valueOf(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
  }

  // Goes on to the value of the name; false if the current value has no such member.
  private static boolean enter(final JsonParser parser, final String name) throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      return false;
    }
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      final boolean found = name.equals(parser.currentName());
      parser.nextToken();
      if (found) {
        return true;
      }
      parser.skipChildren();
    }
    return false;
  }

  private static Failure mistake(
      final String what, final String text, final String message, final JsonLocation place) {
    final int line = Math.max(1, place.getLineNr());
    final int column = Math.max(1, place.getColumnNr());
    final String shown = text.lines().skip(line - 1L).findFirst().orElse("");
    final int mark = Math.min(column - 1, shown.length());
    final int from = Math.max(0, mark - EXCERPT);
    final int to = Math.min(shown.length(), mark + EXCERPT);
    final String before = Text.oneLine(shown.substring(from, mark));
    final String after = Text.oneLine(shown.substring(mark, to));
    return Failure.usage(
            what + " must be JSON: " + message + " (line " + line + ", column " + column + ")")
        .hint("  " + before + after + "\n  " + " ".repeat(before.length()) + "^");
  }

  // Jackson says first what is wrong, then at length what it may have been.
  private static String firstSentence(final String message) {
    final int end = message.indexOf('\n');
    final String first = end < 0 ? message : message.substring(0, end);
    return Text.oneLine(CODE.matcher(first).replaceAll(""));
  }
}
