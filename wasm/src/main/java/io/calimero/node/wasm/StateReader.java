// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm;

import io.calimero.node.events.Bytes;
import java.util.Iterator;
import java.util.Map;
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

  /**
   * The entries in the order of their keys as unsigned bytes. Needed by guests that keep an index
   * or collections with the host; a state that leaves it out ends their calls with the exception
   * below.
   *
   * @param from the first key wanted
   * @param to the first key no longer wanted
   * @throws UnsupportedOperationException if this state can only be asked key by key
   */
  default Iterator<Map.Entry<Bytes, Bytes>> scan(final Bytes from, final Bytes to) {
    throw new UnsupportedOperationException("this state has no order");
  }
}
