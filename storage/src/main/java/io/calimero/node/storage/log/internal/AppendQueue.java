// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.log.internal;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.Hash;
import io.calimero.node.storage.log.Damage;
import io.calimero.node.storage.log.LogException;
import io.calimero.node.storage.log.LogException.Code;
import io.calimero.node.storage.log.LogOptions;
import io.calimero.node.storage.log.StreamHead;
import io.calimero.node.storage.log.StreamId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The groups that wait to be written, bounded in bytes. Here it is decided whether a group follows
 * what its streams have, counting what still waits.
 */
final class AppendQueue {
  private final LogIndex index;
  private final LogOptions options;
  private final Deque<Group> waiting = new ArrayDeque<>();
  private final Map<StreamId, Pending> pending = new HashMap<>();
  private long bytes;
  private int inFlight;
  private boolean closed;
  private @Nullable LogException failure;

  /**
   * Where a stream will be when everything that waits is durable, how many frames that is, and
   * whether one of them ends the stream.
   */
  private record Pending(StreamHead head, int frames, boolean ended) {}

  AppendQueue(final LogIndex index, final LogOptions options) {
    this.index = index;
    this.options = options;
  }

  static CompletableFuture<Void> refused(final Code code, final String message) {
    return CompletableFuture.failedFuture(new LogException(code, message));
  }

  /** Takes the end of the stream where it will be; nothing if there is no such stream. */
  synchronized CompletableFuture<Void> addEnd(final StreamId stream, final Meter meter) {
    final StreamHead head = head(stream);
    final Group group =
        head.position() == 0 && !index.damage().containsKey(stream)
            ? new Group(List.of(), 0)
            : Group.of(
                new FrameRecord(
                    Kind.END, stream, head.position(), head.hash(), Hash.ZERO, Bytes.EMPTY));
    return add(group, meter);
  }

  /** Takes the beginning of a stream in place of what there is of it. */
  synchronized CompletableFuture<Void> addBegin(
      final FrameRecord base, final List<FrameRecord> first, final Meter meter) {
    final StreamHead head = head(base.stream());
    final List<FrameRecord> frames = new ArrayList<>(first.size() + 2);
    if (head.position() != 0 || index.damage().containsKey(base.stream())) {
      frames.add(
          new FrameRecord(
              Kind.END, base.stream(), head.position(), head.hash(), Hash.ZERO, Bytes.EMPTY));
    }
    frames.add(base);
    frames.addAll(first);
    final long size = frames.stream().mapToLong(FrameRecord::total).sum();
    return size > LogOptions.GROUP_MAX
        ? refused(Code.TOO_LARGE, "the beginning of a stream has " + size + " bytes")
        : add(new Group(List.copyOf(frames), (int) size), meter);
  }

  private StreamHead head(final StreamId stream) {
    final Pending known = pending.get(stream);
    if (known != null) {
      return known.head();
    }
    final StreamIndex durable = index.stream(stream);
    return durable == null ? StreamHead.NONE : durable.head();
  }

  /** Takes the group, or says why not. */
  synchronized CompletableFuture<Void> add(final Group group, final Meter meter) {
    if (closed) {
      return refused(Code.CLOSED, "the log is closed");
    }
    if (failure != null) {
      return CompletableFuture.failedFuture(failure);
    }
    if (group.frames().isEmpty()) {
      return CompletableFuture.completedFuture(null);
    }
    if (bytes > 0 && bytes + group.bytes() > options.queueLimit()) {
      meter.busy();
      return refused(
          Code.BUSY, bytes + " bytes wait to be written, the limit is " + options.queueLimit());
    }
    final @Nullable LogException wrong = claim(group);
    if (wrong != null) {
      return CompletableFuture.failedFuture(wrong);
    }
    waiting.add(group);
    bytes += group.bytes();
    return group.done();
  }

  /** Moves the pending heads, unless a frame does not follow. */
  private @Nullable LogException claim(final Group group) {
    final Map<StreamId, Pending> moved = new HashMap<>();
    for (final FrameRecord frame : group.frames()) {
      final StreamId stream = frame.stream();
      final Pending before = moved.getOrDefault(stream, pendingOf(stream));
      if (frame.kind() == Kind.ENTRY) {
        final @Nullable LogException wrong = follows(frame, before);
        if (wrong != null) {
          return wrong;
        }
      }
      final StreamHead after =
          frame.kind() == Kind.END
              ? StreamHead.NONE
              : new StreamHead(frame.position(), frame.hash());
      moved.put(
          stream,
          new Pending(after, before.frames() + 1, before.ended() || frame.kind() == Kind.END));
    }
    pending.putAll(moved);
    return null;
  }

  private Pending pendingOf(final StreamId stream) {
    final Pending known = pending.get(stream);
    return known != null ? known : new Pending(head(stream), 0, false);
  }

  private @Nullable LogException follows(final FrameRecord frame, final Pending before) {
    final StreamHead head = before.head();
    final Damage damage = index.damage().get(frame.stream());
    if (damage != null && !before.ended()) {
      return new LogException(Code.DAMAGED, damage.toString());
    }
    if (frame.position() != head.position() + 1 || !frame.prior().equals(head.hash())) {
      return new LogException(
          Code.OUT_OF_ORDER,
          "entry "
              + frame.position()
              + " of stream "
              + frame.stream()
              + " does not follow its head at position "
              + head.position());
    }
    return null;
  }

  /** The next groups to write, empty if none waits. */
  synchronized List<Group> take() {
    final List<Group> batch = new ArrayList<>();
    long size = 0;
    while (!waiting.isEmpty()
        && (batch.isEmpty() || size + waiting.getFirst().bytes() <= options.batchLimit())) {
      final Group group = waiting.removeFirst();
      size += group.bytes();
      batch.add(group);
    }
    inFlight += batch.size();
    return batch;
  }

  /** Forgets groups that have become durable. */
  synchronized void done(final List<Group> groups) {
    for (final Group group : groups) {
      bytes -= group.bytes();
      inFlight--;
      for (final FrameRecord frame : group.frames()) {
        pending.computeIfPresent(
            frame.stream(),
            (id, p) -> p.frames() == 1 ? null : new Pending(p.head(), p.frames() - 1, p.ended()));
      }
    }
  }

  /** Takes out everything that waits, as what it builds upon will not come. */
  synchronized List<Group> drain() {
    final List<Group> all = new ArrayList<>(waiting);
    waiting.clear();
    pending.clear();
    bytes = 0;
    inFlight = 0;
    return all;
  }

  /** Refuses everything from now on. */
  synchronized List<Group> fail(final LogException why) {
    failure = why;
    return drain();
  }

  synchronized boolean isEmpty() {
    return waiting.isEmpty();
  }

  synchronized boolean isClosed() {
    return closed;
  }

  /** Closes it; whether it was open. */
  synchronized boolean close() {
    final boolean open = !closed;
    closed = true;
    return open;
  }

  synchronized boolean hasFailed() {
    return failure != null;
  }

  synchronized int groups() {
    return waiting.size() + inFlight;
  }

  synchronized long bytes() {
    return bytes;
  }
}
