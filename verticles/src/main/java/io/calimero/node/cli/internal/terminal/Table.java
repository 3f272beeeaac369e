// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal.terminal;

import java.util.ArrayList;
import java.util.List;

/** Rows under headings, each column as wide as its widest cell; or names beside values. */
public final class Table {
  private static final String GAP = "  ";

  private final List<String> headings;
  private final List<List<String>> rows = new ArrayList<>();

  /** A table with these headings. */
  public Table(final String... headings) {
    this.headings = List.of(headings);
  }

  /** Adds a row of as many cells as there are headings. */
  public Table row(final String... cells) {
    if (cells.length != headings.size()) {
      throw new IllegalArgumentException("a row of " + cells.length + " cells");
    }
    final List<String> row = new ArrayList<>();
    for (final String cell : cells) {
      row.add(Text.oneLine(cell));
    }
    rows.add(row);
    return this;
  }

  /** Whether it has no rows. */
  public boolean isEmpty() {
    return rows.isEmpty();
  }

  /** Writes it as a result; without rows there is nothing to write, not even headings. */
  public void print(final Console console) {
    if (rows.isEmpty()) {
      return;
    }
    final int[] widths = widths();
    console.result(console.colour(line(headings, widths), Console.Colour.BOLD));
    for (final List<String> row : rows) {
      console.result(line(row, widths));
    }
  }

  /** Writes pairs of name and value as a result, the values below one another. */
  public static void printPairs(final Console console, final List<Pair> pairs) {
    final int width = pairs.stream().mapToInt(pair -> pair.name().length()).max().orElse(0);
    for (final Pair pair : pairs) {
      console.result(
          console.colour(pad(pair.name(), width), Console.Colour.FAINT)
              + GAP
              + Text.oneLine(pair.value()));
    }
  }

  private int[] widths() {
    final int[] widths = new int[headings.size()];
    for (int i = 0; i < widths.length; i++) {
      widths[i] = headings.get(i).length();
      for (final List<String> row : rows) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    return widths;
  }

  private static String line(final List<String> cells, final int[] widths) {
    final StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      line.append(i == 0 ? "" : GAP).append(pad(cells.get(i), widths[i]));
    }
    return line.toString().stripTrailing();
  }

  private static String pad(final String text, final int width) {
    return text + " ".repeat(Math.max(0, width - text.length()));
  }

  /**
   * A name and its value.
   *
   * @param name what it is
   * @param value what it has
   */
  public record Pair(String name, String value) {}
}
