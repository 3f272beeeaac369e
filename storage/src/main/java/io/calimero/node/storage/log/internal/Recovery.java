// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.log.internal;

import io.calimero.node.events.Bytes;
import io.calimero.node.storage.files.Disk;
import io.calimero.node.storage.files.DiskFile;
import io.calimero.node.storage.log.LogException;
import io.calimero.node.storage.log.LogException.Code;
import io.calimero.node.storage.log.LogOptions;
import io.calimero.node.storage.log.RecoveryReport;
import io.calimero.node.storage.log.RecoveryReport.TornTail;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Opens a log's directory: finds its end, cuts a torn tail, makes the index. */
final class Recovery {
  private final Environment environment;
  private final Disk disk;
  private final Path directory;
  private final LogOptions options;
  private final SegmentMaker maker;
  private final long started;

  Recovery(
      final Environment environment,
      final Path directory,
      final LogOptions options,
      final SegmentMaker maker) {
    this.environment = environment;
    this.directory = directory;
    this.options = options;
    this.maker = maker;
    disk = environment.disk();
    started = environment.nanos().getAsLong();
  }

  Recovered run() throws IOException {
    disk.createDirectory(directory);
    maker.clean();
    try (LogFiles files = LogFiles.open(disk, directory)) {
      return files.segments().isEmpty() ? begin() : recover(files);
    }
  }

  private Recovered begin() throws IOException {
    if (disk.exists(directory.resolve(AcknowledgedFile.NAME))
        || disk.exists(directory.resolve(Checkpoint.NAME))) {
      throw new LogException(
          Code.UNREADABLE,
          "the segments of the log in " + directory + " are gone: restore them from a backup");
    }
    final SegmentHeader first =
        new SegmentHeader(
            environment.seeds().getAsLong(), 1, options.segmentSize(), SegmentHeader.END, 0);
    maker.make(first);
    final LogIndex index = new LogIndex();
    final IndexBuilder builder = new IndexBuilder(index, Recovery::noNote);
    return new Recovered(
        index,
        new BatchWriter.End(first, SegmentHeader.END, FrameFormat.firstChain(first.key())),
        List.of(),
        0,
        report(index, builder, 1, 0, Optional.empty(), false));
  }

  private static HoleNote noNote(final long segment, final Item.Good item) throws IOException {
    throw new IOException("a log without segments has a frame at " + segment + "/" + item.offset());
  }

  private Recovered recover(final LogFiles files) throws IOException {
    final Attempt byCheckpoint = withCheckpoint(files);
    final Attempt attempt = byCheckpoint != null ? byCheckpoint : new Attempt(files, null);
    final List<HoleNote> notes =
        byCheckpoint != null
            ? List.of()
            : attempt.builder.finish(files.acknowledged(), files.remembered());
    final Tail tail = attempt.tail;
    final SegmentFile last = files.segments().getLast();
    final Optional<TornTail> torn =
        tail.torn()
            ? Optional.of(TornTails.cut(disk, directory, last, tail.end()))
            : Optional.empty();
    makeWhole(last, files.size(last));
    attempt.headersRemarked();
    final BatchWriter.End end = end(files, last, tail);
    return new Recovered(
        attempt.index,
        end,
        notes,
        files.acknowledged().sequence(),
        report(
            attempt.index,
            attempt.builder,
            files.segments().size(),
            attempt.scan.bytes(),
            torn,
            byCheckpoint != null));
  }

  /** Gives a last segment that was cut short its size back, and forces what it holds. */
  private void makeWhole(final SegmentFile last, final int size) throws IOException {
    try (DiskFile file = disk.open(last.path())) {
      if (file.size() < size) {
        SegmentMaker.zero(file, file.size(), size);
      }
      file.force();
    }
  }

  private BatchWriter.End end(final LogFiles files, final SegmentFile last, final Tail tail)
      throws IOException {
    final SegmentHeader found = last.header();
    final SegmentHeader header =
        found != null
            ? found
            : new SegmentHeader(files.logSeed(), last.number(), files.size(last), 0, 0);
    final long lost = files.lastKnown();
    if (lost <= last.number()) {
      return new BatchWriter.End(header, tail.end(), tail.chain());
    }
    // Segments at the end are missing: their numbers stay theirs.
    final SegmentHeader next =
        new SegmentHeader(files.logSeed(), lost + 1, options.segmentSize(), SegmentHeader.END, 0);
    maker.make(next);
    return new BatchWriter.End(next, SegmentHeader.END, FrameFormat.firstChain(next.key()));
  }

  /** The index by its checkpoint, or nothing if there is any doubt. */
  private @Nullable Attempt withCheckpoint(final LogFiles files) throws IOException {
    final Checkpoint checkpoint = files.checkpoint();
    if (checkpoint == null || !covers(files, checkpoint)) {
      return null;
    }
    final Attempt attempt = new Attempt(files, checkpoint);
    return attempt.doubtful ? null : attempt;
  }

