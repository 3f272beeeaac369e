// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p;

import java.io.Serial;

/** Two peers that have no protocol in common, or one that does not keep to the negotiation. */
public final class NegotiationException extends Libp2pException {
  @Serial private static final long serialVersionUID = 1L;

  /** Fails with {@code message}. */
  public NegotiationException(final String message) {
    super(message);
  }

  /** Fails with {@code message} because of {@code cause}. */
  public NegotiationException(final String message, final Throwable cause) {
    super(message, cause);
  }
}
