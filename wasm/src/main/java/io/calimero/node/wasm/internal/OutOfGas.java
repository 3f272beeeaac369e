// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm.internal;

/** Ends a guest whose gas did not suffice for what the host did for it. */
final class OutOfGas extends RuntimeException {
  private static final long serialVersionUID = 1L;

  OutOfGas() {
    super(Traps.OUT_OF_GAS, null, false, false);
  }
}
