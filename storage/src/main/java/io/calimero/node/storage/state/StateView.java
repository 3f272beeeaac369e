// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.state;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.Hash;
import io.calimero.node.events.WriteSet;
import io.calimero.node.storage.state.internal.LayeredView;
import java.util.Iterator;
import java.util.Optional;

/**
 * The state of one context at one position. It never changes, so any number of threads may read it
 * while others make newer views from it; it stays readable as long as someone holds it.
 */
public interface StateView extends Iterable<StateEntry> {

  /** The state of a context of which nothing was written. */
  static StateView empty() {
    return LayeredView.EMPTY;
  }

  /** The value of the key, or none if the key is not there. */
  Optional<Bytes> get(Bytes key);

  /**
   * The entries in the order of their keys as unsigned bytes. The iterator belongs to one thread.
   *
   * @param from the first key wanted
   * @param to the first key no longer wanted, or none to go on to the last
   */
  Iterator<StateEntry> scan(Bytes from, Optional<Bytes> to);

  /** All entries in the order of their keys. */
  @Override
  default Iterator<StateEntry> iterator() {
    return scan(Bytes.EMPTY, Optional.empty());
  }

  /**
   * The state root: the same for the same entries, however they came about, and for no others that
   * anyone can find (docs/decisions/0006).
   */
  Hash root();

  /** How many entries there are. */
  long entries();

  /** The bytes of all keys and values. */
  long sizeInBytes();

  /**
   * The state after the writes. This view stays as it is. Takes time by the number of writes, not
   * by the size of the state.
   */
  StateView apply(WriteSet writes);
}
