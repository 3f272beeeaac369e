// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.state.internal;

import io.calimero.node.events.Bytes;
import io.calimero.node.storage.state.StateEntry;
import java.util.Collections;
import java.util.Iterator;
import java.util.Optional;

/** Entries that never change, beneath the overlay of a view. */
interface Base {
  /** No entries. */
  Base EMPTY =
      new Base() {
        @Override
        public Optional<Bytes> get(final Bytes key) {
          return Optional.empty();
        }

        @Override
        public Iterator<StateEntry> scan(final Bytes from, final Optional<Bytes> to) {
          return Collections.emptyIterator();
        }
      };

  /** The value of the key. */
  Optional<Bytes> get(Bytes key);

  /** The entries in order. */
  Iterator<StateEntry> scan(Bytes from, Optional<Bytes> to);
}
