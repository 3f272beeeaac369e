// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p;

import java.io.Serial;

/** Bytes or text from outside that do not follow their specification. */
public final class MalformedException extends Libp2pException {
  @Serial private static final long serialVersionUID = 1L;

  /** Fails with {@code message}. */
  public MalformedException(final String message) {
    super(message);
  }

  /** Fails with {@code message} because of {@code cause}. */
  public MalformedException(final String message, final Throwable cause) {
    super(message, cause);
  }
}
