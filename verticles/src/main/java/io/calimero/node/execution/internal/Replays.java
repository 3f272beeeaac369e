// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.execution.internal;

import io.calimero.node.events.Entry;
import io.calimero.node.events.Head;
import io.calimero.node.events.Outcome;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.messages.ExecutionMessages.Replay;
import io.calimero.node.events.messages.ExecutionMessages.Replayed;
import io.calimero.node.execution.internal.Lanes.Slot;
import io.calimero.node.wasm.Blobs;
import io.calimero.node.wasm.CallResult;
import io.calimero.node.wasm.WasmModule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * Entries that another node has ordered: executed as they say, and compared with what they say.
 * What is right is pending on the lane, until it is known to be on disk.
 */
final class Replays {
  private final Contexts contexts;
  private final Writes writes;
  private final Duration deadline;
  private final Blobs blobs;
  private final Executor writers;

  Replays(
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

  /** How far a replay has come. */
  private record Progress(
      Slot slot, ContextView view, List<Entry.Signed> entries, List<Optional<Outcome>> outcomes) {
    boolean done() {
      return outcomes.size() == entries.size();
    }

    Entry.Signed next() {
      return entries.get(outcomes.size());
    }

    Progress plus(final ContextView after, final Optional<Outcome> outcome) {
      outcomes.add(outcome);
      return new Progress(slot, after, entries, outcomes);
    }
  }

  CompletableFuture<Replayed> replay(final Replay request) {
    if (request.entries().isEmpty()) {
      return Futures.failed(Code.INVALID_REQUEST, "no entry to execute");
    }
    return request.base().equals(Head.NONE)
        ? contexts.withNew(
            request.context(), slot -> slot.writes().submit(() -> begin(slot, request)))
        : contexts.with(
            request.context(), slot -> slot.writes().submit(() -> follow(slot, request)));
  }

  private CompletableFuture<Replayed> follow(final Slot slot, final Replay request) {
    return writes
        .base(slot, request.base())
        .thenCompose(view -> run(new Progress(slot, view, request.entries(), new ArrayList<>())));
  }

  private CompletableFuture<Replayed> begin(final Slot slot, final Replay request) {
    final Entry.Logged first = new Entry.Logged(request.entries().getFirst(), Optional.empty());
    return Futures.on(writers, () -> slot.lane().begin(Step.first(first)))
        .thenCompose(
            view ->
                run(
                    new Progress(slot, view, request.entries(), new ArrayList<>())
                        .plus(view, Optional.empty())))
        .whenComplete(
            (replayed, failure) -> {
              if (failure != null || replayed.difference().isPresent()) {
                contexts.drop(slot);
              }
            });
  }

  private CompletableFuture<Replayed> run(final Progress progress) {
    if (progress.done()) {
      return CompletableFuture.completedFuture(new Replayed(progress.outcomes, Optional.empty()));
    }
    if (progress.next().entry().payload() instanceof Entry.Configured) {
      final Entry.Logged change = new Entry.Logged(progress.next(), Optional.empty());
      final Optional<String> differs =
          ContextView.checkpoint(change.entry()).flatMap(progress.view::objection);
      if (differs.isPresent()) {
        return CompletableFuture.completedFuture(
            new Replayed(progress.outcomes, differs(progress, differs.get()).difference));
      }
      return Futures.on(writers, () -> place(progress, Step.logged(progress.view, change)))
          .thenCompose(view -> run(progress.plus(view, Optional.empty())));
    }
    return contexts
        .module(progress.view)
        .thenCompose(
            module ->
                Futures.on(
                    writers,
                    () -> contexts.reading(progress.slot, () -> execute(progress, module))))
        .thenCompose(
            stopped ->
                stopped.difference.isPresent()
                    ? CompletableFuture.completedFuture(
                        new Replayed(stopped.progress.outcomes, stopped.difference))
                    : run(stopped.progress));
  }

  private record Stopped(Progress progress, Optional<String> difference) {}

  /** Executes up to the next change of the configuration. Blocks while guests run. */
  private Stopped execute(final Progress from, final WasmModule module) {
    Progress progress = from;
    while (!progress.done()
        && progress.next().entry().payload() instanceof final Entry.Executed executed) {
      final Entry.Signed signed = progress.next();
      if (signed.attestation().isPresent()) {
        final Optional<String> wrong = Attested.difference(progress.view, executed);
        if (wrong.isPresent()) {
          return differs(progress, wrong.get());
        }
        progress = placed(progress, signed, Attested.effects(executed.transaction()));
        continue;
      }
      final CallResult called =
          module.call(
              Calls.mutating(
                  progress.view,
                  signed.entry().timestamp(),
                  executed.transaction(),
                  blobs,
                  deadline),
              new StateOfView(progress.view.state()));
      switch (called) {
        case CallResult.Completed completed
            when completed.outcome().digest().equals(executed.outcomeDigest()) ->
            progress = placed(progress, signed, completed.outcome());
        case CallResult.Completed completed -> {
          return differs(
              progress,
              "outcome digest "
                  + executed.outcomeDigest()
                  + " there, "
                  + completed.outcome().digest()
                  + " here");
        }
        case CallResult.Failed failed -> {
          return differs(progress, "it fails here: " + failed.error().message());
        }
        case CallResult.TimedOut timedOut -> throw Calls.timedOut(timedOut).toException();
        case CallResult.Interrupted interrupted ->
            throw Calls.interrupted(interrupted).toException();
        case CallResult.WouldWrite _ ->
            throw new IllegalStateException("a mutating call was stopped because it writes");
      }
    }
    return new Stopped(progress, Optional.empty());
  }

  private static Progress placed(
      final Progress progress, final Entry.Signed signed, final Outcome outcome) {
    return progress.plus(
        place(progress, Step.executed(progress.view, signed.entry(), signed.hash(), outcome)),
        Optional.of(outcome));
  }

  private static Stopped differs(final Progress progress, final String what) {
    return new Stopped(
        progress,
        Optional.of(
            "executing position "
                + progress.next().entry().position()
                + " gave another result: "
                + what));
  }

  private static ContextView place(final Progress progress, final Step step) {
    return progress
        .slot
        .lane()
        .push(progress.view, step)
        .orElseThrow(
            () ->
                Problem.of(Code.PRIOR_MISMATCH, "the log went on while entries were executed")
                    .toException());
  }
}
