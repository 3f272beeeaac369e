// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal.shell;

import java.util.ArrayList;
import java.util.List;

/**
 * A line of the prompt, split into words. Quotation marks and backslashes mean what they mean in
 * bash, so that lines can be pasted from there; and a word that begins with <code>{</code> or
 * {@code [} is JSON up to its closing bracket, so that nobody need quote it: {@code call CONTEXT
 * set {"key": "a b"}}.
 *
 * @param words the words, without their quotation marks
 * @param starts where each begins in the line
 * @param ends where each ends in the line
 * @param open whether the line ends within quotation marks or within JSON
 */
public record Words(List<String> words, List<Integer> starts, List<Integer> ends, boolean open) {
  /** Splits a line, which may have line breaks. */
  public static Words split(final String line) {
    return new Splitter(line).split();
  }

  private static final class Splitter {
    private final String line;
    private final List<String> words = new ArrayList<>();
    private final List<Integer> starts = new ArrayList<>();
    private final List<Integer> ends = new ArrayList<>();
    private int at;
    private boolean open;

    Splitter(final String line) {
      this.line = line;
    }

    Words split() {
      while (true) {
        while (at < line.length() && Character.isWhitespace(line.charAt(at))) {
          at++;
        }
        if (at == line.length()) {
          return new Words(words, starts, ends, open);
        }
        starts.add(at);
        final char first = line.charAt(at);
        words.add(first == '{' || first == '[' ? json() : word());
        ends.add(at);
      }
    }

    private String word() {
      final StringBuilder word = new StringBuilder();
      while (at < line.length() && !Character.isWhitespace(line.charAt(at))) {
        final char character = line.charAt(at++);
        switch (character) {
          case '\'' -> single(word);
          case '"' -> doubled(word);
          case '\\' -> escaped(word);
          default -> word.append(character);
        }
      }
      return word.toString();
    }

    private void single(final StringBuilder word) {
      final int end = line.indexOf('\'', at);
      open |= end < 0;
      word.append(line, at, end < 0 ? line.length() : end);
      at = end < 0 ? line.length() : end + 1;
    }

    private void doubled(final StringBuilder word) {
      while (at < line.length()) {
        final char character = line.charAt(at++);
        if (character == '"') {
          return;
        }
        final boolean escape =
            character == '\\' && at < line.length() && "\"\\$`".indexOf(line.charAt(at)) >= 0;
        word.append(escape ? line.charAt(at++) : character);
      }
      open = true;
    }

    private void escaped(final StringBuilder word) {
      if (at < line.length()) {
        word.append(line.charAt(at++));
      } else {
        open = true;
      }
    }

    private String json() {
      final int start = at;
      int depth = 0;
      boolean text = false;
      while (at < line.length()) {
        final char character = line.charAt(at++);
        if (text) {
          at += character == '\\' ? 1 : 0;
          text = character != '"';
        } else if (character == '"') {
          text = true;
        } else if (character == '{' || character == '[') {
          depth++;
        } else if (character == '}' || character == ']') {
          depth--;
        }
        if (depth == 0 && !text) {
          return line.substring(start, at) + word();
        }
      }
      at = line.length();
      open = true;
      return line.substring(start);
    }
  }
}
