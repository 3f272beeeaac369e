// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm;

/** What a call may do to the state of its context. */
public enum Access {
  /** Read, write and emit. */
  MUTATE,
  /** Read. The first attempt to write or emit ends the call as {@link CallResult.WouldWrite}. */
  READ_ONLY
}
