// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal;

import io.calimero.node.context.ContextOptions;
import io.calimero.node.context.internal.Group.Change;
import io.calimero.node.context.internal.Group.Pending;
import io.calimero.node.events.ConfigurationEvent;
import io.calimero.node.events.ConfigurationEvent.ApplicationUpdated;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Entry;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Head;
import io.calimero.node.events.Outcome;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.Transaction;
import io.calimero.node.events.crypto.Signer;
import io.calimero.node.events.messages.ExecutionMessages.Answer;
import io.calimero.node.events.messages.ExecutionMessages.Effect;
import io.calimero.node.events.messages.ExecutionMessages.Execute;
import io.calimero.node.events.messages.ExecutionMessages.Executed;
import io.calimero.node.events.messages.ExecutionMessages.GuestFailure;
import io.calimero.node.events.messages.ExecutionMessages.Migrate;
import io.calimero.node.events.messages.ExecutionMessages.NoEffect;
import io.calimero.node.events.messages.ExecutionMessages.NoInitializer;
import io.calimero.node.events.messages.ExecutionMessages.NotRun;
import io.calimero.node.events.messages.ExecutionMessages.Result;
import io.calimero.node.storage.log.TransactionLog;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Function;
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
  /** A group of the log takes no more entries when it has reached this size. */
  private static final long GROUP_BYTES = 8L << 20;

  private final ContextId context;
  private final Signer coordinator;
  private final Execution execution;
  private final TransactionLog log;
  private final LongSupplier clock;
  private final ContextOptions options;
  private final Async async;
  private final Consumer<List<Entry.Logged>> onCommitted;

  private final Rules rules;
  private final LongSupplier term;

  private final Waiting waiting;
  private final Deque<Group> forcing = new ArrayDeque<>();
  private final CompletableFuture<Async.Done> quiet = new CompletableFuture<>();
  private Optional<List<Pending>> executing = Optional.empty();
  private long rounds;
  private Head committed;
  private Head tip;
  private Optional<Problem> refusal = Optional.empty();

  /** Whether a change may be made, by an entry of a time. */
  interface Rules {
    Optional<Problem> objection(ConfigurationEvent.Signed change, long timestamp);
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
      final Rules rules,
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
    waiting = new Waiting(context, options);
  }

  /** The last entry on disk. */
  Head committed() {
    return committed;
  }

  /** Orders a transaction. The answer comes when it is on disk, or when it never will be. */
  CompletableFuture<Answer> submit(final Transaction.Signed transaction) {
    return submit(transaction, Optional.empty());
  }

  /**
   * Orders a transaction that must not be ordered unless the one before it was dealt with: when
   * that one cannot be stored, this one fails with it, and is not tried again here.
   */
  CompletableFuture<Answer> submit(
      final Transaction.Signed transaction, final Optional<Hash> after) {
    if (refusal.isPresent()) {
      return Async.failed(refusal.get());
    }
    final Pending pending =
        new Pending(transaction, after, new CompletableFuture<>(), async.here());
    return accepted(waiting.add(pending), pending.answer());
  }

  private <T> CompletableFuture<T> accepted(
      final Optional<Problem> full, final CompletableFuture<T> answer) {
    if (full.isPresent()) {
      return Async.failed(full.get());
    }
    pump();
    return answer;
  }

  /**
   * Orders a change of the configuration. It has the log to itself: what came before is on disk
   * first, and what comes after sees it.
   */
  CompletableFuture<Head> change(final ConfigurationEvent.Signed signed) {
    if (refusal.isPresent()) {
      return Async.failed(refusal.get());
    }
    final Change change = new Change(signed, new CompletableFuture<>());
    return accepted(waiting.add(change), change.done());
  }

  /** Orders a change that can only be made when its turn comes, of the log as it is then. */
  CompletableFuture<Head> change(
      final Function<Head, CompletionStage<ConfigurationEvent.Signed>> maker) {
    if (refusal.isPresent()) {
      return Async.failed(refusal.get());
    }
    final Change change = new Change(maker, new CompletableFuture<>());
    return accepted(waiting.add(change), change.done());
  }

  private void order(final Change next) {
    final CompletableFuture<ConfigurationEvent.Signed> made =
        next.maker().apply(tip).toCompletableFuture();
    if (made.state() == Future.State.SUCCESS) {
      order(next, made.resultNow());
      return;
    }
    executing = Optional.of(List.of());
    async.settled(
        made,
        (change, problem) -> {
          executing = Optional.empty();
          if (refusal.isPresent()) {
            next.fail(refusal.get());
          } else if (change == null) {
            next.fail(problem == null ? Group.lost() : problem);
          } else {
            order(next, change);
          }
          pump();
          quietDown();
        });
  }

  private void order(final Change next, final ConfigurationEvent.Signed change) {
    final long now = clock.getAsLong();
    final Optional<Problem> objection = rules.objection(change, Entry.timeAfter(tip, now));
    if (objection.isPresent()) {
      next.fail(objection.get());
      pump();
    } else if (change.event() instanceof ApplicationUpdated) {
      migrate(next, change, now);
    } else {
      place(next, change, now);
    }
  }

  /** What the new application makes of the state is a part of the entry, or there is none. */
  private void migrate(final Change next, final ConfigurationEvent.Signed change, final long now) {
    executing = Optional.of(List.of());
    async.settled(
        execution.migrate(new Migrate(context, tip, now, change)),
        (reply, problem) -> {
          executing = Optional.empty();
          if (refusal.isPresent()) {
            next.fail(refusal.get());
          } else if (reply == null) {
            next.fail(problem == null ? Group.lost() : problem);
          } else {
            migrated(next, change, now, reply.results().getFirst());
          }
          pump();
          quietDown();
        });
  }

  private void migrated(
      final Change next,
      final ConfigurationEvent.Signed change,
      final long now,
      final Result result) {
    switch (result) {
      case Effect effect -> append(next, effect.entry(), Optional.of(effect.outcome()));
      case NoInitializer _ -> place(next, change, now);
      case GuestFailure failure -> next.fail(refused(failure));
      case NotRun notRun -> next.fail(notRun.problem());
      case NoEffect _ -> next.fail(Group.lost());
    }
  }

  private Problem refused(final GuestFailure failure) {
    final String said = failure.error().data().map(data -> ": " + data.toUtf8()).orElse("");
    return Problem.of(
        Code.INIT_FAILED,
        "the update is refused, as the new application's migrate failed: "
            + failure.error().message()
            + said,
        context.hash());
  }

  private void place(final Change next, final ConfigurationEvent.Signed change, final long now) {
    append(
        next,
        Entry.after(context, tip, now, term.getAsLong(), new Entry.Configured(change)),
        Optional.empty());
  }

  private void append(final Change next, final Entry entry, final Optional<Outcome> outcome) {
    final Group group = new Group(next);
    group.add(
        context, new Entry.Logged(Entry.Signed.sign(entry, entry.hash(), coordinator), outcome));
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
    waiting.refuse(problem);
  }

  private void quietDown() {
    if (refusal.isPresent() && executing.isEmpty() && forcing.isEmpty()) {
      quiet.complete(Async.Done.DONE);
    }
  }

  private void pump() {
    if (waiting.hasChanges() && executing.isEmpty() && forcing.isEmpty()) {
      order(waiting.nextChange());
    }
    if (executing.isPresent()
        || !waiting.hasTransactions()
        || waiting.hasChanges()
        || forcing.stream().anyMatch(Group::isChange)
        || forcing.size() >= options.forcesInFlight()) {
      return;
    }
    final List<Pending> batch = waiting.nextTransactions();
    executing = Optional.of(batch);
    // One batch can be in one trace only: its first transaction's.
    batch.getFirst().trace().execute(() -> execute(batch));
  }

  private void execute(final List<Pending> batch) {
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
      fail(batch, refusal.get());
    } else if (reply == null) {
      final Problem why = problem == null ? Group.lost() : problem;
      waiting.refuseAfter(batch, why);
      fail(batch, why);
    } else {
      executed(batch, reply);
    }
  }

  private void executed(final List<Pending> batch, final Executed reply) {
    final int done = Math.min(reply.results().size(), batch.size());
    requeue(batch.subList(done, batch.size()));
    Group group = new Group();
    for (int i = 0; i < done; i++) {
      final Result result = reply.results().get(i);
      if (group.bytes() > GROUP_BYTES) {
        append(group);
        group = new Group();
      }
      group.add(batch.get(i), result);
      if (result instanceof Effect effect) {
        final Entry.Logged entry =
            new Entry.Logged(
                Entry.Signed.sign(effect.entry(), effect.hash(), coordinator),
                Optional.of(effect.outcome()));
        group.add(context, entry);
      }
    }
    append(group);
    deliver();
  }

  private void append(final Group group) {
    forcing.addLast(group);
    if (group.entries().isEmpty()) {
      group.appended(Optional.empty());
      return;
    }
    tip = group.entries().getLast().signed().head();
    async.settled(
        log.append(group.frames()),
        (_, problem) -> {
          group.appended(Optional.ofNullable(problem));
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
      final Group oldest = forcing.getFirst();
      if (oldest.failure().isPresent()) {
        takeBack(oldest.failure().get());
      } else if (oldest.forced()) {
        forcing.removeFirst();
        if (!oldest.entries().isEmpty()) {
          committed = oldest.entries().getLast().signed().head();
          onCommitted.accept(oldest.entries());
        }
        oldest.answer(committed);
      } else {
        return;
      }
    }
  }

  /** The oldest group failed: its writers are told, and all that was built on it is done again. */
  private void takeBack(final Problem problem) {
    final Group failed = forcing.removeFirst();
    if (problem.code() == Code.LOG_FAILED || problem.code() == Code.CONTEXT_DAMAGED) {
      refusal = Optional.of(problem);
    }
    executing.ifPresent(this::requeue);
    executing = Optional.empty();
    while (!forcing.isEmpty()) {
      requeue(forcing.removeLast().pending());
    }
    tip = committed;
    refusal.ifPresent(this::refuseWaiting);
    waiting.refuseAfter(failed.pending(), problem);
    failed.fail(problem);
  }

  private void requeue(final List<Pending> batch) {
    if (refusal.isPresent()) {
      fail(batch, refusal.get());
    } else {
      waiting.putBack(batch);
    }
  }

  private static void fail(final List<Pending> batch, final Problem problem) {
    batch.forEach(pending -> pending.fail(problem));
  }
}
