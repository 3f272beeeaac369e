// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.log.internal;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.Hash;
import io.calimero.node.events.codec.BorshReader;
import io.calimero.node.events.codec.BorshWriter;
import io.calimero.node.events.codec.MalformedException;
import io.calimero.node.storage.log.StreamId;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Whose acknowledged entries stood in bytes that are lost. Written into the log, because what told
 * so is overwritten by the next append.
 *
 * @param segment where
 * @param from the offset where the lost bytes begin
 * @param to the offset where they end
 * @param lost the streams, each with the position that had been acknowledged
 */
record HoleNote(long segment, int from, int to, Map<StreamId, Long> lost) {
  Bytes encode() {
    final BorshWriter out = new BorshWriter();
    out.u64(segment);
    out.u32(from);
    out.u32(to);
    final SortedMap<StreamId, Long> sorted = new TreeMap<>(lost);
    out.u32(sorted.size());
    sorted.forEach(
        (id, position) -> {
          out.hash(id.hash());
          out.u64(position);
        });
    return Bytes.wrap(out.toByteArray());
  }

  static HoleNote decode(final Bytes bytes) {
    final BorshReader in = new BorshReader(bytes.unsafeArray());
    final long segment = in.count64();
    final int from = in.u32();
    final int to = in.u32();
    final int count = in.u32();
    if (count < 0 || (long) count * (Hash.LENGTH + 8) != in.remaining()) {
      throw new MalformedException("a note of " + count + " streams that is not as long");
    }
    final SortedMap<StreamId, Long> lost = new TreeMap<>();
    for (int i = 0; i < count; i++) {
      lost.put(new StreamId(in.hash()), in.count64());
    }
    return new HoleNote(segment, from, to, lost);
  }

  FrameRecord record() {
    return new FrameRecord(Kind.NOTE, StreamId.JOURNAL, 0, Hash.ZERO, Hash.ZERO, encode());
  }
}
