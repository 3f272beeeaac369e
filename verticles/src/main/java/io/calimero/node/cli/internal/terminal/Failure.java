// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal.terminal;

import org.jspecify.annotations.Nullable;

/**
 * A command ended without doing its work, for a reason that a person can understand: a message, an
 * exit code, and where there is one a hint what to do.
 */
public final class Failure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ExitCode code;
  private final String message;
  private final String hint;
  private final String answer;

  private Failure(
      final ExitCode code,
      final String message,
      final String hint,
      final String answer,
      final @Nullable Throwable cause) {
    super(message, cause);
    this.code = code;
    this.message = message;
    this.hint = hint;
    this.answer = answer;
  }

  /** A failure of this kind. */
  public static Failure of(final ExitCode code, final String message) {
    return new Failure(code, message, "", "", null);
  }

  /** A failure that ends with the code 1. */
  public static Failure failed(final String message) {
    return of(ExitCode.FAILED, message);
  }

  /** A mistake in the words or arguments. */
  public static Failure usage(final String message) {
    return of(ExitCode.USAGE, message);
  }

  /** The same with a hint, which may have several lines. */
  public Failure hint(final String text) {
    return new Failure(code, message, text, answer, getCause());
  }

  /** The same with the answer of the node that says so, for those who asked for the raw JSON. */
  public Failure answer(final String text) {
    return new Failure(code, message, hint, text, getCause());
  }

  /** The same with the exception that caused it. */
  public Failure because(final Throwable cause) {
    return new Failure(code, message, hint, answer, cause);
  }

  /** The exit code. */
  public ExitCode code() {
    return code;
  }

  /** What went wrong. */
  public String message() {
    return message;
  }

  /** What to do; empty if nothing is known. */
  public String hint() {
    return hint;
  }

  /** The node's answer as it came; empty if there is none. */
  public String answer() {
    return answer;
  }
}
