// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal;

import io.calimero.node.context.ContextOptions;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.ConfigurationEvent;
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
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
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
  /** A group of the log takes no more entries when it has reached this size. */
  private static final long GROUP_BYTES = 8L << 20;

  private static final int MAX_CHANGES = 256;

  private final ContextId context;
  private final Signer coordinator;
  private final Execution execution;
  private final TransactionLog log;
  private final LongSupplier clock;
  private final ContextOptions options;
  private final Async async;
  private final Consumer<List<Entry.Logged>> onCommitted;

  private final Function<ConfigurationEvent.Signed, Optional<Problem>> rules;
  private final LongSupplier term;

  private final Deque<Pending> queue = new ArrayDeque<>();
  private final Deque<Change> changes = new ArrayDeque<>();
  private final Deque<Batch> forcing = new ArrayDeque<>();
  private final CompletableFuture<Async.Done> quiet = new CompletableFuture<>();
  private long queuedBytes;
  private Optional<List<Pending>> executing = Optional.empty();
  private long rounds;
  private Head committed;
  private Head tip;
  private Optional<Problem> refusal = Optional.empty();

  private record Pending(Transaction.Signed transaction, CompletableFuture<Answer> answer) {
    int bytes() {
      return transaction.transaction().arguments().length();
    }
  }

  private record Change(ConfigurationEvent.Signed change, CompletableFuture<Head> done) {}

  /** One transaction with its result, to be answered when the batch is on disk. */
  private record Settled(Pending pending, Result result) {}

  /** Results that wait for the disk, one group of the log. */
  private static final class Batch {
    private final List<Settled> settled = new ArrayList<>();
    private final List<Entry.Logged> entries = new ArrayList<>();
    private final List<Frame> frames = new ArrayList<>();
    private long bytes;
    private boolean forced;
    private Optional<Problem> failure = Optional.empty();
    private Optional<Change> change = Optional.empty();

    void add(final Settled result) {
      settled.add(result);
    }

    void add(final Entry.Logged entry, final Frame frame) {
      entries.add(entry);
      frames.add(frame);
      bytes += frame.payload().length();
    }

    Stream<Pending> pending() {
      return settled.stream().map(Settled::pending);
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
      final Function<ConfigurationEvent.Signed, Optional<Problem>> rules,
      final LongSupplier term,
      final Consumer<List<Entry.Logged>> onCommitted) {
    this.rules = rules;
    this.term = term;
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
   * Orders a change of the configuration. It has the log to itself: what came before is on disk
   * first, and what comes after sees it.
   */
  CompletableFuture<Head> change(final ConfigurationEvent.Signed change) {
    if (refusal.isPresent()) {
      return Async.failed(refusal.get());
    }
    if (changes.size() >= MAX_CHANGES) {
      return Async.failed(
          Problem.of(Code.BUSY, "too many changes of this context are waiting", context.hash()));
    }
    final Change waiting = new Change(change, new CompletableFuture<>());
    changes.addLast(waiting);
    pump();
    return waiting.done;
  }

  private void order(final Change next) {
    final Optional<Problem> objection = rules.apply(next.change);
    if (objection.isPresent()) {
      next.done.completeExceptionally(objection.get().toException());
      pump();
      return;
    }
    final Entry entry =
        Entry.after(
            context, tip, clock.getAsLong(), term.getAsLong(), new Entry.Configured(next.change));
    final Entry.Logged logged =
        new Entry.Logged(Entry.Signed.sign(entry, entry.hash(), coordinator), Optional.empty());
    final Batch group = new Batch();
    group.change = Optional.of(next);
    group.add(logged, frame(context, logged));
    append(group);
  }

  /**
   * Refuses everything from now on, what waits and what is being executed included. Entries being
   * forced are still answered.
   *
   * @return completes when nothing is under way any more
   */
  CompletableFuture<Async.Done> refuse(final Problem problem) {
    refuseWaiting(problem);
    quietDown();
    return quiet;
  }

  private void refuseWaiting(final Problem problem) {
    refusal = Optional.of(problem);
    while (!queue.isEmpty()) {
      dequeue().answer().completeExceptionally(problem.toException());
    }
    while (!changes.isEmpty()) {
      changes.removeFirst().done.completeExceptionally(problem.toException());
    }
  }

  private void quietDown() {
    if (refusal.isPresent() && executing.isEmpty() && forcing.isEmpty()) {
      quiet.complete(Async.Done.DONE);
    }
  }

  private void pump() {
    if (!changes.isEmpty() && executing.isEmpty() && forcing.isEmpty()) {
      order(changes.removeFirst());
    }
    if (executing.isPresent()
        || queue.isEmpty()
        || !changes.isEmpty()
        || forcing.stream().anyMatch(group -> group.change.isPresent())
        || forcing.size() >= options.forcesInFlight()) {
      return;
    }
    final List<Pending> batch = new ArrayList<>();
    while (!queue.isEmpty() && batch.size() < options.batchEntries()) {
      batch.add(dequeue());
    }
    executing = Optional.of(batch);
    final long round = ++rounds;
    final Execute request =
        new Execute(
            context, tip, clock.getAsLong(), batch.stream().map(Pending::transaction).toList());
    async.settled(
        execution.execute(request),
        (reply, problem) -> {
          // Another batch, or none: what this one was built on was never written, and it has been
          // put back into the queue. What was put back may be the next batch, just as it was.
          final boolean current = executing.isPresent() && rounds == round;
          if (current) {
            executing = Optional.empty();
            settle(batch, reply, problem);
          }
          pump();
          quietDown();
        });
  }

  private void settle(
      final List<Pending> batch, final @Nullable Executed reply, final @Nullable Problem problem) {
    if (refusal.isPresent()) {
      fail(batch.stream(), refusal.get());
    } else if (reply == null) {
      fail(batch.stream(), problem == null ? lost() : problem);
    } else {
      executed(batch, reply);
    }
  }

  private void executed(final List<Pending> batch, final Executed reply) {
    final int done = Math.min(reply.results().size(), batch.size());
    requeue(batch.subList(done, batch.size()));
    Batch group = new Batch();
    for (int i = 0; i < done; i++) {
      final Result result = reply.results().get(i);
      if (group.bytes > GROUP_BYTES) {
        append(group);
        group = new Batch();
      }
      group.add(new Settled(batch.get(i), result));
      if (result instanceof Effect effect) {
        final Entry.Logged entry =
            new Entry.Logged(
                Entry.Signed.sign(effect.entry(), effect.hash(), coordinator),
                Optional.of(effect.outcome()));
        group.add(entry, frame(context, entry));
      }
    }
    append(group);
    deliver();
  }

  private void append(final Batch group) {
    forcing.addLast(group);
    if (group.entries.isEmpty()) {
      group.forced = true;
      return;
    }
    tip = group.entries.getLast().signed().head();
    async.settled(
        log.append(group.frames),
        (_, problem) -> {
          group.forced = problem == null;
          group.failure = Optional.ofNullable(problem);
          deliver();
          pump();
          quietDown();
        });
  }

  /**
   * Settles the groups whose fate is known, the oldest first: a failure counts only when everything
   * before it is on disk, as a group may fail for no other reason than that one before it did.
   */
  private void deliver() {
    while (!forcing.isEmpty()) {
      final Batch oldest = forcing.getFirst();
      if (oldest.failure.isPresent()) {
        takeBack(oldest.failure.get());
      } else if (oldest.forced) {
        forcing.removeFirst();
        if (!oldest.entries.isEmpty()) {
          committed = oldest.entries.getLast().signed().head();
          onCommitted.accept(oldest.entries);
        }
        oldest.settled.forEach(Sequencer::answer);
        oldest.change.ifPresent(change -> change.done.complete(committed));
      } else {
        return;
      }
    }
  }

  /** The oldest group failed: its writers are told, and all that was built on it is done again. */
  private void takeBack(final Problem problem) {
    final Batch failed = forcing.removeFirst();
    if (problem.code() == Code.LOG_FAILED || problem.code() == Code.CONTEXT_DAMAGED) {
      refusal = Optional.of(problem);
    }
    executing.ifPresent(this::requeue);
    executing = Optional.empty();
    while (!forcing.isEmpty()) {
      requeue(forcing.removeLast().pending().toList());
    }
    tip = committed;
    refusal.ifPresent(this::refuseWaiting);
    fail(failed.pending(), problem);
    failed.change.ifPresent(change -> change.done.completeExceptionally(problem.toException()));
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
      fail(batch.stream(), refusal.get());
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

  private static void fail(final Stream<Pending> batch, final Problem problem) {
    batch.forEach(pending -> pending.answer().completeExceptionally(problem.toException()));
  }

  private static Problem lost() {
    return Problem.of(Code.INTERNAL, "internal error: execution gave no usable result");
  }
}
