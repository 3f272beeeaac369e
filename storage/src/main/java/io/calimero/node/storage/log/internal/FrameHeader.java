// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.log.internal;

import io.calimero.node.events.Hash;
import io.calimero.node.storage.log.LogOptions;
import io.calimero.node.storage.log.StreamId;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The header of a frame, proven by its checksum.
 *
 * @param length of the payload
 * @param kind what the frame is
 * @param more whether the group goes on with the next frame
 * @param stream whose frame it is
 * @param position the entry's, or the head's for other kinds
 * @param previous the location of the stream's frame before it, 0 if there is none
 * @param prior the hash at the position before
 * @param hash the hash at this position
 * @param forced up to which offset the segment had been forced when this was written
 * @param priorChain the chain value before this frame
 * @param chain the chain value with this frame
 */
record FrameHeader(
    int length,
    Kind kind,
    boolean more,
    StreamId stream,
    long position,
    long previous,
    Hash prior,
    Hash hash,
    int forced,
    int priorChain,
    int chain) {

  int total() {
    return FrameFormat.total(length);
  }

  /** The header at the index, if the bytes are one that was written at this offset. */
  static @Nullable FrameHeader parse(
      final byte[] bytes, final int at, final long segmentKey, final int offset) {
    if (Le.getInt(bytes, at) != FrameFormat.MAGIC) {
      return null;
    }
    final int crc =
        FrameFormat.crc(bytes, at, FrameFormat.H_CRC) ^ FrameFormat.mask(segmentKey, offset);
    if (Le.getInt(bytes, at + FrameFormat.H_CRC) != crc) {
      return null;
    }
    final int length = Le.getInt(bytes, at + FrameFormat.H_LENGTH);
    final Kind kind = Kind.of(bytes[at + FrameFormat.H_KIND]);
    if (kind == null || length < 0 || length > LogOptions.PAYLOAD_MAX) {
      return null;
    }
    return new FrameHeader(
        length,
        kind,
        (bytes[at + FrameFormat.H_FLAGS] & FrameFormat.MORE_FOLLOW) != 0,
        new StreamId(hash(bytes, at + FrameFormat.H_STREAM)),
        Le.getLong(bytes, at + FrameFormat.H_POSITION),
        Le.getLong(bytes, at + FrameFormat.H_PREVIOUS),
        hash(bytes, at + FrameFormat.H_PRIOR),
        hash(bytes, at + FrameFormat.H_HASH),
        Le.getInt(bytes, at + FrameFormat.H_FORCED),
        Le.getInt(bytes, at + FrameFormat.H_PRIOR_CHAIN),
        Le.getInt(bytes, at + FrameFormat.H_CHAIN));
  }

  static Hash hash(final byte[] bytes, final int at) {
    return Hash.of(Arrays.copyOfRange(bytes, at, at + Hash.LENGTH));
  }
}
