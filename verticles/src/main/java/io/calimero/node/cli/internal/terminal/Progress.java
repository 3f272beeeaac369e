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
  private final long quiet;
  private final long started;
  private long last;
  private boolean drawn;
  private boolean seen;

  /** Begins to watch the work that is called so; nothing is shown of what is done at once. */
  public Progress(final Console console, final Clock clock, final String what) {
    this(console, clock, what, QUIET_MILLIS);
  }

  private Progress(final Console console, final Clock clock, final String what, final long quiet) {
    this.console = console;
    this.quiet = quiet;
    this.clock = clock;
    this.what = what;
    started = clock.millis();
    last = started;
  }

  /** Work that is to be seen, however quickly it is done. */
  public static Progress shown(final Console console, final Clock clock, final String what) {
    return new Progress(console, clock, what, 0);
  }

  /** All is done: the full bar stays, with what there is to say about it. */
  public void done(final String result) {
    close();
    console.note(
        result
            + (console.traits().errTerminal() ? " [" + "#".repeat(WIDTH) + "] 100 %" : " 100 %"));
  }

  /** The work goes on; nobody knows for how long. */
  public void waiting() {
    show("");
  }

  /** So much of the whole is done, in whatever unit. */
  public void at(final long done, final long whole) {
    final double part = whole <= 0 ? 1 : Math.clamp((double) done / whole, 0, 1);
    final int percent = (int) (part * 100);
    if (!console.traits().errTerminal()) {
      show(percent + " %");
      return;
    }
    final int full = (int) (part * WIDTH);
    final String bar = "#".repeat(full) + "-".repeat(WIDTH - full);
    show(String.format(Locale.ROOT, "[%s] %3d %%", bar, percent));
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
    final boolean first = quiet == 0 && !seen;
    final boolean early = now - started < quiet;
    if (!first && (early || now - last < (terminal ? REDRAW_MILLIS : LINE_MILLIS))) {
      return;
    }
    last = now;
    seen = true;
    final String text = what + (state.isEmpty() ? "" : " " + state) + elapsed(now);
    if (terminal) {
      console.draw(ERASE + text);
      drawn = true;
    } else {
      console.note(text);
    }
  }

  private String elapsed(final long now) {
    return " (" + (now - started) / 1000 + " s)";
  }
}
