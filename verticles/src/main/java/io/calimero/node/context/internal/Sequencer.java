// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal;

import io.calimero.node.context.ContextOptions;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Entry;
import io.calimero.node.events.Head;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.Transaction;
import io.calimero.node.events.crypto.Signer;
import io.calimero.node.events.messages.ExecutionMessages.Answer;
import io.calimero.node.events.messages.ExecutionMessages.Effect;
import io.calimero.node.events.messages.ExecutionMessages.Execute;
import io.calimero.node.events.messages.ExecutionMessages.Executed;
import io.calimero.node.events.messages.ExecutionMessages.Failed;
import io.calimero.node.events.messages.ExecutionMessages.GuestFailure;
import io.calimero.node.events.messages.ExecutionMessages.NoEffect;
import io.calimero.node.events.messages.ExecutionMessages.NoInitializer;
import io.calimero.node.events.messages.ExecutionMessages.NotRun;
import io.calimero.node.events.messages.ExecutionMessages.Read;
import io.calimero.node.events.messages.ExecutionMessages.Result;
import io.calimero.node.events.messages.ExecutionMessages.Written;
import io.calimero.node.storage.log.Frame;
import io.calimero.node.storage.log.StreamId;
import io.calimero.node.storage.log.TransactionLog;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Puts the transactions of one context into order.
 *
 * <p>A pipeline of two stages, each batching what gathers while it is busy: one batch at a time is
 * executed on top of the tip, the newest entry handed to the log; meanwhile the batches before it
 * are being forced. Nobody is answered before everything that the answer rests on is on disk:
 * results without an entry wait for the entries they saw.
 *
 * <p>When an append fails, its writers are told, the tip goes back to the last entry on disk, and
 * whatever was built on top is executed again. Lives on the loop.
 */
final class Sequencer {
  private final ContextId context;
  private final Signer coordinator;
  private final Execution execution;
  private final TransactionLog log;
  private final LongSupplier clock;
  private final ContextOptions options;
  private final Async async;
  private final Consumer<List<Entry.Logged>> onCommitted;

  private final Deque<Pending> queue = new ArrayDeque<>();
  private final Deque<Batch> forcing = new ArrayDeque<>();
  private long queuedBytes;
  private boolean executing;
  private Head committed;
  private Head tip;
  private Optional<Problem> refusal = Optional.empty();

  private record Pending(Transaction.Signed transaction, CompletableFuture<Answer> answer) {
    int bytes() {
      return transaction.transaction().arguments().length();
    }
  }

  /** One transaction with its result, to be answered when the batch is on disk. */
  private record Settled(Pending pending, Result result) {}

  /** Results that wait for the disk. */
  private static final class Batch {
    private final List<Settled> settled;
    private final List<Entry.Logged> entries;
    private boolean forced;

    Batch(final List<Settled> settled, final List<Entry.Logged> entries) {
      this.settled = settled;
      this.entries = entries;
      forced = entries.isEmpty();
    }
  }

  Sequencer(
      final ContextId context,
      final Head head,
      final Signer coordinator,
      final Execution execution,
      final TransactionLog log,
      final LongSupplier clock,
      final ContextOptions options,
      final Async async,
      final Consumer<List<Entry.Logged>> onCommitted) {
    this.context = context;
    this.coordinator = coordinator;
    this.execution = execution;
    this.log = log;
    this.clock = clock;
    this.options = options;
    this.async = async;
    this.onCommitted = onCommitted;
    committed = head;
    tip = head;
  }

  /** The last entry on disk. */
  Head committed() {
    return committed;
  }

  /** Orders a transaction. The answer comes when it is on disk, or when it never will be. */
  CompletableFuture<Answer> submit(final Transaction.Signed transaction) {
    if (refusal.isPresent()) {
      return Async.failed(refusal.get());
    }
    final Pending pending = new Pending(transaction, new CompletableFuture<>());
    if (queue.size() >= options.queueEntries()
        || queuedBytes + pending.bytes() > options.queueBytes()) {
      return Async.failed(
          Problem.of(
              Code.BUSY,
              queue.size() + " transactions of this context are waiting already: try again",
              context.hash()));
    }
    enqueueLast(pending);
    pump();
    return pending.answer();
  }

  /**
   * Refuses everything from now on, what waits included. Entries being forced are still answered.
   */
  void refuse(final Problem problem) {
    refusal = Optional.of(problem);
    while (!queue.isEmpty()) {
      dequeue().answer().completeExceptionally(problem.toException());
    }
  }

