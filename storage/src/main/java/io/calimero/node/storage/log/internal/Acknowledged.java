// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.log.internal;

import io.calimero.node.events.Hash;
import io.calimero.node.storage.log.StreamId;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How far the log was forced and what the last batch brought, as far as a file says that nobody
 * forces. It may be stale; it is never ahead of the truth.
 *
 * @param sequence grows with each one written
 * @param logSeed of the log it speaks of
 * @param segment the segment of the last batch
 * @param from where the last batch begins
 * @param to up to where the segment was forced
 * @param complete whether all streams of the batch are named
 * @param heads the streams of the batch with their heads' positions, 0 for one that was ended
 */
record Acknowledged(
    long sequence,
    long logSeed,
    long segment,
    int from,
    int to,
    boolean complete,
    Map<StreamId, Long> heads) {
  /** Nothing known. */
  static final Acknowledged NONE = new Acknowledged(0, 0, 0, 0, 0, false, Map.of());

  /** How many bytes one takes at most. */
  static final int SLOT = 32 << 10;

  private static final int MAGIC = 0x4b43_414c;
  private static final int HEADS = 56;
  private static final int HEAD = Hash.LENGTH + 8;
  private static final int HEADS_MAX = (SLOT - HEADS - 4) / HEAD;

  /** How far the segment must reach. */
  int reach(final long ofSegment) {
    return segment == ofSegment ? to : 0;
  }

  /** Whose acknowledged entries the hole swallowed; empty if that cannot be told for sure. */
  Map<StreamId, Long> lostIn(final IndexBuilder.Place hole, final LogIndex index) {
    if (!complete
        || hole.segment() != segment
        || hole.hole().offset() < from
        || hole.hole().end() > to) {
      return Map.of();
    }
    final SortedMap<StreamId, Long> lost = new TreeMap<>();
    heads.forEach(
        (id, position) -> {
          final StreamIndex stream = index.stream(id);
          final long have = stream == null ? 0 : stream.position();
          if (position == 0 ? stream != null : have < position) {
            lost.put(id, position);
          }
        });
    return lost;
  }

  byte[] encode() {
    final int count = Math.min(heads.size(), HEADS_MAX);
    final byte[] bytes = new byte[HEADS + count * HEAD + 4];
    Le.putInt(bytes, 0, MAGIC);
    Le.putInt(bytes, 4, SegmentHeader.FORMAT);
    Le.putLong(bytes, 8, sequence);
    Le.putLong(bytes, 16, logSeed);
    Le.putLong(bytes, 24, segment);
    Le.putInt(bytes, 32, from);
    Le.putInt(bytes, 36, to);
    Le.putInt(bytes, 40, count);
    Le.putInt(bytes, 44, complete && count == heads.size() ? 1 : 0);
    int at = HEADS;
    for (final Map.Entry<StreamId, Long> head : heads.entrySet()) {
      if (at == HEADS + count * HEAD) {
        break;
      }
      head.getKey().hash().copyTo(bytes, at);
      Le.putLong(bytes, at + Hash.LENGTH, head.getValue());
      at += HEAD;
    }
    Le.putInt(bytes, at, FrameFormat.crc(bytes, 0, at));
    return bytes;
  }

  /** What the bytes at the index say, if they are whole. */
  static @Nullable Acknowledged parse(final byte[] bytes, final int at) {
    final int count = Le.getInt(bytes, at + 40);
    if (Le.getInt(bytes, at) != MAGIC
        || Le.getInt(bytes, at + 4) != SegmentHeader.FORMAT
        || count < 0
        || count > HEADS_MAX) {
      return null;
    }
    final int length = HEADS + count * HEAD;
    if (Le.getInt(bytes, at + length) != FrameFormat.crc(bytes, at, length)) {
      return null;
    }
    final Map<StreamId, Long> heads = new HashMap<>();
    for (int i = at + HEADS; i < at + length; i += HEAD) {
      heads.put(new StreamId(FrameHeader.hash(bytes, i)), Le.getLong(bytes, i + Hash.LENGTH));
    }
    return new Acknowledged(
        Le.getLong(bytes, at + 8),
        Le.getLong(bytes, at + 16),
        Le.getLong(bytes, at + 24),
        Le.getInt(bytes, at + 32),
        Le.getInt(bytes, at + 36),
        Le.getInt(bytes, at + 44) == 1,
        heads);
  }
}
