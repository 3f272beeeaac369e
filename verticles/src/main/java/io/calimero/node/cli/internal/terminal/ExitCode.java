// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal.terminal;

/** What the program's exit code says. The numbers are part of its interface: they never change. */
public enum ExitCode {
  /** Done. */
  OK(0, "done; also a node that was asked to stop and did"),
  /** It did not work, for a reason that has no code of its own. */
  FAILED(1, "failed"),
  /** The words, the arguments or the configuration are wrong. */
  USAGE(2, "wrong usage, arguments or configuration"),
  /** No node answers. */
  UNREACHABLE(3, "no node answers"),
  /** The node answered with an error. */
  REFUSED(4, "the node refused, or the called method failed"),
  /** A check was made, and found damage. */
  DAMAGED(5, "a check found damage"),
  /** The home or a port is in use by another process. */
  IN_USE(6, "the home or a port is in use by another process");

  private final int number;
  private final String meaning;

  ExitCode(final int number, final String meaning) {
    this.number = number;
    this.meaning = meaning;
  }

  /** The number that the process ends with. */
  public int number() {
    return number;
  }

  /** What it means, for help texts. */
  public String meaning() {
    return meaning;
  }
}
