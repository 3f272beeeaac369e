// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.execution.internal;

import io.calimero.node.events.Attestation;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.GuestError;
import io.calimero.node.events.Observation;
import io.calimero.node.events.Outcome;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.Transaction;
import io.calimero.node.events.WriteSet;
import io.calimero.node.events.messages.AttestationMessages.Attempt;
import io.calimero.node.events.messages.AttestationMessages.Attest;
import io.calimero.node.events.messages.AttestationMessages.Ordinary;
import io.calimero.node.events.messages.AttestationMessages.Told;
import io.calimero.node.events.messages.AttestationMessages.Vouched;
import io.calimero.node.events.messages.ExecutionMessages.Failed;
import io.calimero.node.events.messages.ExecutionMessages.Read;
import io.calimero.node.execution.internal.Lanes.Slot;
import io.calimero.node.storage.StorageException;
import io.calimero.node.wasm.AuthorSide;
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
 * Runs calls for their authors, at the newest committed view and beside whatever writes: what they
 * give is ordered only if it still fits then. What they write to private storage is on disk before
 * anybody hears of the transaction.
 */
final class Attesting {
  private final Contexts contexts;
  private final Executor readers;
  private final Duration deadline;
  private final Blobs blobs;
  private final Privates privates;

  Attesting(
      final Contexts contexts,
      final Executor readers,
      final Duration deadline,
      final Blobs blobs,
      final Privates privates) {
    this.contexts = contexts;
    this.readers = readers;
    this.deadline = deadline;
    this.blobs = blobs;
    this.privates = privates;
  }

  CompletableFuture<Attempt> attest(final Attest request) {
    if (!Calls.mayBeCalled(request.method())) {
      return CompletableFuture.failedFuture(Calls.notForClients(request.method()).toException());
    }
    final CompletableFuture<Boolean> _ = privates.sweep();
    return contexts.with(request.context(), slot -> attest(slot, request));
  }

  private CompletableFuture<Attempt> attest(final Slot slot, final Attest request) {
    return contexts
        .ready(slot)
        .thenCompose(
            view ->
                contexts
                    .module(view)
                    .thenCompose(
                        module ->
                            slot.reads()
                                .submit(
                                    () ->
                                        Futures.on(
                                            readers,
                                            () ->
                                                contexts.reading(
                                                    slot, () -> run(view, module, request))))));
  }

  /** Whether calls of the module may use what only this node has. */
  boolean concerns(final WasmModule module, final ContextView view) {
    return privates.concerns(module, view);
  }

  /** When nothing of a context is being deleted any more: then a new one of that name may begin. */
  CompletableFuture<Boolean> settled(final ContextId context) {
    return privates.settled(context);
  }

  /** Runs a call at a view. Blocks while the guest runs. */
  Attempt run(final ContextView view, final WasmModule module, final Attest request) {
    if (!view.configuration().isMember(request.executor())) {
      throw Calls.notMember(request.executor()).toException();
    }
    final Optional<AuthorSide> author = privates.of(module, view, request.executor());
    if (author.isEmpty()) {
      return new Ordinary();
    }
    final Recorded state = new Recorded(new StateOfView(view.state()));
    final CallResult called =
        module.call(Calls.authored(view, request, blobs, author.get(), deadline), state);
    return switch (called) {
      case CallResult.Completed completed when !completed.authored().used() -> new Ordinary();
      case CallResult.Completed completed when readsOnly(completed) ->
          new Told(new Read(view.head().position(), completed.outcome()));
      case CallResult.Completed completed -> vouch(view, request, state, completed);
      case CallResult.Failed failed -> new Told(new Failed(failed.error(), failed.logs()));
      case CallResult.TimedOut timedOut -> throw Calls.timedOut(timedOut).toException();
      case CallResult.Interrupted interrupted -> throw Calls.interrupted(interrupted).toException();
      case CallResult.WouldWrite _ ->
          throw new IllegalStateException("a mutating call was stopped because it writes");
    };
  }

  private static boolean readsOnly(final CallResult.Completed completed) {
    return completed.outcome().isReadOnly() && completed.authored().privateWrites().isEmpty();
  }

  private Attempt vouch(
      final ContextView view,
      final Attest request,
      final Recorded state,
      final CallResult.Completed completed) {
    final Outcome outcome = completed.outcome();
    final Bytes seat = Attestation.seat(request.executor());
    final Optional<Bytes> _ = state.get(seat);
    final List<Observation> observations = new ArrayList<>(state.observations());
    if (completed.authored().membersSeen()) {
      observations.add(
          new Observation.OfMembers(Observation.digest(view.configuration().members().keySet())));
    }
    final Transaction transaction =
        new Transaction(
                request.context(),
                request.executor(),
                request.method(),
                Bytes.EMPTY,
                request.uniqueId(),
                request.expectedPrior(),
                request.origin())
            .attested(
                new Attestation(
                    view.head().position(),
                    view.head().hash(),
                    view.configuration().application().blob(),
                    observations,
                    new Outcome(
                        Optional.empty(),
                        List.of(),
                        outcome.events(),
                        with(outcome.writes(), seat, request.uniqueId()),
                        outcome.gas(),
                        outcome.actions())));
    if (Transaction.CODEC.encode(transaction).length > Attestation.MAX_BYTES) {
      return refused(
          "a call with private storage may read and write no more than fits into "
              + Attestation.MAX_BYTES
              + " bytes",
          outcome);
    }
    try {
      privates.keep(
          view, request.executor(), request.uniqueId(), completed.authored().privateWrites());
    } catch (final StorageException e) {
      if (e.code() == StorageException.Code.REJECTED) {
        return refused(String.valueOf(e.getMessage()), outcome);
      }
      throw problem(e).toException();
    }
    return new Vouched(transaction, outcome.returned(), outcome.logs());
  }

  private static Attempt refused(final String why, final Outcome outcome) {
    return new Told(new Failed(GuestError.host(why), outcome.logs()));
  }

  private static WriteSet with(final WriteSet writes, final Bytes seat, final Bytes uniqueId) {
    final List<WriteSet.Write> all = new ArrayList<>(writes.writes());
    int at = 0;
    while (at < all.size() && all.get(at).key().compareTo(seat) < 0) {
      at++;
    }
    all.add(at, new WriteSet.Write(seat, Optional.of(uniqueId)));
    return new WriteSet(all);
  }

  /** What the caller is told of trouble with the files of private storage. */
  static Problem problem(final StorageException e) {
    return Problem.of(
        e.code() == StorageException.Code.FULL ? Code.STORAGE_FULL : Code.INTERNAL,
        "private storage: " + e.getMessage());
  }
}
