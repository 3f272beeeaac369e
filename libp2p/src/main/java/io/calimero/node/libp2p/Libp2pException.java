// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p;

import java.io.Serial;

/**
 * Anything that goes wrong between two peers. The subclass says what kind of failure it was, the
 * message which peer, address or protocol it happened with.
 */
public class Libp2pException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  /** Fails with {@code message}. */
  public Libp2pException(final String message) {
    super(message);
  }

  /** Fails with {@code message} because of {@code cause}. */
  public Libp2pException(final String message, final Throwable cause) {
    super(message, cause);
  }
}
