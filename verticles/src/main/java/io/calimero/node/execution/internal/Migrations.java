// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.execution.internal;

import io.calimero.node.events.ConfigurationEvent;
import io.calimero.node.events.ConfigurationEvent.ApplicationUpdated;
import io.calimero.node.events.Entry;
import io.calimero.node.events.Outcome;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.messages.ExecutionMessages.Effect;
import io.calimero.node.events.messages.ExecutionMessages.Executed;
import io.calimero.node.events.messages.ExecutionMessages.GuestFailure;
import io.calimero.node.events.messages.ExecutionMessages.Migrate;
import io.calimero.node.events.messages.ExecutionMessages.NoInitializer;
import io.calimero.node.events.messages.ExecutionMessages.NotRun;
import io.calimero.node.events.messages.ExecutionMessages.Result;
import io.calimero.node.execution.internal.Lanes.Slot;
import io.calimero.node.wasm.Blobs;
import io.calimero.node.wasm.CallResult;
import io.calimero.node.wasm.WasmModule;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * What a new application makes of the state that the one before it has left: its {@code migrate},
 * if it has one, runs as part of the entry by which the code changes.
 */
final class Migrations {
  private final Contexts contexts;
  private final Writes writes;
  private final Duration deadline;
  private final Blobs blobs;
  private final Executor writers;

  Migrations(
      final Contexts contexts,
      final Writes writes,
      final Duration deadline,
      final Blobs blobs,
      final Executor writers) {
    this.contexts = contexts;
    this.writes = writes;
    this.deadline = deadline;
    this.blobs = blobs;
    this.writers = writers;
  }

  /** Runs it for the coordinator, whose entry is then pending on the lane. */
  CompletableFuture<Executed> migrate(final Migrate request) {
    if (!(request.change().event() instanceof final ApplicationUpdated updated)) {
      return Futures.failed(Code.INVALID_REQUEST, "the change is not one of the application");
    }
    return contexts.with(
        request.context(),
        slot ->
            slot.writes()
                .submit(
                    () ->
                        writes
                            .base(slot, request.base())
                            .thenCompose(view -> run(slot, view, updated, request))));
  }

  private CompletableFuture<Executed> run(
      final Slot slot,
      final ContextView view,
      final ApplicationUpdated updated,
      final Migrate request) {
    return contexts
        .module(updated.application().blob())
        .thenCompose(
            module ->
                has(module)
                    ? Futures.on(
                        writers,
                        () -> contexts.reading(slot, () -> run(slot, view, module, request)))
                    : CompletableFuture.completedFuture(new NoInitializer()))
        .thenApply(result -> new Executed(List.of(result)));
  }

  private Result run(
      final Slot slot, final ContextView view, final WasmModule module, final Migrate request) {
    final long timestamp = Calls.timeAfter(view, request.now());
    final CallResult called = call(view, timestamp, module, request.change(), blobs, deadline);
    return switch (called) {
      case CallResult.Completed completed ->
          place(slot, view, timestamp, request.change(), completed.outcome());
      case CallResult.Failed failed -> new GuestFailure(failed.error(), failed.logs());
      case CallResult.TimedOut timedOut -> new NotRun(Calls.timedOut(timedOut));
      case CallResult.Interrupted interrupted -> new NotRun(Calls.interrupted(interrupted));
      case CallResult.WouldWrite _ ->
          throw new IllegalStateException("a mutating call was stopped because it writes");
    };
  }

  private static Result place(
      final Slot slot,
      final ContextView view,
      final long timestamp,
      final ConfigurationEvent.Signed change,
      final Outcome outcome) {
    final Entry entry =
        Entry.after(
            view.configuration().context(),
            view.head(),
            timestamp,
            view.configuration().term(),
            new Entry.Configured(change, Optional.of(outcome.digest())));
    final Step step = Step.executed(view, entry, entry.hash(), outcome);
    return slot.lane().push(view, step).isPresent()
        ? new Effect(entry, step.hash(), outcome)
        : new NotRun(
            Problem.of(Code.PRIOR_MISMATCH, "the log went on while migrate ran: try again"));
  }

  /** Whether the application has something to run when it takes over. */
  static boolean has(final WasmModule module) {
    return module.methods().contains(Calls.MIGRATE);
  }

  /** Runs it. Blocks while the guest runs. */
  static CallResult call(
      final ContextView before,
      final long timestamp,
      final WasmModule module,
      final ConfigurationEvent.Signed change,
      final Blobs blobs,
      final Duration deadline) {
    return module.call(
        Calls.migrating(before, timestamp, change, blobs, deadline),
        new StateOfView(before.state()));
  }
}
