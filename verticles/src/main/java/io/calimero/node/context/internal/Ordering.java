// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal;

import io.calimero.node.events.ContextId;
import io.calimero.node.events.Entry;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.PublicKey;
import io.calimero.node.events.Transaction;
import io.calimero.node.events.messages.ContextMessages.Order;
import io.calimero.node.events.messages.ExecutionMessages.Answer;
import io.calimero.node.events.messages.ExecutionMessages.Written;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Orders the transactions that members hand in from other nodes. One that is handed in again,
 * before or after a restart, is ordered once and gets the same answer. Those of one member are
 * ordered in the order in which they come. On the loop.
 */
final class Ordering {
  private final Contexts contexts;
  private final Writing writing;
  private final KeyRing keys;
  private final LogReader log;
  private final Async async;

  /** What the log has of a transaction and of the one before it. */
  private record Known(Optional<Entry.Logged> entry, boolean before) {}

  Ordering(
      final Contexts contexts,
      final Writing writing,
      final KeyRing keys,
      final LogReader log,
      final Async async) {
    this.contexts = contexts;
    this.writing = writing;
    this.keys = keys;
    this.log = log;
    this.async = async;
  }

  CompletableFuture<Answer> order(final Order request) {
    final ContextId id = request.transaction().transaction().context();
    return contexts.require(id).thenCompose(context -> order(id, context, request));
  }

  /** Whether this node orders the transactions of the context. */
  boolean coordinates(final ContextId id) {
    return contexts
        .find(id)
        .filter(context -> keys.owns(context.configuration().coordinator()))
        .isPresent();
  }

  /** The entry of a transaction in this node's log, whoever ordered it. */
  CompletableFuture<Optional<Written>> find(final ContextId id, final Hash transaction) {
    return contexts
        .require(id)
        .thenCompose(context -> index(id, context))
        .thenCompose(index -> async.blocking(() -> index.find(transaction)))
        .thenApply(found -> found.map(Ordering::written));
  }

  private CompletableFuture<TransactionIndex> index(final ContextId id, final Hosted context) {
    return context.transactions(() -> async.blocking(() -> TransactionIndex.read(id, log)));
  }

  private CompletableFuture<Answer> order(
      final ContextId id, final Hosted context, final Order request) {
    if (!keys.owns(context.configuration().coordinator())) {
      return Async.failed(Contexts.handedOver(context));
    }
    final Transaction.Signed transaction = request.transaction();
    final Optional<CompletableFuture<Answer>> underWay = context.underWay(transaction.hash());
    if (underWay.isPresent()) {
      return underWay.get();
    }
    final PublicKey executor = transaction.transaction().executor();
    final CompletableFuture<Known> known =
        index(id, context)
            .thenCompose(index -> async.blocking(() -> known(index, transaction, request.after())));
    // Looking things up may overtake, handing to the sequencer must not.
    final CompletableFuture<Handed> handed =
        context
            .turn(executor)
            .handle((_, _) -> executor)
            .thenCompose(_ -> known)
            .thenApply(found -> new Handed(decide(id, context, request, found)));
    context.next(executor, handed);
    final CompletableFuture<Answer> answer = handed.thenCompose(Handed::answer);
    context.begin(transaction.hash(), answer);
    return answer;
  }

  /** Handed to the sequencer, which will answer. */
  private record Handed(CompletableFuture<Answer> answer) {}

  private static Known known(
      final TransactionIndex index,
      final Transaction.Signed transaction,
      final Optional<Hash> after) {
    return new Known(
        index.find(transaction), after.filter(hash -> index.find(hash).isPresent()).isPresent());
  }

  private CompletableFuture<Answer> decide(
      final ContextId id, final Hosted context, final Order request, final Known known) {
    if (known.entry.isPresent()) {
      return CompletableFuture.completedFuture(written(known.entry.get()));
    }
    if (mayBeEarlier(context, request)) {
      return Async.failed(
          Problem.of(
              Code.LOG_BEGINS_LATER,
              "the transaction may be in an entry before position "
                  + context.beginning()
                  + ", with which the coordinator's log begins: it is ordered only when its author's"
                  + " node knows that it is not",
              id.hash()));
    }
    final Optional<Hash> missing =
        request.after().filter(before -> !known.before && !context.isDealtWith(before));
    return missing.isPresent()
        ? Async.failed(
            Problem.of(
                Code.NOT_READY, "the transaction before it was not dealt with", missing.get()))
        : writing.orderOnce(id, context, request.transaction(), request.after());
  }

  /**
   * Whether it may have an entry that this node's log does not have: one that a log that begins
   * later cannot tell from a new one. What expects a prior fits in one place only.
   */
  private static boolean mayBeEarlier(final Hosted context, final Order request) {
    return request.since() < context.beginning() - 1
        && request.transaction().transaction().expectedPrior().isEmpty();
  }

  /** What is answered to the author of a transaction in the log. */
  static Written written(final Entry.Logged entry) {
    if (!(entry.entry().payload() instanceof Entry.Executed executed)) {
      throw new IllegalStateException("a transaction without an execution");
    }
    return new Written(
        entry.entry().position(),
        entry.signed().hash(),
        executed.transaction().hash(),
        entry.outcome().orElseThrow());
  }
}
