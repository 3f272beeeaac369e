// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.execution.internal;

import io.calimero.node.events.ConfigurationEvent.ApplicationUpdated;
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
    if (progress.next().entry().payload() instanceof final Entry.Configured configured) {
      if (configured.change().event() instanceof final ApplicationUpdated updated) {
        return contexts
            .module(updated.application().blob())
            .thenCompose(
                module ->
                    Futures.on(
                        writers,
                        () ->
                            contexts.reading(
                                progress.slot, () -> update(progress, configured, module))))
            .thenCompose(this::goOn);
      }
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
        .thenCompose(this::goOn);
  }

  private CompletableFuture<Replayed> goOn(final Stopped stopped) {
    return stopped.difference.isPresent()
        ? CompletableFuture.completedFuture(
            new Replayed(stopped.progress.outcomes, stopped.difference))
        : run(stopped.progress);
  }

  /** The code changes; what it makes of the state is compared as what a call does. */
  private Stopped update(
      final Progress progress, final Entry.Configured configured, final WasmModule module) {
    final Entry.Signed signed = progress.next();
    if (Migrations.has(module) != configured.outcomeDigest().isPresent()) {
      return differs(
          progress,
          Migrations.has(module)
              ? "the new application has a migrate, which was not run there"
              : "the new application has no migrate that could have been run there");
    }
    if (!Migrations.has(module)) {
      final Step step = Step.logged(progress.view, new Entry.Logged(signed, Optional.empty()));
      return new Stopped(progress.plus(place(progress, step), Optional.empty()), Optional.empty());
    }
    return switch (Migrations.call(
        progress.view, signed.entry().timestamp(), module, configured.change(), blobs, deadline)) {
      case CallResult.Completed completed -> {
        final Outcome outcome = completed.outcome();
        if (!configured.outcomeDigest().equals(Optional.of(outcome.digest()))) {
          yield differs(
              progress,
              "outcome digest of migrate "
                  + configured.outcomeDigest().orElseThrow()
                  + " there, "
                  + outcome.digest()
                  + " here");
        }
        final Step step = Step.executed(progress.view, signed.entry(), signed.hash(), outcome);
        yield new Stopped(
            progress.plus(place(progress, step), Optional.of(outcome)), Optional.empty());
      }
      case CallResult.Failed failed ->
          differs(progress, "migrate fails here: " + failed.error().message());
      case CallResult.TimedOut timedOut -> throw Calls.timedOut(timedOut).toException();
      case CallResult.Interrupted interrupted -> throw Calls.interrupted(interrupted).toException();
      case CallResult.WouldWrite _ ->
          throw new IllegalStateException("a mutating call was stopped because it writes");
    };
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
