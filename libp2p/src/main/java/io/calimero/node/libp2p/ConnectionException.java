// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p;

import java.io.Serial;

/** A connection that could not be made, or that has ended; the message says why. */
public final class ConnectionException extends Libp2pException {
  @Serial private static final long serialVersionUID = 1L;

  /** Fails with {@code message}. */
  public ConnectionException(final String message) {
    super(message);
  }

  /** Fails with {@code message} because of {@code cause}. */
  public ConnectionException(final String message, final Throwable cause) {
    super(message, cause);
  }
}
