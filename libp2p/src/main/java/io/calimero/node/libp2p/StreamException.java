// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p;

import java.io.Serial;

/** A stream that was reset, closed or never opened; the message says by whom and why. */
public final class StreamException extends Libp2pException {
  @Serial private static final long serialVersionUID = 1L;

  /** Fails with {@code message}. */
  public StreamException(final String message) {
    super(message);
  }

  /** Fails with {@code message} because of {@code cause}. */
  public StreamException(final String message, final Throwable cause) {
    super(message, cause);
  }
}
