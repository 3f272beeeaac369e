// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal.pending;

import io.calimero.node.events.ContextId;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Transaction;
import io.calimero.node.events.messages.ExecutionMessages.Answer;
import io.calimero.node.events.messages.ExecutionMessages.Written;
import io.calimero.node.events.messages.TransactionMessages.TransactionExpired;
import io.calimero.node.events.messages.TransactionMessages.TransactionPending;
import io.calimero.node.events.messages.TransactionMessages.TransactionRejected;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** What the pool needs of the rest. All futures complete, and all tasks run, on the loop. */
public interface Outside {
  /** The time in nanoseconds since 1970. */
  long now();

  /** Does something later. */
  void after(Duration delay, Runnable task);

  /** Runs what belongs to the trace of the work at hand, later; on the loop. */
  default Executor trace() {
    return Runnable::run;
  }

  /** Does something that blocks, elsewhere. */
  <T> CompletableFuture<T> blocking(Supplier<T> work);

  /** The problem behind a failed future. */
  Problem problem(Throwable failure);

  /**
   * Has a transaction ordered by whoever coordinates its context now.
   *
   * @param after the transaction that must have been dealt with before it, if one is under way
   */
  CompletableFuture<Answer> submit(Transaction.Signed transaction, Optional<Hash> after);

  /** Why the transaction can never be ordered, as far as this node knows. */
  Optional<Problem> objection(Transaction transaction);

  /** The position at which this node's log of the context ends. */
  long head(ContextId context);

  /** The position with which this node's log of the context begins. */
  default long beginning(final ContextId context) {
    return 1;
  }

  /**
   * Looks for transactions in this node's log.
   *
   * @param after the position behind which they are, if they are
   */
  CompletableFuture<Map<Hash, Written>> logged(
      ContextId context, long after, Set<Hash> transactions);

  /** Tells that a caller was told that its transaction waits. */
  void pending(TransactionPending notice);

  /** Tells that a pending transaction was rejected. */
  void rejected(TransactionRejected notice);

  /** Tells that a pending transaction was given up. */
  void expired(TransactionExpired notice);
}
