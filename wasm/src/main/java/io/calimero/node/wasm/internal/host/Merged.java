// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm.internal.host;

import io.calimero.node.events.Bytes;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The entries of a state and over them what was written since, both in the order of their keys. */
final class Merged implements Iterator<Map.Entry<Bytes, Bytes>> {
  private final Iterator<Map.Entry<Bytes, Bytes>> below;
  private final Iterator<Map.Entry<Bytes, Optional<Bytes>>> above;
  private Map.@Nullable Entry<Bytes, Bytes> lower;
  private Map.@Nullable Entry<Bytes, Optional<Bytes>> upper;
  private Map.@Nullable Entry<Bytes, Bytes> next;

  Merged(
      final Iterator<Map.Entry<Bytes, Bytes>> below,
      final Iterator<Map.Entry<Bytes, Optional<Bytes>>> above) {
    this.below = below;
    this.above = above;
    lower = below.hasNext() ? below.next() : null;
    upper = above.hasNext() ? above.next() : null;
    advance();
  }

  @Override
  public boolean hasNext() {
    return next != null;
  }

  @Override
  public Map.Entry<Bytes, Bytes> next() {
    final Map.Entry<Bytes, Bytes> entry = next;
    if (entry == null) {
      throw new NoSuchElementException();
    }
    advance();
    return entry;
  }

  private void advance() {
    next = null;
    while (next == null && (lower != null || upper != null)) {
      final Map.Entry<Bytes, Bytes> low = lower;
      final Map.Entry<Bytes, Optional<Bytes>> up = upper;
      if (up == null || (low != null && low.getKey().compareTo(up.getKey()) < 0)) {
        next = low;
        stepBelow();
        continue;
      }
      if (low != null && low.getKey().equals(up.getKey())) {
        stepBelow();
      }
      upper = above.hasNext() ? above.next() : null;
      next = up.getValue().map(value -> Map.entry(up.getKey(), value)).orElse(null);
    }
  }

  private void stepBelow() {
    lower = below.hasNext() ? below.next() : null;
  }
}
