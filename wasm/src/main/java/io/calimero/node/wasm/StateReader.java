// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm;

import io.calimero.node.events.Bytes;
import java.util.Optional;

/**
 * The state of a context as a call finds it. Must give the same answers throughout the call, and is
 * asked on the thread that runs the guest, possibly deep in its stack: an implementation answers
 * from memory, takes no lock for long and does not recurse.
 */
@FunctionalInterface
public interface StateReader {
  /** A state without entries. */
  StateReader EMPTY = key -> Optional.empty();

  /**
   * The value stored under the key. An exception thrown here ends the call and reaches the caller
   * of {@link WasmModule#call} as it is.
   */
  Optional<Bytes> get(Bytes key);
}
