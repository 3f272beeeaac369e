// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.log.internal;

import io.calimero.node.storage.files.OutOfSpaceException;
import io.calimero.node.storage.log.LogException;
import io.calimero.node.storage.log.LogException.Code;
import io.calimero.node.storage.log.LogOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes what waits, writes it, and tells those who wait. While it forces one batch the next one
 * gathers in the queue: that is all there is to group commit.
 */
final class LogWriter implements BatchWriter.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(LogWriter.class);

  /** A checkpoint is written when so many times its size was appended since the last one. */
  private static final int CHECKPOINT_SHARE = 4;

  private final Lanes lanes;
  private final Environment environment;
  private final Path directory;
  private final AppendQueue queue;
  private final LogIndex index;
  private final Meter meter = new Meter();
  private final AtomicBoolean awake = new AtomicBoolean();
  private final BatchWriter writer;
  private final AtomicInteger segments;
  private volatile @Nullable Thread acknowledger;
  private long checkpointed;
  private long appended;

  LogWriter(
      final Environment environment,
      final Lanes lanes,
      final Path directory,
      final LogOptions options,
      final SegmentMaker maker,
      final Recovered from,
      final AppendQueue queue)
      throws IOException {
    this.environment = environment;
    this.lanes = lanes;
    this.directory = directory;
    this.queue = queue;
    index = from.index();
    segments = new AtomicInteger(from.report().segments());
    writer =
        new BatchWriter(environment, directory, options.segmentSize(), maker, from, meter, this);
  }

  Meter meter() {
    return meter;
  }

  int segments() {
    return segments.get();
  }

  /** Writes, during opening, what recovery found out. */
  void writeNotes(final List<HoleNote> notes) throws IOException {
    if (!notes.isEmpty()) {
      writer.write(notes.stream().map(note -> Group.of(note.record())).toList());
    }
  }

  /** Sees to it that what waits will be written. */
  void wake() {
    if (!queue.isEmpty() && awake.compareAndSet(false, true)) {
      lanes.writer().execute(this::drain);
    }
  }

  private void drain() {
    List<Group> batch = queue.take();
    while (!batch.isEmpty()) {
      write(batch);
      batch = queue.take();
    }
    awake.set(false);
    // A group may have come between the last look and the line above.
    wake();
  }

  private void write(final List<Group> batch) {
    try {
      writer.write(batch);
    } catch (final OutOfSpaceException e) {
      final LogException full =
          new LogException(
              Code.STORAGE_FULL, "no room for the next segment of the log: " + e.getMessage(), e);
      final List<Group> refused = undone(batch, queue.drain());
      meter.full(refused.size());
      refuse(refused, full);
    } catch (final IOException | RuntimeException e) {
      fail(batch, e);
    } catch (final Error e) {
      // Nobody may wait for ever for what this thread will not write any more.
      fail(batch, new IllegalStateException(e));
      throw e;
    }
  }

  private void fail(final List<Group> batch, final Exception cause) {
    final LogException failed =
        new LogException(
            Code.FAILED,
            "writing the log failed, it takes nothing more until it is opened again: "
                + cause.getMessage(),
            cause);
    LOG.error("log {}: writing failed", directory, cause);
    refuse(undone(batch, queue.fail(failed)), failed);
  }

  private List<Group> undone(final List<Group> batch, final List<Group> waiting) {
    final List<Group> undone = new ArrayList<>(batch);
    undone.removeIf(Group::isDurable);
    undone.addAll(waiting);
    return undone;
  }

  private void refuse(final List<Group> groups, final LogException why) {
    answer(groups, group -> group.done().completeExceptionally(why));
  }

  private void answer(final List<Group> groups, final Consumer<Group> answer) {
    lanes
        .acknowledge()
        .execute(
            () -> {
              acknowledger = Thread.currentThread();
              groups.forEach(answer);
            });
  }

  @Override
  public void durable(final List<Group> groups) {
    groups.forEach(Group::markDurable);
    queue.done(groups);
    answer(groups, group -> group.done().complete(null));
  }

  @Override
  public void rolled(final BatchWriter.End end) {
    segments.incrementAndGet();
    appended += end.segment().priorEnd();
    if (index.damage().isEmpty()) {
      final long size = Checkpoint.size(index);
      if (size < Checkpoint.SIZE_MAX && appended - checkpointed > CHECKPOINT_SHARE * size) {
        checkpointed = appended;
        final Checkpoint checkpoint = checkpoint(end);
        lanes.maintenance().execute(() -> store(checkpoint));
      }
    }
  }

  private Checkpoint checkpoint(final BatchWriter.End end) {
    final SegmentHeader segment = end.segment();
    return Checkpoint.of(index, segment.logSeed(), segment.number(), end.offset(), end.chain());
  }

  private void store(final Checkpoint checkpoint) {
    try {
      checkpoint.store(environment.disk(), directory);
    } catch (final IOException e) {
      LOG.warn("log {}: no index checkpoint was written, opening will take longer", directory, e);
    }
  }

  /** The index is not what the disk holds: the next opening must look at everything. */
  void distrustCheckpoint() {
    lanes
        .maintenance()
        .execute(
            () -> {
              try {
                environment.disk().delete(directory.resolve(Checkpoint.NAME));
              } catch (final IOException e) {
                LOG.warn("log {}: cannot delete the index checkpoint", directory, e);
              }
            });
  }

  /** Writes what waits, then closes everything; returns when that is done and everybody knows. */
  void finish() {
    final CompletableFuture<Void> finished =
        CompletableFuture.runAsync(this::drainAndClose, lanes.writer());
    finished.join();
    // Whoever closes the log when an append completes is on the very thread to wait for.
    if (!Thread.currentThread().equals(acknowledger)) {
      CompletableFuture.runAsync(() -> {}, lanes.acknowledge()).join();
    }
    lanes.shutdown();
  }

  private void drainAndClose() {
    drain();
    try {
      if (!queue.hasFailed()
          && index.damage().isEmpty()
          && Checkpoint.size(index) < Checkpoint.SIZE_MAX) {
        final Checkpoint last = checkpoint(writer.end());
        CompletableFuture.runAsync(() -> store(last), lanes.maintenance()).join();
      }
      writer.close();
    } catch (final IOException e) {
      LOG.warn("log {}: closing failed", directory, e);
    }
  }
}
