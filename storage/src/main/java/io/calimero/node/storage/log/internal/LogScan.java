// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.log.internal;

import java.io.IOException;

/** Walks through the whole log, segment after segment, and names segments that are missing. */
final class LogScan {
  /** Takes what the scan finds. */
  interface Sink {
    void accept(long segment, Item item) throws IOException;
  }

  /** Hears how far the scan is. */
  interface Progress {
    void at(long segment, int offset);
  }

  private final LogFiles files;
  private final Sink sink;
  private final Progress progress;
  private long bytes;

  LogScan(final LogFiles files, final Sink sink, final Progress progress) {
    this.files = files;
    this.sink = sink;
    this.progress = progress;
  }

  /** How many bytes of frames it walked through. */
  long bytes() {
    return bytes;
  }

  /** Walks from the first frame of the segment on, the last segment up to the end. */
  void from(final long segment, final int end) throws IOException {
    long expected = segment;
    for (final SegmentFile file : files.segments()) {
      if (file.number() < segment) {
        continue;
      }
      missing(expected, file.number());
      run(file.number(), files.scanner(file), isLast(file) ? end : Integer.MAX_VALUE);
      expected = file.number() + 1;
    }
    missing(expected, files.lastKnown() + 1);
  }

  /** Walks from a place in a segment on. */
  void from(final SegmentFile segment, final int offset, final int chain, final int end)
      throws IOException {
    final SegmentScanner scanner = files.scanner(segment, offset, chain);
    run(segment.number(), scanner, isLast(segment) ? end : Integer.MAX_VALUE);
    from(segment.number() + 1, end);
  }

  private boolean isLast(final SegmentFile segment) {
    return segment.equals(files.segments().getLast());
  }

  private void missing(final long from, final long to) throws IOException {
    for (long number = from; number < to; number++) {
      sink.accept(number, new Item.Hole(0, Integer.MAX_VALUE, "the segment is missing"));
    }
  }

  private void run(final long segment, final SegmentScanner scanner, final int end)
      throws IOException {
    final int begin = scanner.offset();
    long reported = begin;
    while (scanner.offset() < end) {
      final Item item = scanner.next();
      if (item == null) {
        break;
      }
      sink.accept(segment, item);
      if (item.end() - reported > 1 << 20) {
        reported = item.end();
        progress.at(segment, item.end());
      }
    }
    bytes += scanner.offset() - begin;
    progress.at(segment, scanner.offset());
  }
}
