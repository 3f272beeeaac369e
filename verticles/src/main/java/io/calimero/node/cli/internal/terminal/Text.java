// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal.terminal;

import java.util.Locale;

/** Small things about text that people read. */
public final class Text {
  private static final String[] UNITS = {"KiB", "MiB", "GiB", "TiB"};
  private static final int STEP = 1024;

  private Text() {}

  /**
   * The text with its control characters shown as {@code \\u001b}: what a guest or another node
   * wrote must not move the cursor, recolour or re-title the terminal. Line breaks and tabs stay.
   */
  public static String clean(final String text) {
    final StringBuilder clean = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            point -> {
              if (isControl(point) || isBidi(point)) {
                clean.append(String.format(Locale.ROOT, "\\u%04x", point));
              } else {
                clean.appendCodePoint(point);
              }
            });
    return clean.toString();
  }

  /** The text on one line: cleaned, with line breaks and tabs shown too. */
  public static String oneLine(final String text) {
    return clean(text).replace("\n", "\\n").replace("\t", "\\t");
  }

  /** A number of bytes as people say it, such as {@code 1.4 MiB}. */
  public static String bytes(final long count) {
    if (count < STEP) {
      return count + " B";
    }
    double value = count;
    int unit = -1;
    while (value >= STEP && unit < UNITS.length - 1) {
      value /= STEP;
      unit++;
    }
    return String.format(Locale.ROOT, "%.1f %s", value, UNITS[unit]);
  }

  private static boolean isControl(final int point) {
    return Character.isISOControl(point) && point != '\n' && point != '\t';
  }

  // The characters that reorder what stands around them.
  private static boolean isBidi(final int point) {
    return (point >= 0x202a && point <= 0x202e) || (point >= 0x2066 && point <= 0x2069);
  }
}
