// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.execution.internal;

import io.calimero.node.events.Head;
import io.calimero.node.events.NodeException;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.Transaction;
import io.calimero.node.events.messages.ExecutionMessages.Effect;
import io.calimero.node.events.messages.ExecutionMessages.Execute;
import io.calimero.node.events.messages.ExecutionMessages.Executed;
import io.calimero.node.events.messages.ExecutionMessages.GuestFailure;
import io.calimero.node.events.messages.ExecutionMessages.Initialize;
import io.calimero.node.events.messages.ExecutionMessages.NoEffect;
import io.calimero.node.events.messages.ExecutionMessages.NoInitializer;
import io.calimero.node.events.messages.ExecutionMessages.NotRun;
import io.calimero.node.events.messages.ExecutionMessages.Result;
import io.calimero.node.execution.internal.Lanes.Slot;
import io.calimero.node.wasm.WasmModule;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** Transactions: one batch of a context at a time, different contexts beside one another. */
final class Writes {
  private final Contexts contexts;
  private final Batch batch;
  private final Executor writers;

  Writes(final Contexts contexts, final Batch batch, final Executor writers) {
    this.contexts = contexts;
    this.batch = batch;
    this.writers = writers;
  }

  CompletableFuture<Executed> execute(final Execute request) {
    if (request.transactions().isEmpty()) {
      return Futures.failed(Code.INVALID_REQUEST, "no transaction to execute");
    }
    return contexts.with(
        request.context(), slot -> slot.writes().submit(() -> execute(slot, request)));
  }

  CompletableFuture<Executed> initialize(final Initialize request) {
    final Transaction transaction = request.initialization().transaction();
    if (!transaction.method().equals(Calls.INIT)
        || !transaction.context().equals(request.genesis().entry().context())) {
      return Futures.failed(Code.INVALID_REQUEST, "not the initialization of this context");
    }
    return contexts.withNew(
        transaction.context(), slot -> slot.writes().submit(() -> initialize(slot, request)));
  }

  private CompletableFuture<Executed> execute(final Slot slot, final Execute request) {
    return base(slot, request.base())
        .thenCompose(
            base ->
                contexts
                    .module(base)
                    .thenCompose(
                        module ->
                            Futures.on(
                                writers,
                                () ->
                                    contexts.reading(
                                        slot, () -> run(slot, base, module, request)))));
  }

  private Executed run(
      final Slot slot, final ContextView base, final WasmModule module, final Execute request) {
    return new Executed(
        batch.run(slot.lane(), base, module, request.now(), request.transactions()));
  }

  /** The view to build on. What the lane does not know yet is looked for in the log. */
  CompletableFuture<ContextView> base(final Slot slot, final Head head) {
    final Lane lane = slot.lane();
    final Optional<ContextView> known = lane.rewind(head);
    if (known.isPresent()) {
      return CompletableFuture.completedFuture(known.get());
    }
    lane.want(head.position());
    return contexts
        .ready(slot)
        .thenApply(
            view ->
                lane.rewind(head)
                    .orElseThrow(
                        () ->
                            Problem.of(
                                    Code.PRIOR_MISMATCH,
                                    "the log does not end with "
                                        + head.hash()
                                        + " at position "
                                        + head.position(),
                                    view.head().hash())
                                .toException()));
  }

  private CompletableFuture<Executed> initialize(final Slot slot, final Initialize request) {
    return Futures.on(writers, () -> slot.lane().begin(first(request)))
        .thenCompose(
            genesis ->
                contexts
                    .module(genesis)
                    .thenCompose(
                        module ->
                            Futures.on(
                                writers,
                                () ->
                                    init(slot.lane(), genesis, module, request.initialization()))))
        .whenComplete(
            (result, failure) -> {
              if (failure != null || !begins(result)) {
                contexts.drop(slot);
              }
            })
        .thenApply(result -> new Executed(List.of(result)));
  }

  private static Step first(final Initialize request) {
    try {
      return Step.first(request.genesis());
    } catch (final NodeException e) {
      throw Problem.of(Code.INVALID_REQUEST, e.problem().message()).toException();
    }
  }

  private Result init(
      final Lane lane,
      final ContextView genesis,
      final WasmModule module,
      final Transaction.Signed initialization) {
    if (!module.methods().contains(Calls.INIT)) {
      return new NoInitializer();
    }
    // the clock of the first entry serves for the second too
    return batch.run(lane, genesis, module, 0, initialization).result();
  }

  /** Whether the context can begin with this. */
  private static boolean begins(final Result result) {
    return switch (result) {
      case Effect _, NoEffect _, NoInitializer _ -> true;
      case GuestFailure _, NotRun _ -> false;
    };
  }
}
