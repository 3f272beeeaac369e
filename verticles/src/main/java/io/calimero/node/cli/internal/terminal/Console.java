// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal.terminal;

import java.io.InputStream;
import java.io.PrintWriter;

/**
 * Where a command writes. Results go to the standard output, everything said about them to the
 * standard error, so that a script can take the former as it is.
 *
 * <p>Text that did not come from this program is to be passed through {@link Text} first.
 */
public final class Console {
  private final InputStream in;
  private final PrintWriter out;
  private final PrintWriter err;
  private final Traits traits;

  /**
   * A console.
   *
   * @param in what is typed or piped in
   * @param out the results
   * @param err the messages
   * @param traits what they are connected to
   */
  public Console(
      final InputStream in, final PrintWriter out, final PrintWriter err, final Traits traits) {
    this.in = in;
    this.out = out;
    this.err = err;
    this.traits = traits;
  }

  /** Writes a line of the result. */
  public void result(final String line) {
    out.println(line);
    out.flush();
  }

  /** Says something about the work: not a result. */
  public void note(final String line) {
    err.println(line);
    err.flush();
  }

  /** Says what went wrong, and how to go on. */
  public void error(final String message, final String hint) {
    err.println(errColour("error: ", Colour.RED) + message);
    if (!hint.isEmpty()) {
      err.println(hint);
    }
    err.flush();
  }

  /** Writes to the messages without a line break, for what is drawn over. */
  void draw(final String text) {
    err.print(text);
    err.flush();
  }

  /** The text in a colour, if results are shown on a terminal. */
  public String colour(final String text, final Colour colour) {
    return traits.colours() && traits.outTerminal() ? colour.paint(text) : text;
  }

  private String errColour(final String text, final Colour colour) {
    return traits.colours() && traits.errTerminal() ? colour.paint(text) : text;
  }

  /** What is typed or piped in. */
  public InputStream in() {
    return in;
  }

  /** The writer of the results. */
  public PrintWriter out() {
    return out;
  }

  /** The writer of the messages. */
  public PrintWriter err() {
    return err;
  }

  /** What the streams are connected to. */
  public Traits traits() {
    return traits;
  }

  /**
   * What the streams are connected to.
   *
   * @param inTerminal whether a person types
   * @param outTerminal whether a person reads the results
   * @param errTerminal whether a person reads the messages
   * @param colours whether colours are wanted, where there is a terminal
   */
  public record Traits(
      boolean inTerminal, boolean outTerminal, boolean errTerminal, boolean colours) {
    /** No terminal anywhere. */
    public static final Traits NONE = new Traits(false, false, false, false);
  }

  /** The few colours. */
  public enum Colour {
    /** Names of members in JSON, headings. */
    BLUE("\u001b[34m"),
    /** Texts. */
    GREEN("\u001b[32m"),
    /** Mistakes. */
    RED("\u001b[31m"),
    /** Numbers and literals. */
    YELLOW("\u001b[33m"),
    /** Headings. */
    BOLD("\u001b[1m"),
    /** What matters less. */
    FAINT("\u001b[2m");

    private final String start;

    Colour(final String start) {
      this.start = start;
    }

    private String paint(final String text) {
      return start + text + "\u001b[0m";
    }
  }
}
