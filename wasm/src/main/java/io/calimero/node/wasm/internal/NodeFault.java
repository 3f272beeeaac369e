// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm.internal;

/** The node, not the guest, is why a call has no result. */
final class NodeFault extends Exception {
  private static final long serialVersionUID = 1L;

  NodeFault(final String reason, final Throwable cause) {
    super(reason, cause);
  }
}
