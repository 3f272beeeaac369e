// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.ConfigurationEvent;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Entry;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Head;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.Transaction;
import io.calimero.node.events.messages.ExecutionMessages.Answer;
import io.calimero.node.events.messages.ExecutionMessages.Effect;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;

/**
 * Results that wait for the disk: what goes to the log as one group, and whoever is answered when
 * it is there. On the loop.
 */
final class Group {
  private final List<Settled> settled = new ArrayList<>();
  private final List<Entry.Logged> entries = new ArrayList<>();
  private final List<Frame> frames = new ArrayList<>();
  private final Optional<Change> change;
  private long bytes;
  private boolean forced;
  private Optional<Problem> failure = Optional.empty();

  /**
   * A transaction that waits for its place, the one before it, whoever waits for the answer, and
   * what runs in its trace.
   */
  record Pending(
      Transaction.Signed transaction,
      Optional<Hash> after,
      CompletableFuture<Answer> answer,
      Executor trace) {
    int bytes() {
      return transaction.transaction().arguments().length();
    }

    void fail(final Problem problem) {
      answer.completeExceptionally(problem.toException());
    }
  }

  /** A change that waits for its place, and whoever waits for it. */
  record Change(
      Function<Head, CompletionStage<ConfigurationEvent.Signed>> maker,
      CompletableFuture<Head> done) {
    /** A change that is made already. */
    Change(final ConfigurationEvent.Signed made, final CompletableFuture<Head> done) {
      this(_ -> CompletableFuture.completedStage(made), done);
    }

    void fail(final Problem problem) {
      done.completeExceptionally(problem.toException());
    }
  }

  /** One transaction with its result, to be answered when the group is on disk. */
  private record Settled(Pending pending, Result result) {}

  /** A group of transactions. */
  Group() {
    change = Optional.empty();
  }

  /** The group of a change, which has it to itself. */
  Group(final Change change) {
    this.change = Optional.of(change);
  }

  void add(final Pending pending, final Result result) {
    settled.add(new Settled(pending, result));
  }

  void add(final ContextId context, final Entry.Logged entry) {
    final Frame frame = frame(context, entry);
    entries.add(entry);
    frames.add(frame);
    bytes += frame.payload().length();
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

  long bytes() {
    return bytes;
  }

  List<Entry.Logged> entries() {
    return entries;
  }

  List<Frame> frames() {
    return frames;
  }

  boolean isChange() {
    return change.isPresent();
  }

  List<Pending> pending() {
    return settled.stream().map(Settled::pending).toList();
  }

  /** Takes note of how its append went; of one without entries, that there is nothing to append. */
  void appended(final Optional<Problem> problem) {
    forced = problem.isEmpty();
    failure = problem;
  }

  boolean forced() {
    return forced;
  }

  Optional<Problem> failure() {
    return failure;
  }

  /** Tells everybody what became of it, now that it is on disk. */
  void answer(final Head committed) {
    settled.forEach(Group::answer);
    change.ifPresent(waiting -> waiting.done.complete(committed));
  }

  /** Tells everybody that nothing became of it. */
  void fail(final Problem problem) {
    settled.forEach(result -> result.pending.fail(problem));
    change.ifPresent(waiting -> waiting.fail(problem));
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

  /** The problem of a result that cannot be. */
  static Problem lost() {
    return Problem.of(Code.INTERNAL, "internal error: execution gave no usable result");
  }
}
