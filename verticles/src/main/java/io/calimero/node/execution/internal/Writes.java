// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.execution.internal;

import io.calimero.node.events.Hash;
import io.calimero.node.events.Head;
import io.calimero.node.events.NodeException;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.Transaction;
import io.calimero.node.events.messages.AttestationMessages.Attempt;
import io.calimero.node.events.messages.AttestationMessages.Attest;
import io.calimero.node.events.messages.AttestationMessages.Ordinary;
import io.calimero.node.events.messages.AttestationMessages.Told;
import io.calimero.node.events.messages.AttestationMessages.Vouched;
import io.calimero.node.events.messages.ExecutionMessages.Effect;
import io.calimero.node.events.messages.ExecutionMessages.Execute;
import io.calimero.node.events.messages.ExecutionMessages.Executed;
import io.calimero.node.events.messages.ExecutionMessages.Failed;
import io.calimero.node.events.messages.ExecutionMessages.GuestFailure;
import io.calimero.node.events.messages.ExecutionMessages.Initialize;
import io.calimero.node.events.messages.ExecutionMessages.NoEffect;
import io.calimero.node.events.messages.ExecutionMessages.NoInitializer;
import io.calimero.node.events.messages.ExecutionMessages.NotRun;
import io.calimero.node.events.messages.ExecutionMessages.Read;
import io.calimero.node.events.messages.ExecutionMessages.Result;
import io.calimero.node.events.messages.ExecutionMessages.ToSign;
import io.calimero.node.events.messages.ExecutionMessages.WouldWrite;
import io.calimero.node.events.messages.ExecutionMessages.Written;
import io.calimero.node.execution.internal.Lanes.Slot;
import io.calimero.node.wasm.WasmModule;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** Transactions: one batch of a context at a time, different contexts beside one another. */
final class Writes {
  /** The clock of the first entry serves for the second too. */
  private static final long FIRST_CLOCK = 0;

  private final Contexts contexts;
  private final Batch batch;
  private final Attesting attesting;
  private final Executor writers;

  Writes(
      final Contexts contexts,
      final Batch batch,
      final Attesting attesting,
      final Executor writers) {
    this.contexts = contexts;
    this.batch = batch;
    this.attesting = attesting;
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
                    .thenCompose(module -> init(slot.lane(), genesis, module, request)))
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

  private CompletableFuture<Result> init(
      final Lane lane,
      final ContextView genesis,
      final WasmModule module,
      final Initialize request) {
    if (!module.methods().contains(Calls.INIT)) {
      return CompletableFuture.completedFuture(new NoInitializer());
    }
    final Optional<Attest> authored =
        request
            .seed()
            .filter(_ -> attesting.concerns(module, genesis))
            .map(seed -> authored(request.initialization().transaction(), seed));
    if (authored.isEmpty()) {
      return Futures.on(writers, () -> everybodys(lane, genesis, module, request));
    }
    // what is being deleted must not take away what this call keeps
    return attesting
        .settled(authored.get().context())
        .thenCompose(
            _ ->
                Futures.on(
                    writers,
                    () ->
                        told(attesting.run(genesis, module, authored.get()))
                            .orElseGet(() -> everybodys(lane, genesis, module, request))));
  }

  private Result everybodys(
      final Lane lane,
      final ContextView genesis,
      final WasmModule module,
      final Initialize request) {
    return batch.run(lane, genesis, module, FIRST_CLOCK, request.initialization()).result();
  }

  private static Attest authored(final Transaction initialization, final Hash seed) {
    return new Attest(
        initialization.context(),
        initialization.executor(),
        initialization.method(),
        initialization.arguments(),
        initialization.uniqueId(),
        initialization.expectedPrior(),
        initialization.origin(),
        seed,
        FIRST_CLOCK);
  }

  /** What came of it, unless everybody can run it. */
  private static Optional<Result> told(final Attempt attempt) {
    return switch (attempt) {
      case Ordinary _ -> Optional.empty();
      case Vouched vouched -> Optional.of(new ToSign(vouched.transaction()));
      case Told told ->
          Optional.of(
              switch (told.answer()) {
                case Read read -> new NoEffect(read.position(), read.outcome());
                case Failed failed -> new GuestFailure(failed.error(), failed.logs());
                case Written _, WouldWrite _ ->
                    throw new IllegalStateException("a call for its author was ordered at once");
              });
    };
  }

  /** Whether the context can begin with this. */
  private static boolean begins(final Result result) {
    return switch (result) {
      case Effect _, NoEffect _, NoInitializer _, ToSign _ -> true;
      case GuestFailure _, NotRun _ -> false;
    };
  }
}
