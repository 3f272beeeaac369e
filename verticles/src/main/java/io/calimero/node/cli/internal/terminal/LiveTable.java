// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal.terminal;

import java.util.List;

/**
 * A table whose rows change: drawn over on a terminal. Elsewhere it is written once, when its rows
 * are final.
 *
 * <p>Not safe for use by several threads.
 */
public final class LiveTable implements AutoCloseable {
  private static final String UP = "\u001b[";
  private static final String LINES = "A";
  private static final String ERASE_BELOW = "\u001b[J";

  private final Console console;
  private final String[] headings;
  private int drawn;

  /** A table with these headings. */
  public LiveTable(final Console console, final String... headings) {
    this.console = console;
    this.headings = headings.clone();
  }

  /**
   * Shows rows in the place of those before.
   *
   * @param last whether they stay
   */
  public void show(final List<List<String>> rows, final boolean last) {
    if (!last && !console.traits().outTerminal()) {
      return;
    }
    erase();
    final Table table = new Table(headings);
    rows.forEach(row -> table.row(row.toArray(String[]::new)));
    table.print(console);
    drawn = last ? 0 : rows.size() + 1;
  }

  /** Takes away what is not final. */
  @Override
  public void close() {
    erase();
  }

  private void erase() {
    if (drawn > 0) {
      console.out().print(UP + drawn + LINES + ERASE_BELOW);
      console.out().flush();
      drawn = 0;
    }
  }
}