  /** Whether the place is where a frame ends, and enough stands before it to make it worth it. */
  private boolean covers(final LogFiles files, final Checkpoint checkpoint) throws IOException {
    final SegmentFile segment = files.segment(checkpoint.segment());
    if (segment == null || segment.header() == null || files.bytes() <= options.scanAtOpen()) {
      return false;
    }
    final long key = FrameFormat.segmentKey(files.logSeed(), segment.number());
    if (checkpoint.offset() == SegmentHeader.END) {
      return checkpoint.chain() == FrameFormat.firstChain(key);
    }
    final int at = checkpoint.offset() - FrameFormat.TRAILER;
    if (at < SegmentHeader.END || at > segment.size() - FrameFormat.TRAILER) {
      return false;
    }
    final byte[] bytes = new byte[FrameFormat.TRAILER];
    segment.file().read(ByteBuffer.wrap(bytes), at);
    final FrameTrailer trailer = FrameTrailer.parse(bytes, 0, key, at);
    return trailer != null && trailer.chain() == checkpoint.chain();
  }

  /** The first segment of those at the end that are read although the checkpoint covers them. */
  private long firstToScan(final LogFiles files) {
    long first = Long.MAX_VALUE;
    long bytes = 0;
    for (int i = files.segments().size() - 1; i >= 0 && bytes < options.scanAtOpen(); i--) {
      bytes += files.segments().get(i).length();
      first = files.segments().get(i).number();
    }
    return first;
  }

  private RecoveryReport report(
      final LogIndex index,
      final IndexBuilder builder,
      final int segments,
      final long bytes,
      final Optional<TornTail> torn,
      final boolean checkpointUsed) {
    return new RecoveryReport(
        segments,
        builder.frames(),
        bytes,
        index.streams().size(),
        torn,
        index.damage().values().stream()
            .sorted((a, b) -> a.stream().compareTo(b.stream()))
            .toList(),
        builder.remarks(),
        checkpointUsed,
        Duration.ofNanos(environment.nanos().getAsLong() - started));
  }

  /** One way through the log. */
  private final class Attempt {
    private final LogFiles files;
    private final LogIndex index = new LogIndex();
    private final IndexBuilder builder;
    private final LogScan scan;
    private final Tail tail;
    private boolean doubtful;

    Attempt(final LogFiles files, final @Nullable Checkpoint checkpoint) throws IOException {
      this.files = files;
      builder = new IndexBuilder(index, (number, item) -> readNote(files, number, item));
      final SegmentFile last = files.segments().getLast();
      tail = Tail.find(files.scanner(last), files.reach(last.number()));
      scan = new LogScan(files, this::take, (segment, offset) -> {});
      if (checkpoint == null) {
        scan.from(1, tail.end());
      } else {
        verifyBefore(checkpoint);
        doubtful |= !checkpoint.restore(index);
        final SegmentFile at = files.segment(checkpoint.segment());
        if (at != null && !doubtful) {
          scan.from(at, checkpoint.offset(), checkpoint.chain(), tail.end());
        }
      }
    }

    private void take(final long segment, final Item item) throws IOException {
      doubtful |= !(item instanceof Item.Good);
      builder.accept(segment, item);
      doubtful |= !index.damage().isEmpty();
    }

    /** Reads what the options want read although the checkpoint covers it. */
    private void verifyBefore(final Checkpoint checkpoint) throws IOException {
      final long first = firstToScan(files);
      for (final SegmentFile segment : files.segments()) {
        if (segment.number() < first || segment.number() > checkpoint.segment()) {
          continue;
        }
        final SegmentScanner scanner = files.scanner(segment);
        final int end =
            segment.number() == checkpoint.segment() ? checkpoint.offset() : Integer.MAX_VALUE;
        doubtful |= segment.state() != SegmentHeader.State.GOOD;
        while (scanner.offset() < end) {
          final Item item = scanner.next();
          if (item == null) {
            break;
          }
          doubtful |= !(item instanceof Item.Good);
        }
      }
    }

    private void headersRemarked() {
      for (final SegmentFile segment : files.segments()) {
        if (segment.state() != SegmentHeader.State.GOOD) {
          builder.remarks().add("segment " + segment.number() + ", offset 0: its header is broken");
        }
        if (segment.length() < files.size(segment)) {
          builder
              .remarks()
              .add(
                  "segment "
                      + segment.number()
                      + " has "
                      + segment.length()
                      + " bytes instead of "
                      + files.size(segment));
        }
      }
    }
  }

  /** The payload of a note that a scan has found whole. */
  static HoleNote readNote(final LogFiles files, final long segment, final Item.Good item)
      throws IOException {
    final SegmentFile file = files.segment(segment);
    if (file == null) {
      throw new IOException("segment " + segment + " is gone");
    }
    final byte[] payload = new byte[item.header().length()];
    file.file().read(ByteBuffer.wrap(payload), (long) item.offset() + FrameFormat.HEADER);
    return HoleNote.decode(Bytes.wrap(payload));
  }
}
