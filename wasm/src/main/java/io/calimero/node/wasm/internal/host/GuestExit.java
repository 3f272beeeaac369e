// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm.internal.host;

import io.calimero.node.wasm.CallResult;

/** Ends a call from within a host function. Recognised by identity, hence without a stack trace. */
public final class GuestExit extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient CallResult result;

  GuestExit(final CallResult result) {
    super("the call ends", null, false, false);
    this.result = result;
  }

  /** How the call ends. */
  public CallResult result() {
    return result;
  }
}
