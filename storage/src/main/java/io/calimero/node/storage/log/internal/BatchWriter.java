// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.log.internal;

import io.calimero.node.storage.files.Disk;
import io.calimero.node.storage.files.DiskFile;
import io.calimero.node.storage.log.StreamId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes batches of groups, forces them, and only then lets anyone see them. One thread uses it.
 */
final class BatchWriter implements AutoCloseable {
  /** Where the log ends. */
  record End(SegmentHeader segment, int offset, int chain) {}

  /** Hears of what has become durable. */
  interface Listener {
    void durable(List<Group> groups);

    /** A new segment was begun; everything before it is durable and in the index. */
    void rolled(End end);
  }

  private final Disk disk;
  private final Path directory;
  private final SegmentMaker maker;
  private final LogIndex index;
  private final AcknowledgedFile acknowledged;
  private final Meter meter;
  private final LongSupplier nanos;
  private final Listener listener;
  private final FrameEncoder encoder;
  private final int standardSize;
  private final List<Group> written = new ArrayList<>();
  private final Map<StreamId, Long> lastLocations = new HashMap<>();
  private SegmentHeader segment;
  private DiskFile file;
  private int forced;

  BatchWriter(
      final Environment environment,
      final Path directory,
      final int standardSize,
      final SegmentMaker maker,
      final Recovered from,
      final Meter meter,
      final Listener listener)
      throws IOException {
    disk = environment.disk();
    nanos = environment.nanos();
    this.directory = directory;
    this.standardSize = standardSize;
    this.maker = maker;
    this.meter = meter;
    this.listener = listener;
    index = from.index();
    segment = from.end().segment();
    forced = from.end().offset();
    acknowledged = new AcknowledgedFile(disk, directory, from.acknowledgedSequence());
    file = disk.open(directory.resolve(SegmentFile.name(segment.number())));
    encoder = new FrameEncoder(Math.min(1 << 20, standardSize), file);
    encoder.moveTo(file, segment.key(), forced, from.end().chain());
  }

  /** Where the next frame will stand. */
  End end() {
    return new End(segment, encoder.offset(), encoder.chain());
  }

  /**
   * Writes the groups and forces them.
   *
   * @throws io.calimero.node.storage.files.OutOfSpaceException if there is no room for a segment;
   *     the groups before the one that needed it are durable, nothing was written of the others
   * @throws IOException if nobody knows what the disk holds now
   */
  void write(final List<Group> groups) throws IOException {
    for (final Group group : groups) {
      if (group.bytes() > segment.size() - encoder.offset()) {
        force();
        roll(group.bytes());
      }
      encode(group);
    }
    force();
    if (encoder.offset() > segment.size() / 2) {
      maker.prepareAhead();
    }
  }

  private void encode(final Group group) throws IOException {
    final List<FrameRecord> frames = group.frames();
    for (int i = 0; i < frames.size(); i++) {
      final FrameRecord frame = frames.get(i);
      final long location = Location.of(segment.number(), encoder.offset());
      final @Nullable Long last = lastLocations.get(frame.stream());
      encoder.add(frame, i < frames.size() - 1, previous(frame, last), forced);
      group.locations()[i] = location;
      lastLocations.put(frame.stream(), frame.kind() == Kind.END ? Location.NONE : location);
    }
    written.add(group);
  }

  private long previous(final FrameRecord frame, final @Nullable Long last) {
    if (frame.kind() == Kind.NOTE) {
      return Location.NONE;
    }
    return last != null ? last : index.location(frame.stream());
  }

  private void force() throws IOException {
    if (written.isEmpty()) {
      return;
    }
    encoder.flush();
    final long start = nanos.getAsLong();
    file.force();
    final long took = nanos.getAsLong() - start;
    publish(took);
  }

  private void publish(final long took) {
    final Map<StreamId, Long> heads = new HashMap<>();
    int frames = 0;
    for (final Group group : written) {
      for (int i = 0; i < group.frames().size(); i++) {
        final FrameRecord frame = group.frames().get(i);
        index.apply(frame, group.locations()[i]);
        if (frame.kind() != Kind.NOTE) {
          heads.put(frame.stream(), frame.kind() == Kind.END ? 0 : frame.position());
        }
      }
      frames += group.frames().size();
    }
    final int end = encoder.offset();
    acknowledged.write(
        new Acknowledged(0, segment.logSeed(), segment.number(), forced, end, true, heads));
    meter.batch(written.size(), frames, (long) end - forced, took);
    forced = end;
    listener.durable(List.copyOf(written));
    written.clear();
    lastLocations.clear();
  }

  private void roll(final int needed) throws IOException {
    final int size = Math.max(standardSize, sizeFor(needed));
    final SegmentHeader next =
        new SegmentHeader(
            segment.logSeed(), segment.number() + 1, size, encoder.offset(), encoder.chain());
    maker.make(next);
    file.close();
    file = disk.open(directory.resolve(SegmentFile.name(next.number())));
    segment = next;
    forced = SegmentHeader.END;
    encoder.moveTo(file, next.key(), forced, FrameFormat.firstChain(next.key()));
    listener.rolled(end());
  }

  private static int sizeFor(final int needed) {
    return (SegmentHeader.END + needed + 4095) & ~4095;
  }

  @Override
  public void close() throws IOException {
    acknowledged.close();
    file.close();
  }
}
