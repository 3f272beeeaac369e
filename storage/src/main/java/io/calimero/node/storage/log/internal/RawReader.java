// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.log.internal;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.Hash;
import io.calimero.node.storage.files.Disk;
import io.calimero.node.storage.log.LogException;
import io.calimero.node.storage.log.LogException.Code;
import io.calimero.node.storage.log.RawFrame;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads frames one after the other out of a log that may be growing. */
public final class RawReader implements AutoCloseable {
  private final Disk disk;
  private final Path directory;
  private SegmentFile segment;
  private final long logSeed;
  private int offset = SegmentHeader.END;
  private int chain;
  private boolean chainKnown = true;

  /** A reader at the beginning of the log. */
  public RawReader(final Disk disk, final Path directory) throws IOException {
    this.disk = disk;
    this.directory = directory;
    try (LogFiles files = LogFiles.open(disk, directory)) {
      if (files.segments().isEmpty()) {
        throw new LogException(Code.UNREADABLE, "there is no log in " + directory);
      }
      logSeed = files.logSeed();
      segment = SegmentFile.open(disk, directory, files.segments().getFirst().number());
    }
    chain = FrameFormat.firstChain(key());
  }

  /** Where the log is. */
  public Path directory() {
    return directory;
  }

  private long key() {
    return FrameFormat.segmentKey(logSeed, segment.number());
  }

  /** The next frames, empty at the end. */
  public List<RawFrame> next(final int max) throws IOException {
    final List<RawFrame> found = new ArrayList<>();
    while (found.size() < max) {
      // Looked up first: when there is a next segment, this one is complete.
      final long following = following();
      final boolean moved = readSegment(following, found, max);
      if (!moved || found.size() >= max || following == 0) {
        return found;
      }
      segment.close();
      segment = SegmentFile.open(disk, directory, following);
      offset = SegmentHeader.END;
      chain = FrameFormat.firstChain(key());
      chainKnown = true;
    }
    return found;
  }

  /** The number of the next segment, 0 if this is the last one. */
  private long following() throws IOException {
    long next = 0;
    for (final String name : disk.list(directory)) {
      final long number = SegmentFile.numberOf(name);
      if (number > segment.number() && (next == 0 || number < next)) {
        next = number;
      }
    }
    return next;
  }

  /** Reads on in the segment; whether its end was reached. */
  private boolean readSegment(final long following, final List<RawFrame> into, final int max)
      throws IOException {
    final Acknowledged acknowledged = AcknowledgedFile.load(disk, directory);
    final int reach = acknowledged.logSeed() == logSeed ? acknowledged.reach(segment.number()) : 0;
    final int limit = limit(following);
    final SegmentScanner scanner =
        new SegmentScanner(
            segment.file(), key(), offset, chain, limit, following == 0 ? reach : limit);
    if (!chainKnown) {
      scanner.withoutChain();
    }
    while (into.size() < max) {
      final Item item = scanner.next();
      if (item == null) {
        return true;
      }
      final boolean whole = item instanceof Item.Good;
      if (!whole && following == 0 && item.offset() >= reach) {
        // An unfinished write: it will be whole the next time, or cut at the next opening.
        return false;
      }
      into.add(raw(item));
      offset = item.end();
      chain = scanner.chain();
      chainKnown = !(item instanceof Item.Hole);
    }
    return false;
  }

  private int limit(final long following) throws IOException {
    if (following == segment.number() + 1) {
      try (SegmentFile next = SegmentFile.open(disk, directory, following)) {
        final @Nullable SegmentHeader header = next.header();
        return header == null ? segment.size() : header.priorEnd();
      }
    }
    return segment.size();
  }

  private RawFrame raw(final Item item) {
    return switch (item) {
      case Item.Good(int at, FrameHeader header) ->
          new RawFrame(
              segment.number(),
              at,
              header.length(),
              kind(header.kind()),
              header.kind() == Kind.NOTE ? Optional.empty() : Optional.of(header.stream()),
              header.position(),
              header.hash(),
              header.more(),
              "");
      case Item.Bad bad ->
          new RawFrame(
              segment.number(),
              bad.offset(),
              (long) bad.end() - bad.offset(),
              kind(bad.kind()),
              Optional.of(bad.stream()),
              bad.position(),
              Hash.ZERO,
              false,
              bad.what());
      case Item.Hole hole ->
          new RawFrame(
              segment.number(),
              hole.offset(),
              (long) hole.end() - hole.offset(),
              RawFrame.Kind.UNREADABLE,
              Optional.empty(),
              0,
              Hash.ZERO,
              false,
              hole.what());
    };
  }

  private static RawFrame.Kind kind(final Kind kind) {
    return switch (kind) {
      case ENTRY -> RawFrame.Kind.ENTRY;
      case END -> RawFrame.Kind.END;
      case CUT -> RawFrame.Kind.CUT;
      case NOTE -> RawFrame.Kind.NOTE;
      case BASE -> RawFrame.Kind.BASE;
    };
  }

  /** The payload of a whole frame. */
  public Bytes payload(final RawFrame frame) throws IOException {
    final byte[] payload = new byte[(int) frame.length()];
    final long from = frame.offset() + FrameFormat.HEADER;
    if (frame.segment() == segment.number()) {
      segment.file().read(ByteBuffer.wrap(payload), from);
    } else {
      try (SegmentFile other = SegmentFile.open(disk, directory, frame.segment())) {
        other.file().read(ByteBuffer.wrap(payload), from);
      }
    }
    return Bytes.wrap(payload);
  }

  @Override
  public void close() throws IOException {
    segment.close();
  }
}
