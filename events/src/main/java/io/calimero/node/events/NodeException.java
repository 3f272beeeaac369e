// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events;

/** A {@link Problem} on its way to whoever asked. Expected, so it carries no stack trace. */
public final class NodeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Problem problem;

  /** An exception for the problem. */
  public NodeException(final Problem problem) {
    super(problem.message(), null, false, false);
    this.problem = problem;
  }

  /** What is wrong. */
  public Problem problem() {
    return problem;
  }
}
