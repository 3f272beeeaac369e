// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.log.internal;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The first bytes of a segment, written twice so that one damaged spot does not hide them.
 *
 * @param logSeed the random number of this log, the same in all its segments
 * @param number the segment's, from 1
 * @param size of the file
 * @param priorEnd where the frames of the segment before end, 0 in the first
 * @param priorChain the chain value there
 */
record SegmentHeader(long logSeed, long number, int size, int priorEnd, int priorChain) {
  /** The format of everything in the log's directory. */
  static final int FORMAT = 1;

  /** Where the second copy stands: in another sector. */
  static final int COPY = 2048;

  /** Where frames begin. */
  static final int END = 4096;

  static final int LENGTH = 48;
  private static final byte[] MAGIC = "CLMRLOG\n".getBytes(StandardCharsets.US_ASCII);

  /** What of a header can be told from its bytes. */
  enum State {
    GOOD,
    DAMAGED,
    OTHER_FORMAT
  }

  long key() {
    return FrameFormat.segmentKey(logSeed, number);
  }

  /** Both copies, with the zeros between and after them. */
  byte[] encode() {
    final byte[] bytes = new byte[END];
    put(bytes, 0);
    put(bytes, COPY);
    return bytes;
  }

  private void put(final byte[] bytes, final int at) {
    System.arraycopy(MAGIC, 0, bytes, at, MAGIC.length);
    Le.putInt(bytes, at + 8, FORMAT);
    Le.putInt(bytes, at + 12, size);
    Le.putLong(bytes, at + 16, logSeed);
    Le.putLong(bytes, at + 24, number);
    Le.putInt(bytes, at + 32, priorEnd);
    Le.putInt(bytes, at + 36, priorChain);
    Le.putInt(bytes, at + LENGTH - 4, FrameFormat.crc(bytes, at, LENGTH - 4));
  }

  /** Whether the bytes hold two good and equal copies, as {@link #parse} needs one of them. */
  static State state(final byte[] bytes) {
    final SegmentHeader first = copy(bytes, 0);
    final SegmentHeader second = copy(bytes, COPY);
    if (otherFormat(bytes, 0) || otherFormat(bytes, COPY)) {
      return State.OTHER_FORMAT;
    }
    final boolean rest = Arrays.equals(bytes, first == null ? new byte[0] : first.encode());
    return first != null && first.equals(second) && rest ? State.GOOD : State.DAMAGED;
  }

  /** The header, from whichever copy is good. */
  static @Nullable SegmentHeader parse(final byte[] bytes) {
    final SegmentHeader first = copy(bytes, 0);
    return first != null ? first : copy(bytes, COPY);
  }

  private static boolean otherFormat(final byte[] bytes, final int at) {
    return sealed(bytes, at) && Le.getInt(bytes, at + 8) != FORMAT;
  }

  private static boolean sealed(final byte[] bytes, final int at) {
    return Arrays.equals(MAGIC, 0, MAGIC.length, bytes, at, at + MAGIC.length)
        && Le.getInt(bytes, at + LENGTH - 4) == FrameFormat.crc(bytes, at, LENGTH - 4);
  }

  private static @Nullable SegmentHeader copy(final byte[] bytes, final int at) {
    if (!sealed(bytes, at) || Le.getInt(bytes, at + 8) != FORMAT) {
      return null;
    }
    final SegmentHeader header =
        new SegmentHeader(
            Le.getLong(bytes, at + 16),
            Le.getLong(bytes, at + 24),
            Le.getInt(bytes, at + 12),
            Le.getInt(bytes, at + 32),
            Le.getInt(bytes, at + 36));
    return header.size >= END && header.number > 0 ? header : null;
  }
}
