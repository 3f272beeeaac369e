// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.simulation;

import io.calimero.node.storage.log.Damage;
import io.calimero.node.storage.log.Frame;
import io.calimero.node.storage.log.LogException;
import io.calimero.node.storage.log.LogStatistics;
import io.calimero.node.storage.log.RecoveryReport;
import io.calimero.node.storage.log.StreamHead;
import io.calimero.node.storage.log.StreamId;
import io.calimero.node.storage.log.TransactionLog;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * The log of one process over a disk that outlives it. What is appended is on the disk after a
 * while; a crash loses what is not, except for groups that happened to be written before it. The
 * disk may be full for a time.
 */
final class MemoryLog implements TransactionLog {
  private static final long FASTEST = 200 * VirtualTime.MICROSECOND;
  private static final long SLOWEST = 8 * VirtualTime.MILLISECOND;

  private final Disk disk;
  private final SimProcess process;
  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private boolean forcing;

  /** What is on the disk. */
  static final class Disk {
    private final SortedMap<StreamId, List<Frame>> streams = new TreeMap<>();
    private boolean full;

    void full(final boolean now) {
      full = now;
    }

    List<Frame> frames(final StreamId stream) {
      return streams.getOrDefault(stream, List.of());
    }

    private void write(final Waiting group) {
      for (final StreamId ended : group.ends) {
        streams.remove(ended);
      }
      group.frames.forEach(
          frame -> streams.computeIfAbsent(frame.stream(), _ -> new ArrayList<>()).add(frame));
    }
  }

  private record Waiting(
      List<Frame> frames, List<StreamId> ends, CompletableFuture<Void> durable) {}

  MemoryLog(final Disk disk, final SimProcess process) {
    this.disk = disk;
    this.process = process;
  }

  /** The machine loses power: whole groups may have been written that nobody was told of. */
  void crash() {
    final long written = process.world().between(0, waiting.size());
    if (!process.world().has(World.Bug.ACKNOWLEDGES_BEFORE_THE_FORCE)) {
      for (long i = 0; i < written; i++) {
        disk.write(waiting.removeFirst());
      }
    }
    waiting.clear();
  }

  /** Everything that waits is on the disk, and nobody is told. */
  void flush() {
    waiting.forEach(disk::write);
    waiting.clear();
  }

  @Override
  public CompletableFuture<Void> append(final List<Frame> group) {
    final Map<StreamId, StreamHead> heads = new TreeMap<>();
    for (final Frame frame : group) {
      final StreamHead head = heads.computeIfAbsent(frame.stream(), stream -> pendingHead(stream));
      if (frame.position() != head.position() + 1 || !frame.prior().equals(head.hash())) {
        return failed(LogException.Code.OUT_OF_ORDER);
      }
      heads.put(frame.stream(), new StreamHead(frame.position(), frame.hash()));
    }
    if (disk.full) {
      return failed(LogException.Code.STORAGE_FULL);
    }
    return enqueue(new Waiting(List.copyOf(group), List.of(), new CompletableFuture<>()));
  }

  @Override
  public CompletableFuture<Void> end(final StreamId stream) {
    return enqueue(new Waiting(List.of(), List.of(stream), new CompletableFuture<>()));
  }

  private CompletableFuture<Void> enqueue(final Waiting added) {
    waiting.addLast(added);
    force();
    if (process.world().has(World.Bug.ACKNOWLEDGES_BEFORE_THE_FORCE)) {
      process.after(FASTEST, () -> added.durable.complete(null));
    }
    return added.durable;
  }

  /** While one force runs the next group gathers. */
  private void force() {
    if (forcing || waiting.isEmpty()) {
      return;
    }
    forcing = true;
    final int together = waiting.size();
    process.after(
        process.world().has(World.Bug.ACKNOWLEDGES_BEFORE_THE_FORCE)
            ? VirtualTime.SECOND
            : process.world().between(FASTEST, SLOWEST),
        () -> {
          final List<Waiting> forced = new ArrayList<>();
          for (int i = 0; i < together; i++) {
            final Waiting next = waiting.removeFirst();
            disk.write(next);
            forced.add(next);
          }
          forcing = false;
          forced.forEach(each -> each.durable.complete(null));
          force();
        });
  }

  private static <T> CompletableFuture<T> failed(final LogException.Code code) {
    return CompletableFuture.failedFuture(new LogException(code, "simulated: " + code));
  }

  private StreamHead pendingHead(final StreamId stream) {
    return waiting.stream()
        .flatMap(w -> w.frames.stream())
        .filter(frame -> frame.stream().equals(stream))
        .reduce((_, later) -> later)
        .map(frame -> new StreamHead(frame.position(), frame.hash()))
        .or(() -> head(stream))
        .orElse(StreamHead.NONE);
  }

  @Override
  public Optional<StreamHead> head(final StreamId stream) {
    final List<Frame> frames = disk.frames(stream);
    return frames.isEmpty()
        ? Optional.empty()
        : Optional.of(new StreamHead(frames.size(), frames.getLast().hash()));
  }

  @Override
  public SortedMap<StreamId, StreamHead> heads() {
    final SortedMap<StreamId, StreamHead> heads = new TreeMap<>();
    disk.streams.keySet().forEach(stream -> heads.put(stream, head(stream).orElseThrow()));
    return heads;
  }

  @Override
  public List<Frame> read(
      final StreamId stream, final long from, final int maxFrames, final long maxBytes) {
    final List<Frame> frames = disk.frames(stream);
    final int first = (int) Math.min(frames.size(), from - 1);
    final List<Frame> read = new ArrayList<>();
    long bytes = 0;
    for (final Frame frame : frames.subList(first, frames.size())) {
      bytes += frame.payload().length();
      if (read.size() == maxFrames || (!read.isEmpty() && bytes > maxBytes)) {
        break;
      }
      read.add(frame);
    }
    return read;
  }

  @Override
  public Map<StreamId, Damage> damage() {
    return Map.of();
  }

  @Override
  public RecoveryReport recovery() {
    throw new UnsupportedOperationException("nobody asks a simulated log for its recovery");
  }

  @Override
  public LogStatistics statistics() {
    throw new UnsupportedOperationException("nobody measures a simulated log");
  }

  @Override
  public void close() {}
}
