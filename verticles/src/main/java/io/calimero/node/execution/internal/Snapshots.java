// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.execution.internal;

import io.calimero.node.events.NodeException;
import io.calimero.node.execution.SnapshotOptions;
import io.calimero.node.storage.StorageException;
import io.calimero.node.storage.state.Snapshot;
import io.calimero.node.storage.state.StateStore;
import io.calimero.node.storage.state.StateView;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes snapshots in the background, of committed views only. One that fails costs nothing but a
 * longer replay; it is reported, counted and tried again later.
 */
final class Snapshots {
  private static final Logger LOG = LoggerFactory.getLogger(Snapshots.class);
  private static final CompletableFuture<Boolean> NO = CompletableFuture.completedFuture(false);

  private final StateStore store;
  private final Executor executor;
  private final SnapshotOptions options;
  private final LongSupplier nanoClock;
  private final Map<Lane, CompletableFuture<Boolean>> underWay = new ConcurrentHashMap<>();
  private final Map<Lane, Long> failedAt = new ConcurrentHashMap<>();
  private final AtomicLong failures = new AtomicLong();

  Snapshots(
      final StateStore store,
      final Executor executor,
      final SnapshotOptions options,
      final LongSupplier nanoClock) {
    this.store = store;
    this.executor = executor;
    this.options = options;
    this.nanoClock = nanoClock;
  }

  /** Begins a snapshot of the lane if one is due. Returns at once. */
  void consider(final Lane lane) {
    if (lane.committed().filter(this::due).isPresent() && mayTry(lane)) {
      final CompletableFuture<Boolean> _ = take(lane);
    }
  }

  /** As {@link #consider}, but completes when that snapshot, if any, is done or has failed. */
  CompletableFuture<Boolean> relieve(final Lane lane) {
    return lane.committed().filter(this::due).isPresent() && mayTry(lane) ? take(lane) : NO;
  }

  /** Whether replaying what came since the last snapshot takes longer than opening a new one. */
  boolean worthwhile(final Lane lane) {
    return lane.committed()
        .map(ContextView::growth)
        .filter(
            growth -> growth.entries() >= options.worthwhile() || growth.bytes() >= options.bytes())
        .isPresent();
  }

  /**
   * Writes a snapshot of the lane's committed view and puts the lane on top of it. Joins the one
   * that is under way, if there is one.
   *
   * @return whether it was written; never fails
   */
  CompletableFuture<Boolean> take(final Lane lane) {
    final CompletableFuture<Boolean> mine = new CompletableFuture<>();
    final CompletableFuture<Boolean> running = underWay.putIfAbsent(lane, mine);
    if (running != null) {
      return running;
    }
    final CompletableFuture<Boolean> _ =
        Futures.on(executor, () -> write(lane))
            .whenComplete(
                (written, failure) -> {
                  if (failure == null) {
                    failedAt.remove(lane);
                  } else {
                    failed(lane, Futures.cause(failure));
                  }
                  underWay.remove(lane, mine);
                  mine.complete(failure == null && written);
                });
    return mine;
  }

  /** Deletes the snapshots of a context that is gone, once none is under way. */
  CompletableFuture<Boolean> drop(final Lane lane) {
    failedAt.remove(lane);
    return underWay
        .getOrDefault(lane, NO)
        .thenCompose(
            _ ->
                Futures.on(
                    executor,
                    () -> {
                      store.drop(lane.context());
                      return true;
                    }))
        .exceptionally(
            failure -> {
              LOG.atWarn()
                  .addKeyValue("context", lane.context())
                  .setCause(Futures.cause(failure))
                  .log("the snapshots of a context that is gone cannot be deleted");
              return false;
            });
  }

  /** Forgets a lane that is closed. */
  void forget(final Lane lane) {
    failedAt.remove(lane);
  }

  private boolean due(final ContextView view) {
    final Growth growth = view.growth();
    final StateView state = view.state();
    return growth.bytes() >= options.maxBytes()
        || over(growth.entries(), options.entries(), state.entries())
        || over(growth.keys(), options.keys(), state.entries())
        || over(growth.bytes(), options.bytes(), state.sizeInBytes());
  }

  private boolean over(final long grown, final long least, final long whole) {
    return grown >= least && grown >= whole * options.ratio();
  }

  private boolean mayTry(final Lane lane) {
    final Long last = failedAt.get(lane);
    return last == null || nanoClock.getAsLong() - last >= options.retry().toNanos();
  }

  private boolean write(final Lane lane) {
    final ContextView view = lane.committed().orElse(null);
    if (view == null || view.growth().entries() == 0) {
      return false;
    }
    final Snapshot snapshot =
        store.snapshot(
            lane.context(),
            view.head().position(),
            view.head().hash(),
            view.state(),
            Beginnings.attachment(view));
    LOG.atDebug()
        .addKeyValue("context", lane.context())
        .addKeyValue("position", view.head().position())
        .log("snapshot written");
    lane.capture().ifPresent(captured -> rebase(lane, snapshot, view, captured));
    return true;
  }

  private void rebase(
      final Lane lane,
      final Snapshot snapshot,
      final ContextView older,
      final ContextView captured) {
    final StateView rebased;
    try {
      rebased = store.rebase(snapshot, older.state(), captured.state());
    } catch (final IllegalArgumentException e) {
      LOG.debug("context {} was loaded anew while a snapshot was written", lane.context(), e);
      return;
    }
    final boolean _ = lane.rebase(captured, rebased, older.growth());
  }

  private void failed(final Lane lane, final Throwable failure) {
    failedAt.put(lane, nanoClock.getAsLong());
    final String message =
        "a snapshot failed, failure number {}; nothing is lost, but a restart replays more of the"
            + " log: {}";
    final long count = failures.incrementAndGet();
    if (failure instanceof StorageException || failure instanceof NodeException) {
      LOG.atWarn().addKeyValue("context", lane.context()).log(message, count, failure.getMessage());
    } else {
      LOG.atError()
          .addKeyValue("context", lane.context())
          .setCause(failure)
          .log(message, count, failure.toString());
    }
  }
}
