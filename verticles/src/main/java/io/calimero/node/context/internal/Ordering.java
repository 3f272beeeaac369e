// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal;

import io.calimero.node.events.ContextId;
import io.calimero.node.events.Entry;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.Transaction;
import io.calimero.node.events.messages.ExecutionMessages.Answer;
import io.calimero.node.events.messages.ExecutionMessages.Written;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Orders the transactions that members hand in from other nodes. One that is handed in again,
 * before or after a restart, is ordered once and gets the same answer. On the loop.
 */
final class Ordering {
  private final Contexts contexts;
  private final Writing writing;
  private final KeyRing keys;
  private final LogReader log;
  private final Async async;

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

  CompletableFuture<Answer> order(final Transaction.Signed transaction) {
    final ContextId id = transaction.transaction().context();
    return contexts.require(id).thenCompose(context -> order(id, context, transaction));
  }

  private CompletableFuture<Answer> order(
      final ContextId id, final Hosted context, final Transaction.Signed transaction) {
    if (!keys.owns(context.configuration().coordinator())) {
      return Async.failed(
          Problem.of(
              Code.INVALID_REQUEST,
              "this node does not coordinate the context",
              context.configuration().coordinator().hash()));
    }
    final Optional<CompletableFuture<Answer>> underWay = context.underWay(transaction.hash());
    if (underWay.isPresent()) {
      return underWay.get();
    }
    final CompletableFuture<Answer> answer =
        context
            .transactions(() -> async.blocking(() -> TransactionIndex.read(id, log)))
            .thenCompose(index -> async.blocking(() -> index.find(transaction)))
            .thenCompose(
                known ->
                    known
                        .<CompletableFuture<Answer>>map(
                            entry -> CompletableFuture.completedFuture(written(entry)))
                        .orElseGet(() -> writing.orderOnce(id, context, transaction)));
    context.begin(transaction.hash(), answer);
    return answer;
  }

  private static Answer written(final Entry.Logged entry) {
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
