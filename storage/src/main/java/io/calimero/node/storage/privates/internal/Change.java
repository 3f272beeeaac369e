// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.privates.internal;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.WriteSet;
import io.calimero.node.events.codec.BorshReader;
import io.calimero.node.events.codec.BorshWriter;
import io.calimero.node.events.codec.Codec;
import io.calimero.node.events.codec.Codecs;
import java.util.HexFormat;
import java.util.Optional;

/**
 * A change that may come to count.
 *
 * @param number counts up, so that the oldest is known
 * @param seat on which it was made
 * @param next from which on it counts
 * @param writes what it changes
 */
record Change(long number, Optional<Bytes> seat, Bytes next, WriteSet writes) {
  /** The components in their order. */
  static final Codec<Change> CODEC =
      new Codec<>() {
        @Override
        public void write(final BorshWriter out, final Change value) {
          out.u64(value.number)
              .option(value.seat, Codecs.BYTES)
              .bytes(value.next)
              .value(WriteSet.CODEC, value.writes);
        }

        @Override
        public Change read(final BorshReader in) {
          return new Change(
              in.count64(), in.option(Codecs.BYTES), in.bytes(), in.value(WriteSet.CODEC));
        }
      };

  /** The name of its file. */
  String file() {
    return HexFormat.of().formatHex(next.unsafeArray()) + Box.CHANGE;
  }
}
