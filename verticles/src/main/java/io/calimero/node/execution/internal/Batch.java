// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.execution.internal;

import io.calimero.node.events.ContextId;
import io.calimero.node.events.Entry;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Outcome;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.Transaction;
import io.calimero.node.events.messages.ExecutionMessages.Effect;
import io.calimero.node.events.messages.ExecutionMessages.GuestFailure;
import io.calimero.node.events.messages.ExecutionMessages.NoEffect;
import io.calimero.node.events.messages.ExecutionMessages.NotRun;
import io.calimero.node.events.messages.ExecutionMessages.Result;
import io.calimero.node.wasm.Blobs;
import io.calimero.node.wasm.CallResult;
import io.calimero.node.wasm.WasmModule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Runs transactions on a lane, each on top of what the one before it did. Blocks while guests run.
 */
final class Batch {
  private final Duration deadline;
  private final long budgetNanos;
  private final int pending;
  private final LongSupplier nanoClock;
  private final Blobs blobs;

  /**
   * A way to run batches.
   *
   * @param deadline of each call
   * @param budget after how long no further call is begun
   * @param pending how many steps of a lane may be pending
   * @param nanoClock measures the budget
   * @param blobs the blobs of the node
   */
  Batch(
      final Duration deadline,
      final Duration budget,
      final int pending,
      final LongSupplier nanoClock,
      final Blobs blobs) {
    this.deadline = deadline;
    budgetNanos = budget.toNanos();
    this.pending = pending;
    this.nanoClock = nanoClock;
    this.blobs = blobs;
  }

  /**
   * Runs the transactions in their order, at least the first.
   *
   * @param base the view of the lane to begin on
   * @param now the coordinator's clock
   */
  List<Result> run(
      final Lane lane,
      final ContextView base,
      final WasmModule module,
      final long now,
      final List<Transaction.Signed> transactions) {
    final long begun = nanoClock.getAsLong();
    final List<Result> results = new ArrayList<>(transactions.size());
    ContextView view = base;
    for (final Transaction.Signed transaction : transactions) {
      if (!results.isEmpty() && nanoClock.getAsLong() - begun >= budgetNanos) {
        break;
      }
      final Optional<Problem> refusal = refusal(lane, view, transaction.transaction());
      if (refusal.isPresent()) {
        results.add(new NotRun(refusal.get()));
        continue;
      }
      final Ran ran = run(lane, view, module, now, transaction);
      results.add(ran.result);
      view = ran.view;
    }
    return List.copyOf(results);
  }

  /** Runs one transaction of which it is known that it may run; or places what its author ran. */
  Ran run(
      final Lane lane,
      final ContextView view,
      final WasmModule module,
      final long now,
      final Transaction.Signed transaction) {
    if (transaction.transaction().attestation().isPresent()) {
      return attested(lane, view, now, transaction);
    }
    final long timestamp = Calls.timeAfter(view, now);
    final CallResult called =
        module.call(
            Calls.mutating(view, timestamp, transaction, blobs, deadline),
            new StateOfView(view.state()));
    return switch (called) {
      case CallResult.Completed completed when completed.outcome().isReadOnly() ->
          new Ran(new NoEffect(view.head().position(), completed.outcome()), view);
      case CallResult.Completed completed ->
          place(lane, view, timestamp, transaction, completed.outcome());
      case CallResult.Failed failed ->
          new Ran(new GuestFailure(failed.error(), failed.logs()), view);
      case CallResult.TimedOut timedOut -> new Ran(new NotRun(Calls.timedOut(timedOut)), view);
      case CallResult.Interrupted interrupted ->
          new Ran(new NotRun(Calls.interrupted(interrupted)), view);
      case CallResult.WouldWrite _ ->
          throw new IllegalStateException("a mutating call was stopped because it writes");
    };
  }

  /** Places what its author has run, if all that it rests on is still so. */
  private static Ran attested(
      final Lane lane,
      final ContextView view,
      final long now,
      final Transaction.Signed transaction) {
    return Attested.objection(view, transaction.transaction())
        .map(objection -> new Ran(new NotRun(objection), view))
        .orElseGet(
            () ->
                place(
                    lane,
                    view,
                    Calls.timeAfter(view, now),
                    transaction,
                    Attested.effects(transaction)));
  }

  private static Ran place(
      final Lane lane,
      final ContextView view,
      final long timestamp,
      final Transaction.Signed transaction,
      final Outcome outcome) {
    final ContextId context = view.configuration().context();
    final Entry entry =
        Entry.after(
            context,
            view.head(),
            timestamp,
            view.configuration().term(),
            new Entry.Executed(transaction, outcome.digest()));
    final Hash hash = entry.hash();
    return lane.push(view, Step.executed(view, entry, hash, outcome))
        .map(after -> new Ran(new Effect(entry, hash, outcome), after))
        .orElseGet(() -> new Ran(new NotRun(overtaken(lane)), view));
  }

  private Optional<Problem> refusal(
      final Lane lane, final ContextView view, final Transaction transaction) {
    if (!transaction.context().equals(view.configuration().context())) {
      return refuse(Code.INVALID_REQUEST, "the transaction is for another context");
    }
    if (!Calls.mayBeCalled(transaction.method())) {
      return Optional.of(Calls.notForClients(transaction.method()));
    }
    if (!view.configuration().isMember(transaction.executor())) {
      return Optional.of(Calls.notMember(transaction.executor()));
    }
    final Hash head = view.head().hash();
    if (transaction.expectedPrior().filter(expected -> !expected.equals(head)).isPresent()) {
      return Optional.of(
          Problem.of(
              Code.PRIOR_MISMATCH,
              "the head is "
                  + head
                  + " at position "
                  + view.head().position()
                  + ", not the one expected",
              head));
    }
    if (lane.pendingSteps() >= pending) {
      return refuse(
          Code.BUSY,
          "this context has " + pending + " transactions waiting for the disk: try again");
    }
    return Optional.empty();
  }

  private static Optional<Problem> refuse(final Code code, final String message) {
    return Optional.of(Problem.of(code, message));
  }

  private static Problem overtaken(final Lane lane) {
    return Problem.of(
        Code.PRIOR_MISMATCH,
        "the log went on while the call ran: try again",
        lane.committed().map(view -> view.head().hash()).orElse(Hash.ZERO));
  }

  /**
   * What became of a transaction.
   *
   * @param result what is told
   * @param view the view to go on from
   */
  record Ran(Result result, ContextView view) {}
}
