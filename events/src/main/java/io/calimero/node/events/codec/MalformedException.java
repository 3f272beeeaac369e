// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.codec;

/** Foreign bytes or text that do not have the form they must have. Carries no stack trace. */
public final class MalformedException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /** A malformation, said so that the sender can mend it. */
  public MalformedException(final String message) {
    super(message);
  }

  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }
}
