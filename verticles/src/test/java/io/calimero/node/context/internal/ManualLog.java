// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal;

import io.calimero.node.storage.log.Damage;
import io.calimero.node.storage.log.Frame;
import io.calimero.node.storage.log.LogException;
import io.calimero.node.storage.log.LogStatistics;
import io.calimero.node.storage.log.RecoveryReport;
import io.calimero.node.storage.log.StreamBase;
import io.calimero.node.storage.log.StreamHead;
import io.calimero.node.storage.log.StreamId;
import io.calimero.node.storage.log.TransactionLog;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/** A log in memory whose forces happen, or fail, when a test says so. */
final class ManualLog implements TransactionLog {
  private final SortedMap<StreamId, List<Frame>> streams = new TreeMap<>();
  private final Map<StreamId, StreamBase> bases = new HashMap<>();
  private final Map<StreamId, Damage> damage = new HashMap<>();
  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private Optional<LogException.Code> refusal = Optional.empty();
  private boolean automatic = true;

  private record Waiting(List<Frame> group, CompletableFuture<Void> durable) {}

  /** From now on appends wait for {@link #force} or {@link #fail}. */
  void hold() {
    automatic = false;
  }

  /** The next append is refused at once, as a log does whose disk or queue is full. */
  void refuseNext(final LogException.Code code) {
    refusal = Optional.of(code);
  }

  /** What waits is lost, as in a crash, and forces happen by themselves again. */
  void lose() {
    waiting.clear();
    automatic = true;
  }

  int waiting() {
    return waiting.size();
  }

  /** Makes the oldest waiting group durable. */
  void force() {
    final Waiting oldest = waiting.removeFirst();
    oldest.group.forEach(
        frame -> streams.computeIfAbsent(frame.stream(), _ -> new ArrayList<>()).add(frame));
    oldest.durable.complete(null);
  }

  /** Fails all that waits, as a log does when the oldest group cannot be written. */
  void fail(final LogException.Code code) {
    final List<Waiting> all = List.copyOf(waiting);
    waiting.clear();
    all.forEach(w -> w.durable.completeExceptionally(new LogException(code, "as the test says")));
  }

  void damaged(final StreamId stream) {
    damage.put(stream, new Damage(stream, 2, 0, 4711, "a bit flipped"));
  }

  @Override
  public CompletableFuture<Void> append(final List<Frame> group) {
    StreamHead head = pendingHead(group.getFirst().stream());
    for (final Frame frame : group) {
      if (frame.position() != head.position() + 1 || !frame.prior().equals(head.hash())) {
        return CompletableFuture.failedFuture(
            new LogException(LogException.Code.OUT_OF_ORDER, "not the next entry"));
      }
      head = new StreamHead(frame.position(), frame.hash());
    }
    if (refusal.isPresent()) {
      final LogException.Code code = refusal.get();
      refusal = Optional.empty();
      return CompletableFuture.failedFuture(new LogException(code, "as the test says"));
    }
    final Waiting added = new Waiting(group, new CompletableFuture<>());
    waiting.addLast(added);
    if (automatic) {
      force();
    }
    return added.durable;
  }

  private StreamHead pendingHead(final StreamId stream) {
    return waiting.stream()
        .flatMap(w -> w.group.stream())
        .filter(frame -> frame.stream().equals(stream))
        .reduce((_, later) -> later)
        .map(frame -> new StreamHead(frame.position(), frame.hash()))
        .or(() -> head(stream))
        .orElse(StreamHead.NONE);
  }

  @Override
  public CompletableFuture<Void> begin(final StreamBase base, final List<Frame> first) {
    bases.put(base.stream(), base);
    streams.put(base.stream(), new ArrayList<>(first));
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public Optional<StreamBase> base(final StreamId stream) {
    return Optional.ofNullable(bases.get(stream));
  }

  @Override
  public CompletableFuture<Void> end(final StreamId stream) {
    streams.remove(stream);
    bases.remove(stream);
    damage.remove(stream);
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public Optional<StreamHead> head(final StreamId stream) {
    return Optional.ofNullable(streams.get(stream))
        .map(frames -> new StreamHead(frames.getLast().position(), frames.getLast().hash()));
  }

  @Override
  public SortedMap<StreamId, StreamHead> heads() {
    final SortedMap<StreamId, StreamHead> heads = new TreeMap<>();
    streams.keySet().forEach(stream -> heads.put(stream, head(stream).orElseThrow()));
    return heads;
  }

  @Override
  public List<Frame> read(
      final StreamId stream, final long from, final int maxFrames, final long maxBytes) {
    final List<Frame> frames = streams.getOrDefault(stream, List.of());
    final long before = base(stream).map(StreamBase::position).orElse(0L);
    if (from <= before) {
      throw new LogException(LogException.Code.BEFORE_BASE, "the log begins later");
    }
    return frames.stream().skip(from - 1 - before).limit(maxFrames).toList();
  }

  @Override
  public Map<StreamId, Damage> damage() {
    return Map.copyOf(damage);
  }

  @Override
  public RecoveryReport recovery() {
    throw new UnsupportedOperationException();
  }

  @Override
  public LogStatistics statistics() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {}
}
