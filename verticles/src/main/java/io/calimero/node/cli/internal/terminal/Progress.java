// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal.terminal;

import java.time.Clock;
import java.util.Locale;

/**
 * How far a long piece of work is: a bar that is drawn over on a terminal, otherwise a line every
 * ten seconds, so that a log of it stays short. Work of less than half a second shows nothing.
 *
 * <p>Not safe for use by several threads.
 */
public final class Progress implements AutoCloseable {
  private static final int WIDTH = 30;
  private static final long QUIET_MILLIS = 500;
  private static final long REDRAW_MILLIS = 100;
  private static final long LINE_MILLIS = 10_000;
  private static final String ERASE = "\r\u001b[K";

  private final Console console;
  private final Clock clock;
  private final String what;
  private final long started;
  private long last;
  private boolean drawn;

  /** Begins to watch the work that is called so. */
  public Progress(final Console console, final Clock clock, final String what) {
    this.console = console;
    this.clock = clock;
    this.what = what;
    started = clock.millis();
    last = started;
  }

  /** The work goes on; nobody knows for how long. */
  public void waiting() {
    show("");
  }

  /** So much of the whole is done, in whatever unit. */
  public void at(final long done, final long whole) {
    final double part = whole <= 0 ? 1 : Math.clamp((double) done / whole, 0, 1);
    show(bar(part) + String.format(Locale.ROOT, " %3d %%", (int) (part * 100)));
  }

  /** So many are done of nobody knows how many. */
  public void counted(final long done, final String unit) {
    show(done + " " + unit);
  }

  /** Takes the bar away. */
  @Override
  public void close() {
    if (drawn) {
      console.draw(ERASE);
      drawn = false;
    }
  }

  private void show(final String state) {
    final long now = clock.millis();
    final boolean terminal = console.traits().errTerminal();
    final boolean early = now - started < QUIET_MILLIS;
    if (early || now - last < (terminal ? REDRAW_MILLIS : LINE_MILLIS)) {
      return;
    }
    last = now;
    final String text = what + (state.isEmpty() ? "" : " " + state) + elapsed(now);
    if (terminal) {
      console.draw(ERASE + text);
      drawn = true;
    } else {
      console.note(text);
    }
  }

  private String bar(final double part) {
    if (!console.traits().errTerminal()) {
      return "";
    }
    final int full = (int) (part * WIDTH);
    return "[" + "#".repeat(full) + "-".repeat(WIDTH - full) + "]";
  }

  private String elapsed(final long now) {
    return " (" + (now - started) / 1000 + " s)";
  }
}
