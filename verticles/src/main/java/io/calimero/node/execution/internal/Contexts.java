// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.execution.internal;

import io.calimero.node.events.ContextId;
import io.calimero.node.events.NodeException;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.execution.internal.Lanes.Slot;
import io.calimero.node.storage.StorageException;
import io.calimero.node.wasm.WasmModule;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The contexts as those see them who run something in one: loaded when needed, closed when idle.
 */
final class Contexts {
  private static final Logger LOG = LoggerFactory.getLogger(Contexts.class);

  private final Lanes lanes;
  private final Loader loader;
  private final Modules modules;
  private final Snapshots snapshots;
  private volatile boolean stopping;

  Contexts(
      final Lanes lanes, final Loader loader, final Modules modules, final Snapshots snapshots) {
    this.lanes = lanes;
    this.loader = loader;
    this.modules = modules;
    this.snapshots = snapshots;
  }

  /** Does something with the lane of a context, which stays in memory meanwhile. */
  <T> CompletableFuture<T> with(
      final ContextId context, final Function<Slot, CompletableFuture<T>> task) {
    return stopping ? notReady() : finish(lanes.use(context), task);
  }

  /** Does something with the lane of a context that is not in the log yet. */
  <T> CompletableFuture<T> withNew(
      final ContextId context, final Function<Slot, CompletableFuture<T>> task) {
    if (stopping) {
      return notReady();
    }
    return lanes
        .begin(context)
        .map(slot -> finish(slot, task))
        .orElseGet(
            () ->
                CompletableFuture.failedFuture(
                    Problem.of(
                            Code.CONTEXT_EXISTS,
                            "context " + context + " exists already",
                            context.hash())
                        .toException()));
  }

  /** The committed view, as new as the lane has heard of. */
  CompletableFuture<ContextView> ready(final Slot slot) {
    final Lane lane = slot.lane();
    return loader
        .ready(lane)
        .thenCompose(
            _ -> {
              final Optional<ContextView> view = lane.committed();
              return view.isPresent()
                  ? CompletableFuture.completedFuture(view.get())
                  : ready(slot); // forgotten a moment ago
            });
  }

  /** The module that the context runs. */
  CompletableFuture<WasmModule> module(final ContextView view) {
    return modules.get(view.configuration().application().blob());
  }

  /**
   * Runs what reads the state. If the state cannot be read the lane is dropped: its next use checks
   * the snapshot beneath it, and does without if need be.
   */
  <T> T reading(final Slot slot, final Supplier<T> task) {
    try {
      return task.get();
    } catch (final StorageException e) {
      LOG.atError()
          .addKeyValue("context", slot.lane().context())
          .setCause(e)
          .log("the state of a context cannot be read and will be loaded anew");
      lanes.remove(slot);
      throw Problem.of(
              Code.INTERNAL,
              "the state could not be read and will be loaded anew: " + e.getMessage())
          .toException();
    }
  }

  /** Drops a lane. */
  void drop(final Slot slot) {
    lanes.remove(slot);
  }

  /** Takes on nothing more. */
  void stop() {
    stopping = true;
  }

  private <T> CompletableFuture<T> finish(
      final Slot slot, final Function<Slot, CompletableFuture<T>> task) {
    CompletableFuture<T> begun;
    try {
      begun = task.apply(slot);
    } catch (final RuntimeException e) {
      begun = CompletableFuture.failedFuture(e);
    }
    return begun
        .whenComplete((_, failure) -> finished(slot, failure != null))
        .exceptionallyCompose(failure -> CompletableFuture.failedFuture(explained(failure)));
  }

  private void finished(final Slot slot, final boolean failed) {
    lanes.release(slot);
    if (failed) {
      lanes.removeIfEmpty(slot);
    }
    for (final Slot idle : lanes.surplus()) {
      close(idle);
    }
  }

  private void close(final Slot slot) {
    final Lane lane = slot.lane();
    if (!snapshots.worthwhile(lane)) {
      closed(slot);
      return;
    }
    final CompletableFuture<Void> _ =
        snapshots
            .take(lane)
            .thenAccept(
                _ -> {
                  lanes.account(slot);
                  closed(slot);
                });
  }

  private void closed(final Slot slot) {
    if (lanes.close(slot)) {
      snapshots.forget(slot.lane());
    }
  }

  private Throwable explained(final Throwable failure) {
    final Throwable cause = Futures.cause(failure);
    return stopping && !(cause instanceof NodeException)
        ? Problem.of(Code.NOT_READY, "the node is stopping").toException()
        : cause;
  }

  private static <T> CompletableFuture<T> notReady() {
    return Futures.failed(Code.NOT_READY, "the node is stopping");
  }
}
