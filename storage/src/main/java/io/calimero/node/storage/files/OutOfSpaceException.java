// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.files;

import java.io.IOException;

/** The disk is full, or the quota is used up. */
public final class OutOfSpaceException extends IOException {
  private static final long serialVersionUID = 1L;

  /** An exception saying what could not be stored. */
  public OutOfSpaceException(final String message) {
    super(message);
  }

  /** An exception with what the system said. */
  public OutOfSpaceException(final String message, final Throwable cause) {
    super(message, cause);
  }
}
