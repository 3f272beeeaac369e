// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.WriteSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A state in memory that goes on with what calls wrote. */
final class MapState implements StateReader {
  private final TreeMap<Bytes, Bytes> entries = new TreeMap<>();

  @Override
  public Optional<Bytes> get(final Bytes key) {
    return Optional.ofNullable(entries.get(key));
  }

  @Override
  public Iterator<Map.Entry<Bytes, Bytes>> scan(final Bytes from, final Bytes to) {
    return entries.subMap(from, to).entrySet().iterator();
  }

  MapState apply(final WriteSet writes) {
    for (final WriteSet.Write write : writes.writes()) {
      write
          .value()
          .ifPresentOrElse(
              value -> entries.put(write.key(), value), () -> entries.remove(write.key()));
    }
    return this;
  }

  int size() {
    return entries.size();
  }
}
