// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.state.internal;

import io.calimero.node.events.Bytes;
import io.calimero.node.storage.state.StateEntry;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The entries of a base and of the overlay above it in one order, the overlay's where both have.
 */
final class MergedIterator implements Iterator<StateEntry> {
  private final Iterator<StateEntry> below;
  private final Iterator<Map.Entry<Bytes, Optional<Bytes>>> above;
  private @Nullable StateEntry nextBelow;
  private Map.@Nullable Entry<Bytes, Optional<Bytes>> nextAbove;
  private @Nullable StateEntry next;

  MergedIterator(
      final Iterator<StateEntry> below, final Iterator<Map.Entry<Bytes, Optional<Bytes>>> above) {
    this.below = below;
    this.above = above;
    nextBelow = below.hasNext() ? below.next() : null;
    nextAbove = above.hasNext() ? above.next() : null;
    next = find();
  }

  @Override
  public boolean hasNext() {
    return next != null;
  }

  @Override
  public StateEntry next() {
    final StateEntry result = next;
    if (result == null) {
      throw new NoSuchElementException();
    }
    next = find();
    return result;
  }

  private @Nullable StateEntry find() {
    while (true) {
      final StateEntry low = nextBelow;
      final Map.Entry<Bytes, Optional<Bytes>> high = nextAbove;
      if (high == null) {
        if (low != null) {
          nextBelow = below.hasNext() ? below.next() : null;
        }
        return low;
      }
      final int order = low == null ? 1 : low.key().compareTo(high.getKey());
      if (low != null && order <= 0) {
        nextBelow = below.hasNext() ? below.next() : null;
      }
      if (order < 0) {
        return low;
      }
      nextAbove = above.hasNext() ? above.next() : null;
      if (high.getValue().isPresent()) {
        return new StateEntry(high.getKey(), high.getValue().get());
      }
    }
  }
}
