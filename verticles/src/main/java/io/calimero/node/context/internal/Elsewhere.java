// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal;

import io.calimero.node.context.internal.pending.Outside;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Entry;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.Transaction;
import io.calimero.node.events.messages.CatchupMessages;
import io.calimero.node.events.messages.ContextMessages.Order;
import io.calimero.node.events.messages.ExecutionMessages.Answer;
import io.calimero.node.events.messages.ExecutionMessages.Written;
import io.calimero.node.events.messages.TransactionMessages.TransactionExpired;
import io.calimero.node.events.messages.TransactionMessages.TransactionPending;
import io.calimero.node.events.messages.TransactionMessages.TransactionRejected;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** What the pool of pending transactions finds around it. On the loop. */
final class Elsewhere implements Outside {
  private final Contexts contexts;
  private final Ordering ordering;
  private final Others others;
  private final Notices notices;
  private final LogReader log;
  private final Async async;
  private final LongSupplier clock;
  private final Timers timers;

  Elsewhere(
      final Contexts contexts,
      final Ordering ordering,
      final Others others,
      final Notices notices,
      final LogReader log,
      final Async async,
      final LongSupplier clock,
      final Timers timers) {
    this.contexts = contexts;
    this.ordering = ordering;
    this.others = others;
    this.notices = notices;
    this.log = log;
    this.async = async;
    this.clock = clock;
    this.timers = timers;
  }

  @Override
  public long now() {
    return clock.getAsLong();
  }

  @Override
  public void after(final Duration delay, final Runnable task) {
    timers.after(delay, task);
  }

  @Override
  public Executor trace() {
    return async.here();
  }

  @Override
  public <T> CompletableFuture<T> blocking(final Supplier<T> work) {
    return async.blocking(work);
  }

  @Override
  public Problem problem(final Throwable failure) {
    return Async.problem(failure);
  }

  /** The role may have come to this node since the transaction was taken. */
  @Override
  public CompletableFuture<Answer> submit(
      final Transaction.Signed transaction, final Optional<Hash> after) {
    return ordering.coordinates(transaction.transaction().context())
        ? ordering.order(new Order(transaction, after))
        : async.onLoop(others.submit(new CatchupMessages.Submit(transaction, after)));
  }

  @Override
  public Optional<Problem> objection(final Transaction transaction) {
    final Optional<Hosted> context = contexts.find(transaction.context());
    if (context.isEmpty()) {
      return Optional.of(
          Problem.of(
              Code.CONTEXT_NOT_FOUND,
              "the context is not on this node any more",
              transaction.context().hash()));
    }
    return context.get().configuration().isMember(transaction.executor())
        ? Optional.empty()
        : Optional.of(
            Problem.of(
                Code.UNAUTHORIZED,
                "the executor is no member of the context any more",
                transaction.executor().hash()));
  }

  @Override
  public long head(final ContextId context) {
    return contexts.find(context).map(hosted -> hosted.head().position()).orElse(0L);
  }

  @Override
  public long beginning(final ContextId context) {
    return contexts.find(context).map(Hosted::beginning).orElse(1L);
  }

  @Override
  public CompletableFuture<Map<Hash, Written>> logged(
      final ContextId context, final long after, final Set<Hash> transactions) {
    return async.blocking(
        () -> {
          final Map<Hash, Written> found = new HashMap<>();
          log.forEach(
              context,
              Math.max(after + 1, log.beginning(context)),
              entry -> {
                if (entry.entry().payload() instanceof Entry.Executed executed
                    && transactions.contains(executed.transaction().hash())) {
                  found.put(executed.transaction().hash(), Ordering.written(entry));
                }
              });
          return found;
        });
  }

  @Override
  public void pending(final TransactionPending notice) {
    notices.pending(notice);
  }

  @Override
  public void rejected(final TransactionRejected notice) {
    notices.rejected(notice);
  }

  @Override
  public void expired(final TransactionExpired notice) {
    notices.expired(notice);
  }
}
