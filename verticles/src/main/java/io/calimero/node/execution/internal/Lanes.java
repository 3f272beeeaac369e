// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.execution.internal;

import io.calimero.node.events.ContextId;
import io.calimero.node.events.messages.ExecutionMessages.TransactionExecuted;
import io.calimero.node.execution.ExecutionOptions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * The lanes that are kept in memory, the longest unused first. Beyond the bounds those that nobody
 * uses are to be closed; one with pending steps is kept, unless it has been so for long.
 */
final class Lanes {
  private static final int WAITING = 256;
  private static final long STALE_NANOS = 600_000_000_000L;

  private final int maxLanes;
  private final long maxBytes;
  private final Consumer<TransactionExecuted> announcer;
  private final Consumer<ContextView> checkpoints;
  private final LongSupplier nanoClock;
  private final int readsAtOnce;
  private final int readsWaiting;
  private final Map<ContextId, Slot> slots = new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;

  Lanes(
      final ExecutionOptions options,
      final Consumer<TransactionExecuted> announcer,
      final Consumer<ContextView> checkpoints,
      final LongSupplier nanoClock) {
    this.checkpoints = checkpoints;
    maxLanes = options.loadedContexts();
    maxBytes = options.loadedBytes();
    readsAtOnce = options.readersPerContext();
    readsWaiting = options.queued();
    this.announcer = announcer;
    this.nanoClock = nanoClock;
  }

  /** The lane of the context, made if need be. It stays until {@link #release}. */
  synchronized Slot use(final ContextId context) {
    final Slot slot = slots.computeIfAbsent(context, this::slot);
    slot.users++;
    slot.usedAt = nanoClock.getAsLong();
    slot.closing = false;
    return slot;
  }

  /** A new lane for a context that is not in the log, unless it is; to be released too. */
  synchronized Optional<Slot> begin(final ContextId context) {
    final Slot known = slots.get(context);
    if (known != null && known.lane.committed().isPresent()) {
      return Optional.empty();
    }
    if (known != null) {
      remove(known);
    }
    return Optional.of(use(context));
  }

  /** Ends a use. */
  synchronized void release(final Slot slot) {
    slot.users--;
    slot.usedAt = nanoClock.getAsLong();
    account(slot);
  }

  /** The lane of the context, if it is in memory. */
  synchronized Optional<Slot> find(final ContextId context) {
    return Optional.ofNullable(slots.get(context));
  }

  /** How many lanes are in memory. */
  synchronized int size() {
    return slots.size();
  }

  /** How many bytes of written state they hold that are in no snapshot. */
  synchronized long bytes() {
    return bytes;
  }

  /** Brings the sum of bytes up to date with what the lane holds now. */
  synchronized void account(final Slot slot) {
    if (slots.get(slot.lane.context()) == slot) {
      final long now = slot.lane.committed().map(view -> view.growth().bytes()).orElse(0L);
      bytes += now - slot.bytes;
      slot.bytes = now;
    }
  }

  /** Forgets the lane. Who uses it may finish, to no effect. */
  synchronized boolean remove(final Slot slot) {
    if (!slots.remove(slot.lane.context(), slot)) {
      return false;
    }
    bytes -= slot.bytes;
    slot.bytes = 0;
    return true;
  }

  /** Forgets a lane of {@link #surplus} if nobody has used it since. */
  synchronized boolean close(final Slot slot) {
    return slot.closing && idle(slot) && remove(slot);
  }

  /** Forgets a lane that never came to hold anything, once nobody uses it. */
  synchronized boolean removeIfEmpty(final Slot slot) {
    return slot.users == 0
        && slot.lane.committed().isEmpty()
        && !slot.lane.hasPending()
        && remove(slot);
  }

  /** The lanes to be closed for the bounds to be kept, each named once until it is used again. */
  synchronized List<Slot> surplus() {
    if (slots.size() <= maxLanes && bytes <= maxBytes) {
      return List.of();
    }
    final List<Slot> surplus = new ArrayList<>();
    int lanes = slots.size();
    long left = bytes;
    for (final Slot slot : slots.values()) {
      if (lanes <= maxLanes && left <= maxBytes) {
        break;
      }
      final boolean helps = lanes > maxLanes || slot.bytes > 0;
      if (helps && idle(slot)) {
        lanes--;
        left -= slot.bytes;
        if (!slot.closing) {
          slot.closing = true;
          surplus.add(slot);
        }
      }
    }
    return surplus;
  }

  /** All lanes, the longest unused first. */
  synchronized List<Slot> all() {
    return List.copyOf(slots.values());
  }

  private boolean idle(final Slot slot) {
    return slot.users == 0
        && (!slot.lane.hasPending() || nanoClock.getAsLong() - slot.usedAt > STALE_NANOS);
  }

  private Slot slot(final ContextId context) {
    return new Slot(
        new Lane(context, announcer, checkpoints),
        new TaskQueue(1, WAITING),
        new TaskQueue(readsAtOnce, readsWaiting));
  }

  /** A lane, the queues of what writes on it and of what reads it, and how it is used. */
  static final class Slot {
    private final Lane lane;
    private final TaskQueue writes;
    private final TaskQueue reads;
    private int users;
    private long usedAt;
    private long bytes;
    private boolean closing;

    private Slot(final Lane lane, final TaskQueue writes, final TaskQueue reads) {
      this.lane = lane;
      this.writes = writes;
      this.reads = reads;
    }

    Lane lane() {
      return lane;
    }

    TaskQueue writes() {
      return writes;
    }

    TaskQueue reads() {
      return reads;
    }
  }
}
