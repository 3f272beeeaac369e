// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.log.internal;

import java.util.zip.CRC32C;

/**
 * Where the fields of a frame stand: docs/formats.md, "Transaction log". A frame is a header, the
 * payload, zeros up to a multiple of 8, and a trailer.
 */
final class FrameFormat {
  static final int MAGIC = 0x464d_4c43;
  static final int HEADER = 144;
  static final int TRAILER = 56;
  static final int FRAME_MIN = HEADER + TRAILER;
  static final int MORE_FOLLOW = 1;

  static final int H_LENGTH = 8;
  static final int H_KIND = 12;
  static final int H_FLAGS = 13;
  static final int H_STREAM = 16;
  static final int H_POSITION = 48;
  static final int H_PREVIOUS = 56;
  static final int H_PRIOR = 64;
  static final int H_HASH = 96;
  static final int H_FORCED = 128;
  static final int H_PRIOR_CHAIN = 132;
  static final int H_CHAIN = 136;
  static final int H_CRC = 140;

  static final int T_POSITION = 32;
  static final int T_LENGTH = 40;
  static final int T_CHAIN = 44;
  static final int T_KIND = 48;
  static final int T_FLAGS = 49;
  static final int T_CRC = 52;

  static final byte[] ZEROS = new byte[8];

  private FrameFormat() {}

  /** The length of a payload with its padding. */
  static int padded(final int length) {
    return (length + 7) & ~7;
  }

  /** The length of a frame on disk; too large for an int only beyond what the log takes. */
  static int total(final int payloadLength) {
    return HEADER + padded(payloadLength) + TRAILER;
  }

  /** The zeros after a payload of this length. */
  static void pad(final CRC32C crc, final int payloadLength) {
    crc.update(ZEROS, 0, padded(payloadLength) - payloadLength);
  }

  /**
   * What the frames of a segment mix into their checksums, so that bytes that look like a frame
   * count only in the segment and at the offset they were written for.
   */
  static long segmentKey(final long logSeed, final long segment) {
    return scatter(logSeed + segment * 0x9e37_79b9_7f4a_7c15L);
  }

  static int mask(final long segmentKey, final int offset) {
    return (int) scatter(segmentKey + offset);
  }

  /** The chain value before the first frame of a segment. */
  static int firstChain(final long segmentKey) {
    return (int) (segmentKey >>> 32);
  }

  private static long scatter(final long value) {
    long mixed = (value ^ (value >>> 30)) * 0xbf58_476d_1ce4_e5b9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94d0_49bb_1331_11ebL;
    return mixed ^ (mixed >>> 31);
  }

  static int crc(final byte[] bytes, final int from, final int length) {
    final CRC32C crc = new CRC32C();
    crc.update(bytes, from, length);
    return (int) crc.getValue();
  }
}
