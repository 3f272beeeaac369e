// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.log;

/**
 * How a log is set up. Sizes are in bytes.
 *
 * @param segmentSize the size of a segment; a group that does not fit gets a larger one of its own
 * @param queueLimit how much may wait to be written before appends are refused as BUSY; one group
 *     is always taken when nothing waits
 * @param batchLimit how much is written before it is forced, when more waits
 * @param scanAtOpen how much of the log's end is read and checked at opening even when the index
 *     checkpoint covers it
 */
public record LogOptions(int segmentSize, long queueLimit, int batchLimit, long scanAtOpen) {
  /** The largest payload of one frame: more than all that the limits of a call allow together. */
  public static final int PAYLOAD_MAX = 192 << 20;

  /** The largest group, with what each frame costs on top of its payload. */
  public static final int GROUP_MAX = 256 << 20;

  /** The smallest segment. */
  public static final int SEGMENT_MIN = 16 << 10;

  /** The largest segment one can ask for. */
  public static final int SEGMENT_MAX = 1 << 30;

  /** Segments of 64 MiB, 64 MiB of queue, batches of 4 MiB, the last 256 MiB read at opening. */
  public static final LogOptions DEFAULT = new LogOptions(64 << 20, 64L << 20, 4 << 20, 256L << 20);

  /** Refuses what makes no sense. */
  public LogOptions {
    if (segmentSize < SEGMENT_MIN || segmentSize > SEGMENT_MAX || segmentSize % 4096 != 0) {
      throw new IllegalArgumentException(
          "a segment has " + SEGMENT_MIN + " to " + SEGMENT_MAX + " bytes, a multiple of 4096");
    }
    if (queueLimit < 1 || batchLimit < 1 || scanAtOpen < 0) {
      throw new IllegalArgumentException("limits of a log are positive");
    }
  }

  /** The same with segments of another size. */
  public LogOptions withSegmentSize(final int bytes) {
    return new LogOptions(bytes, queueLimit, batchLimit, scanAtOpen);
  }

  /** The same with another limit of what may wait. */
  public LogOptions withQueueLimit(final long bytes) {
    return new LogOptions(segmentSize, bytes, batchLimit, scanAtOpen);
  }

  /** The same with another limit of a batch. */
  public LogOptions withBatchLimit(final int bytes) {
    return new LogOptions(segmentSize, queueLimit, bytes, scanAtOpen);
  }

  /** The same with another amount to read at opening. */
  public LogOptions withScanAtOpen(final long bytes) {
    return new LogOptions(segmentSize, queueLimit, batchLimit, bytes);
  }
}
