// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p;

import java.io.Serial;

/** A limit of the host that was reached; the message names it and its value. */
public final class LimitException extends Libp2pException {
  @Serial private static final long serialVersionUID = 1L;

  /** Fails with {@code message}. */
  public LimitException(final String message) {
    super(message);
  }

  /** Fails with {@code message} because of {@code cause}. */
  public LimitException(final String message, final Throwable cause) {
    super(message, cause);
  }
}
