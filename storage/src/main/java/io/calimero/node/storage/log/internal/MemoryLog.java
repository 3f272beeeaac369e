// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.log.internal;

import io.calimero.node.storage.log.Damage;
import io.calimero.node.storage.log.Frame;
import io.calimero.node.storage.log.LogException;
import io.calimero.node.storage.log.LogOptions;
import io.calimero.node.storage.log.LogStatistics;
import io.calimero.node.storage.log.RecoveryReport;
import io.calimero.node.storage.log.StreamHead;
import io.calimero.node.storage.log.StreamId;
import io.calimero.node.storage.log.TransactionLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/** A log in memory: what the interface promises, durability left out. */
public final class MemoryLog implements TransactionLog {
  private final SortedMap<StreamId, List<Frame>> streams = new TreeMap<>();
  private boolean closed;

  /** An empty log. */
  public MemoryLog(final LogOptions options) {
    if (options.segmentSize() <= 0) {
      throw new IllegalArgumentException("no segment size");
    }
  }

  @Override
  public synchronized CompletableFuture<Void> append(final List<Frame> group) {
    if (closed) {
      return failed(LogException.Code.CLOSED, "the log is closed");
    }
    final Map<StreamId, StreamHead> heads = new HashMap<>();
    for (final Frame frame : group) {
      final StreamHead head =
          heads.getOrDefault(frame.stream(), head(frame.stream()).orElse(StreamHead.NONE));
      if (frame.position() != head.position() + 1 || !frame.prior().equals(head.hash())) {
        return failed(LogException.Code.OUT_OF_ORDER, "position " + frame.position());
      }
      heads.put(frame.stream(), new StreamHead(frame.position(), frame.hash()));
    }
    group.forEach(f -> streams.computeIfAbsent(f.stream(), s -> new ArrayList<>()).add(f));
    return CompletableFuture.completedFuture(null);
  }

  private static CompletableFuture<Void> failed(final LogException.Code code, final String text) {
    return CompletableFuture.failedFuture(new LogException(code, text));
  }

  @Override
  public synchronized CompletableFuture<Void> end(final StreamId stream) {
    streams.remove(stream);
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public synchronized Optional<StreamHead> head(final StreamId stream) {
    return Optional.ofNullable(streams.get(stream)).map(MemoryLog::headOf);
  }

  private static StreamHead headOf(final List<Frame> frames) {
    final Frame last = frames.getLast();
    return new StreamHead(last.position(), last.hash());
  }

  @Override
  public synchronized SortedMap<StreamId, StreamHead> heads() {
    final SortedMap<StreamId, StreamHead> heads = new TreeMap<>();
    streams.forEach((stream, frames) -> heads.put(stream, headOf(frames)));
    return heads;
  }

  @Override
  public synchronized List<Frame> read(
      final StreamId stream, final long fromPosition, final int maxFrames, final long maxBytes) {
    final List<Frame> found = new ArrayList<>();
    long bytes = 0;
    for (final Frame frame : streams.getOrDefault(stream, List.of())) {
      if (frame.position() < fromPosition) {
        continue;
      }
      bytes += frame.payload().length();
      if (found.size() == maxFrames || (!found.isEmpty() && bytes > maxBytes)) {
        break;
      }
      found.add(frame);
    }
    return List.copyOf(found);
  }

  @Override
  public Map<StreamId, Damage> damage() {
    return Map.of();
  }

  @Override
  public RecoveryReport recovery() {
    return new RecoveryReport(
        0, 0, 0, 0, Optional.empty(), List.of(), List.of(), false, Duration.ZERO);
  }

  @Override
  public LogStatistics statistics() {
    return new LogStatistics(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
  }

  @Override
  public synchronized void close() {
    closed = true;
  }
}
