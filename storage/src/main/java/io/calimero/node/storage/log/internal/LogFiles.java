// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.log.internal;

import io.calimero.node.storage.files.Disk;
import io.calimero.node.storage.log.LogException;
import io.calimero.node.storage.log.LogException.Code;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The segments of a log as they are found in its directory, all open for reading. */
final class LogFiles implements AutoCloseable {
  private final List<SegmentFile> segments = new ArrayList<>();
  private final Acknowledged acknowledged;
  private final @Nullable Checkpoint checkpoint;
  private final long logSeed;

  private LogFiles(final Disk disk, final Path directory) throws IOException {
    try {
      // Read before the segments: in a log that is being written it must not run ahead of them.
      final @Nullable Checkpoint stored = Checkpoint.load(disk, directory);
      final Acknowledged written = AcknowledgedFile.load(disk, directory);
      for (final String name : disk.list(directory)) {
        final long number = SegmentFile.numberOf(name);
        if (number > 0) {
          segments.add(SegmentFile.open(disk, directory, number));
        }
      }
      logSeed = seed(stored, written);
      acknowledged = written.logSeed() == logSeed ? written : Acknowledged.NONE;
      checkpoint = stored != null && stored.logSeed() == logSeed ? stored : null;
    } catch (final IOException | LogException e) {
      close();
      throw e;
    }
  }

  static LogFiles open(final Disk disk, final Path directory) throws IOException {
    return new LogFiles(disk, directory);
  }

  private long seed(final @Nullable Checkpoint stored, final Acknowledged written) {
    @Nullable SegmentHeader known = null;
    for (final SegmentFile segment : segments) {
      if (segment.state() == SegmentHeader.State.OTHER_FORMAT) {
        throw new LogException(
            Code.UNREADABLE, segment.path() + " is of a format that this version does not know");
      }
      final SegmentHeader header = segment.header();
      if (header != null && known != null && header.logSeed() != known.logSeed()) {
        throw new LogException(
            Code.UNREADABLE,
            segment.path() + " belongs to another log than segment " + known.number());
      }
      known = header != null ? header : known;
    }
    if (known != null) {
      return known.logSeed();
    }
    if (stored != null) {
      return stored.logSeed();
    }
    if (segments.isEmpty() || written.sequence() > 0) {
      return written.logSeed();
    }
    throw new LogException(
        Code.UNREADABLE,
        "no header of any segment in "
            + segments.getFirst().path().getParent()
            + " is readable: restore the log from a backup");
  }

  List<SegmentFile> segments() {
    return segments;
  }

  Acknowledged acknowledged() {
    return acknowledged;
  }

  @Nullable Checkpoint checkpoint() {
    return checkpoint;
  }

  /**
   * Up to which offset the segment is known to have been forced, apart from what it says itself.
   */
  int reach(final long segment) {
    final int checked =
        checkpoint != null && checkpoint.segment() == segment ? checkpoint.offset() : 0;
    return Math.max(checked, acknowledged.reach(segment));
  }

  /** The index as the checkpoint has it, empty if there is none. */
  LogIndex remembered() {
    final LogIndex index = new LogIndex();
    return checkpoint != null && checkpoint.restore(index) ? index : new LogIndex();
  }

  /** The last segment that there must be, apart from those that there are. */
  long lastKnown() {
    return Math.max(acknowledged.segment(), checkpoint == null ? 0 : checkpoint.segment());
  }

  long logSeed() {
    return logSeed;
  }

  long bytes() {
    return segments.stream().mapToLong(SegmentFile::length).sum();
  }

  /** How large the segment is, or must at least have been. */
  int size(final SegmentFile segment) {
    return segment.header() != null
        ? segment.size()
        : Math.max(segment.size(), (reach(segment.number()) + 4095) & ~4095);
  }

  /** The segment of the number, if it is there. */
  @Nullable SegmentFile segment(final long number) {
    for (final SegmentFile segment : segments) {
      if (segment.number() == number) {
        return segment;
      }
    }
    return null;
  }

  /** A scanner of the segment from its first frame on. */
  SegmentScanner scanner(final SegmentFile segment) {
    final long key = FrameFormat.segmentKey(logSeed, segment.number());
    return scanner(segment, SegmentHeader.END, FrameFormat.firstChain(key));
  }

  /** A scanner of the segment from a place on. */
  SegmentScanner scanner(final SegmentFile segment, final int offset, final int chain) {
    final long key = FrameFormat.segmentKey(logSeed, segment.number());
    final SegmentFile next = segment(segment.number() + 1);
    final SegmentHeader after = next == null ? null : next.header();
    final int limit = after == null ? size(segment) : after.priorEnd();
    final int reach = after == null ? reach(segment.number()) : limit;
    return new SegmentScanner(segment.file(), key, offset, chain, limit, reach);
  }

  @Override
  public void close() throws IOException {
    for (final SegmentFile segment : segments) {
      segment.close();
    }
  }
}
