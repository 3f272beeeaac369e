// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.log.internal;

import io.calimero.node.storage.log.LogOptions;
import io.calimero.node.storage.log.StreamId;
import org.jspecify.annotations.Nullable;

/** The trailer of a frame, proven by its checksum: it says again whose frame it is and how long. */
record FrameTrailer(StreamId stream, long position, int length, int chain, Kind kind) {

  /** The trailer at the index, if the bytes are one that was written at this offset. */
  static @Nullable FrameTrailer parse(
      final byte[] bytes, final int at, final long segmentKey, final int offset) {
    final Kind kind = Kind.of(bytes[at + FrameFormat.T_KIND]);
    final int length = Le.getInt(bytes, at + FrameFormat.T_LENGTH);
    if (kind == null || length < 0 || length > LogOptions.PAYLOAD_MAX) {
      return null;
    }
    final int crc =
        FrameFormat.crc(bytes, at, FrameFormat.T_CRC) ^ ~FrameFormat.mask(segmentKey, offset);
    if (Le.getInt(bytes, at + FrameFormat.T_CRC) != crc) {
      return null;
    }
    return new FrameTrailer(
        new StreamId(FrameHeader.hash(bytes, at)),
        Le.getLong(bytes, at + FrameFormat.T_POSITION),
        length,
        Le.getInt(bytes, at + FrameFormat.T_CHAIN),
        kind);
  }
}
