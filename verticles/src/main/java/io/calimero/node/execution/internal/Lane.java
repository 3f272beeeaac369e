// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.execution.internal;

import io.calimero.node.events.ContextId;
import io.calimero.node.events.Entry;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Head;
import io.calimero.node.events.NodeException;
import io.calimero.node.events.messages.ExecutionMessages.TransactionExecuted;
import io.calimero.node.storage.state.StateView;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One context: its view at the end of the log, and on top of it the steps that were executed and
 * are not yet known to be on disk. Each pending step follows the one before it, the first follows
 * the committed view.
 *
 * <p>Thread-safe. Nothing here blocks or runs guests, so that any thread may ask at any time.
 */
final class Lane {
  private static final Logger LOG = LoggerFactory.getLogger(Lane.class);
  private static final long UNKNOWN = -1;

  private final ContextId context;
  private final Consumer<TransactionExecuted> announcer;
  private final Consumer<ContextView> checkpoints;
  private final Deque<Step> pending = new ArrayDeque<>();
  private @Nullable ContextView committed;
  private boolean loaded;
  private long wanted;
  private long announced = UNKNOWN;
  private @Nullable List<Step> sinceCapture;

  /**
   * A lane.
   *
   * @param checkpoints takes the view behind each checkpoint that comes by, at once
   */
  Lane(
      final ContextId context,
      final Consumer<TransactionExecuted> announcer,
      final Consumer<ContextView> checkpoints) {
    this.context = context;
    this.announcer = announcer;
    this.checkpoints = checkpoints;
  }

  ContextId context() {
    return context;
  }

  /** The newest view that is known to be on disk. */
  synchronized Optional<ContextView> committed() {
    return Optional.ofNullable(committed);
  }

  /** Whether the committed view is the newest that this lane has heard of. */
  synchronized boolean upToDate() {
    return loaded && committed != null && committed.head().position() >= wanted;
  }

  /** The highest position that this lane has heard of. */
  synchronized long wanted() {
    return wanted;
  }

  /** Says that the log should reach to this position. */
  synchronized void want(final long position) {
    wanted = Math.max(wanted, position);
  }

  synchronized boolean hasPending() {
    return !pending.isEmpty();
  }

  synchronized int pendingSteps() {
    return pending.size();
  }

  /**
   * The view at this head, committed or pending. What was pending behind it is dropped: whoever
   * asks has found out that it will not be appended.
   */
  synchronized Optional<ContextView> rewind(final Head base) {
    if (committed != null && committed.head().equals(base)) {
      pending.clear();
      return Optional.of(committed);
    }
    for (final Step step : pending) {
      if (step.view().head().equals(base)) {
        while (pending.getLast().position() > step.position()) {
          pending.removeLast();
        }
        return Optional.of(step.view());
      }
    }
    return Optional.empty();
  }

  /**
   * Puts a step on top.
   *
   * @return its view, or nothing if the lane has meanwhile gone another way than where the step
   *     begins
   */
  @SuppressWarnings("ReferenceEquality") // another object of the same state is what is looked for
  synchronized Optional<ContextView> push(final ContextView before, final Step step) {
    final Optional<ContextView> top = top();
    if (!top.map(ContextView::head).equals(Optional.of(before.head()))) {
      return Optional.empty();
    }
    // the state beneath may have moved onto a snapshot meanwhile
    final Step placed = top.get().state() == before.state() ? step : step.on(top.get());
    pending.addLast(placed);
    return Optional.of(placed.view());
  }

  /** Begins a context that is not yet in the log, with its first entry pending. */
  synchronized ContextView begin(final Step first) {
    pending.clear();
    pending.addLast(first);
    announced = 0;
    return first.view();
  }

  /**
   * Takes note that entries are on disk. If they are those that were executed here, nothing needs
   * to be computed. If some are missing in between, the lane is behind until it has caught up.
   */
  synchronized void commit(final List<Entry.Logged> entries) {
    if (announced == UNKNOWN) {
      announced = entries.getFirst().entry().position() - 1;
    }
    want(entries.getLast().entry().position());
    for (final Entry.Logged entry : entries) {
      if (!advance(entry)) {
        return;
      }
    }
  }

