// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p;

import java.io.Serial;

/** A peer that could not prove who it is, or that is not the one that was dialled. */
public final class AuthenticationException extends Libp2pException {
  @Serial private static final long serialVersionUID = 1L;

  /** Fails with {@code message}. */
  public AuthenticationException(final String message) {
    super(message);
  }

  /** Fails with {@code message} because of {@code cause}. */
  public AuthenticationException(final String message, final Throwable cause) {
    super(message, cause);
  }
}
