// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.privates.internal;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.WriteSet;
import io.calimero.node.events.codec.BorshReader;
import io.calimero.node.events.codec.BorshWriter;
import io.calimero.node.events.codec.Codec;
import io.calimero.node.events.codec.Codecs;
import io.calimero.node.storage.privates.PrivateStore;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Rows at a seat.
 *
 * @param seat which
 * @param map the rows
 * @param bytes of all keys and values
 */
record Settled(Optional<Bytes> seat, SortedMap<Bytes, Bytes> map, long bytes)
    implements PrivateStore.Rows {
  /** No rows, at no seat. */
  static final Settled NONE =
      new Settled(Optional.empty(), Collections.unmodifiableSortedMap(new TreeMap<>()), 0);

  /** Seat, count of rows, rows. */
  static final Codec<Settled> CODEC =
      new Codec<>() {
        @Override
        public void write(final BorshWriter out, final Settled value) {
          out.option(value.seat, Codecs.BYTES).u32(value.map.size());
          value.map.forEach((key, row) -> out.bytes(key).bytes(row));
        }

        @Override
        public Settled read(final BorshReader in) {
          final Optional<Bytes> seat = in.option(Codecs.BYTES);
          final SortedMap<Bytes, Bytes> map = new TreeMap<>();
          long bytes = 0;
          for (int left = in.u32(); left > 0; left--) {
            final Bytes key = in.bytes();
            final Bytes row = in.bytes();
            bytes += key.length() + (long) row.length();
            map.put(key, row);
          }
          return new Settled(seat, Collections.unmodifiableSortedMap(map), bytes);
        }
      };

  @Override
  public Optional<Bytes> get(final Bytes key) {
    return Optional.ofNullable(map.get(key));
  }

  /** The rows after a change, at the seat of that. */
  Settled after(final Change change) {
    final SortedMap<Bytes, Bytes> rows = new TreeMap<>(map);
    long size = bytes;
    for (final WriteSet.Write write : change.writes().writes()) {
      final Bytes old =
          write.value().isPresent()
              ? rows.put(write.key(), write.value().get())
              : rows.remove(write.key());
      size -= old == null ? 0 : write.key().length() + (long) old.length();
      size += write.value().map(value -> write.key().length() + (long) value.length()).orElse(0L);
    }
    return new Settled(Optional.of(change.next()), Collections.unmodifiableSortedMap(rows), size);
  }
}