  private boolean advance(final Entry.Logged logged) {
    final long position = logged.entry().position();
    final ContextView known = committed;
    if (known != null && position <= known.head().position()) {
      return true;
    }
    final Step next = pending.peekFirst();
    if (next != null && next.hash().equals(logged.signed().hash())) {
      pending.removeFirst();
      settle(next);
      return true;
    }
    final long after = known == null ? 0 : known.head().position();
    if (position != after + 1) {
      return false;
    }
    try {
      final Step step = known == null ? Step.first(logged) : Step.logged(known, logged);
      pending.clear();
      settle(step);
      return true;
    } catch (final NodeException e) {
      LOG.warn("{}: reloading its state from the log", e.getMessage());
      forget();
      return false;
    }
  }

  private void settle(final Step step) {
    committed = step.view();
    if (step.position() == 1) {
      loaded = true;
    }
    if (sinceCapture != null) {
      sinceCapture.add(step);
    }
    announce(step);
  }

  private void announce(final Step step) {
    if (ContextView.checkpoint(step.entry()).isPresent()) {
      checkpoints.accept(step.view());
    }
    if (announced != UNKNOWN && step.position() > announced) {
      announced = step.position();
      step.notice().ifPresent(announcer);
    }
  }

  /** Drops the committed view if it still is this one, with all on top of it: it is wrong. */
  @SuppressWarnings("ReferenceEquality") // another one was made of something else
  synchronized void distrust(final ContextView view) {
    if (committed == view) {
      forget();
    }
  }

  private void forget() {
    committed = null;
    loaded = false;
    sinceCapture = null;
    pending.clear();
  }

  /**
   * Takes what was read from the log or a snapshot.
   *
   * @param from the committed view that it was computed from, if it was from one
   * @param to the committed view from now on
   * @param steps the steps between, as far as they are entries of the log
   * @return false if the committed view is not that one any more
   */
  @SuppressWarnings("ReferenceEquality") // an equal view would do, but comparing costs more
  synchronized boolean install(
      final Optional<ContextView> from, final ContextView to, final List<Step> steps) {
    if (committed != from.orElse(null)) {
      return false;
    }
    committed = to;
    sinceCapture = null;
    steps.forEach(this::announce);
    rechain();
    return true;
  }

  /**
   * Ends loading or catching up at the end of the log as it was read.
   *
   * @param asked what was wanted before the log was read
   * @return whether the lane is up to date; if not, more is in the log by now
   */
  synchronized boolean reached(final long asked) {
    final ContextView known = committed;
    if (known == null) {
      return false;
    }
    loaded = true;
    final long position = known.head().position();
    if (announced == UNKNOWN) {
      announced = position;
    }
    if (wanted > position && wanted == asked) {
      // nobody can have it on disk: somebody asked for a head that never was appended
      wanted = position;
    }
    return wanted <= position;
  }

  /** The committed view, to be rebased: from now on the lane notes which steps come after it. */
  synchronized Optional<ContextView> capture() {
    sinceCapture = new ArrayList<>();
    return committed();
  }

  /**
   * Moves the lane onto a snapshot's file.
   *
   * @param captured the committed view at {@link #capture}
   * @param rebased the same state over the file
   * @param taken what of its growth is in the file
   * @return false if the lane has gone another way meanwhile
   */
  synchronized boolean rebase(
      final ContextView captured, final StateView rebased, final Growth taken) {
    final List<Step> steps = sinceCapture;
    sinceCapture = null;
    if (steps == null) {
      return false;
    }
    ContextView view = captured.over(rebased, captured.growth().minus(taken));
    for (final Step step : steps) {
      view = step.on(view).view();
    }
    committed = view;
    rechain();
    return true;
  }

  /** Puts what is pending on top of the committed view again, as far as it follows. */
  private void rechain() {
    final List<Step> steps = List.copyOf(pending);
    pending.clear();
    ContextView view = committed;
    for (final Step step : steps) {
      final Hash above = view == null ? Hash.ZERO : view.head().hash();
      if (view != null && step.entry().prior().equals(above)) {
        final Step placed = step.on(view);
        pending.addLast(placed);
        view = placed.view();
      } else if (view == null || step.position() > view.head().position()) {
        return;
      }
    }
  }

  private Optional<ContextView> top() {
    final Step last = pending.peekLast();
    return last == null ? committed() : Optional.of(last.view());
  }
}