  private void pump() {
    if (executing || queue.isEmpty() || forcing.size() >= options.forcesInFlight()) {
      return;
    }
    final List<Pending> batch = new ArrayList<>();
    while (!queue.isEmpty() && batch.size() < options.batchEntries()) {
      batch.add(dequeue());
    }
    executing = true;
    final Head base = tip;
    final Execute request =
        new Execute(
            context, base, clock.getAsLong(), batch.stream().map(Pending::transaction).toList());
    async.settled(
        execution.execute(request),
        (reply, problem) -> {
          executing = false;
          if (!tip.equals(base)) {
            // What this was built on was never written: do it again on what was.
            requeue(batch);
          } else if (reply == null) {
            fail(batch, problem == null ? lost() : problem);
          } else {
            executed(batch, reply);
          }
          pump();
        });
  }

  private void executed(final List<Pending> batch, final Executed reply) {
    final int done = Math.min(reply.results().size(), batch.size());
    final List<Settled> settled = new ArrayList<>(done);
    final List<Entry.Logged> entries = new ArrayList<>(done);
    for (int i = 0; i < done; i++) {
      final Result result = reply.results().get(i);
      settled.add(new Settled(batch.get(i), result));
      if (result instanceof Effect effect) {
        entries.add(
            new Entry.Logged(
                Entry.Signed.sign(effect.entry(), effect.hash(), coordinator),
                Optional.of(effect.outcome())));
      }
    }
    requeue(batch.subList(done, batch.size()));
    final Batch forced = new Batch(settled, entries);
    forcing.addLast(forced);
    if (!entries.isEmpty()) {
      tip = entries.getLast().signed().head();
      async.settled(log.append(frames(entries)), (_, problem) -> appended(forced, problem));
    }
    deliver();
  }

  private void appended(final Batch batch, final @Nullable Problem problem) {
    if (!forcing.contains(batch)) {
      // It rested on a batch that failed before it, and has been taken back already.
      return;
    }
    if (problem == null) {
      batch.forced = true;
      deliver();
    } else {
      takeBack(batch, problem);
    }
    pump();
  }

  /** Answers the batches that are on disk, the oldest first. */
  private void deliver() {
    while (!forcing.isEmpty() && forcing.getFirst().forced) {
      final Batch batch = forcing.removeFirst();
      if (!batch.entries.isEmpty()) {
        committed = batch.entries.getLast().signed().head();
        onCommitted.accept(batch.entries);
      }
      batch.settled.forEach(Sequencer::answer);
    }
  }

  private void takeBack(final Batch failed, final Problem problem) {
    while (!forcing.getLast().equals(failed)) {
      requeue(forcing.removeLast().settled.stream().map(Settled::pending).toList());
    }
    forcing.removeLast();
    tip =
        forcing.stream()
            .flatMap(batch -> batch.entries.stream())
            .reduce((_, later) -> later)
            .map(entry -> entry.signed().head())
            .orElse(committed);
    if (problem.code() == Code.LOG_FAILED || problem.code() == Code.CONTEXT_DAMAGED) {
      refuse(problem);
    }
    fail(failed.settled.stream().map(Settled::pending).toList(), problem);
  }

  private static void answer(final Settled settled) {
    final CompletableFuture<Answer> answer = settled.pending.answer();
    switch (settled.result) {
      case Effect effect ->
          answer.complete(
              new Written(
                  effect.entry().position(),
                  effect.hash(),
                  settled.pending.transaction().hash(),
                  effect.outcome()));
      case NoEffect noEffect -> answer.complete(new Read(noEffect.position(), noEffect.outcome()));
      case GuestFailure failure -> answer.complete(new Failed(failure.error(), failure.logs()));
      case NotRun notRun -> answer.completeExceptionally(notRun.problem().toException());
      case NoInitializer _ -> answer.completeExceptionally(lost().toException());
    }
  }

  private List<Frame> frames(final List<Entry.Logged> entries) {
    return entries.stream().map(entry -> frame(context, entry)).toList();
  }

  /** An entry as the log takes it. */
  static Frame frame(final ContextId context, final Entry.Logged entry) {
    return new Frame(
        StreamId.of(context),
        entry.entry().position(),
        entry.entry().prior(),
        entry.signed().hash(),
        Bytes.wrap(Entry.Logged.CODEC.encode(entry)));
  }

  private void requeue(final List<Pending> batch) {
    if (refusal.isPresent()) {
      fail(batch, refusal.get());
      return;
    }
    for (final Pending pending : batch.reversed()) {
      queue.addFirst(pending);
      queuedBytes += pending.bytes();
    }
  }

  private void enqueueLast(final Pending pending) {
    queue.addLast(pending);
    queuedBytes += pending.bytes();
  }

  private Pending dequeue() {
    final Pending pending = queue.removeFirst();
    queuedBytes -= pending.bytes();
    return pending;
  }

  private static void fail(final List<Pending> batch, final Problem problem) {
    batch.forEach(pending -> pending.answer().completeExceptionally(problem.toException()));
  }

  private static Problem lost() {
    return Problem.of(Code.INTERNAL, "internal error: execution gave no usable result");
  }
}
