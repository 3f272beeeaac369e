// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm.internal.host;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.Limits;
import io.calimero.node.events.WriteSet;
import io.calimero.node.wasm.StateReader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The state as one call sees it: what it found, and over it what it wrote. */
final class Writes {
  private final Limits limits;
  private final StateReader state;
  private final Meter meter;
  private final TreeMap<Bytes, Optional<Bytes>> writes = new TreeMap<>();
  private int count;
  private long bytes;

  Writes(final Limits limits, final StateReader state, final Meter meter) {
    this.limits = limits;
    this.state = state;
    this.meter = meter;
  }

  Optional<Bytes> get(final Bytes key) {
    final Optional<Bytes> own = writes.get(key);
    return own == null ? state.get(key) : own;
  }

  /**
   * Sets or removes a value, or returns false where that would be one write, or one byte, too many.
   * Every write counts, also of a key written before or a value that is there already.
   */
  boolean put(final Bytes key, final Optional<Bytes> value) {
    final long after = bytes + key.length() + value.map(Bytes::length).orElse(0);
    if (count >= limits.writes() || after > limits.writtenBytes()) {
      return false;
    }
    count++;
    bytes = after;
    writes.put(key, value);
    return true;
  }

  boolean isEmpty() {
    return writes.isEmpty();
  }

  /** The entries from one key up to another, in their order. */
  Iterator<Map.Entry<Bytes, Bytes>> scan(final Bytes from, final Bytes to) {
    if (from.compareTo(to) >= 0) {
      return Collections.emptyIterator();
    }
    return new Merged(state.scan(from, to), new Own(from, to));
  }

  /**
   * What was written, found step by step: nothing is copied, and a write in between harms nothing.
   */
  private final class Own implements Iterator<Map.Entry<Bytes, Optional<Bytes>>> {
    private final Bytes to;
    private Map.@Nullable Entry<Bytes, Optional<Bytes>> next;

    Own(final Bytes from, final Bytes to) {
      this.to = to;
      next = below(writes.ceilingEntry(from));
    }

    private Map.@Nullable Entry<Bytes, Optional<Bytes>> below(
        final Map.@Nullable Entry<Bytes, Optional<Bytes>> entry) {
      return entry != null && entry.getKey().compareTo(to) < 0 ? entry : null;
    }

    @Override
    public boolean hasNext() {
      return next != null;
    }

    @Override
    public Map.Entry<Bytes, Optional<Bytes>> next() {
      final Map.Entry<Bytes, Optional<Bytes>> entry = next;
      if (entry == null) {
        throw new NoSuchElementException();
      }
      meter.passed(entry.getKey(), entry.getValue());
      next = below(writes.higherEntry(entry.getKey()));
      return entry;
    }
  }

  WriteSet toWriteSet() {
    if (writes.isEmpty()) {
      return WriteSet.EMPTY;
    }
    final List<WriteSet.Write> list = new ArrayList<>(writes.size());
    writes.forEach((key, value) -> list.add(new WriteSet.Write(key, value)));
    return new WriteSet(list);
  }
}
