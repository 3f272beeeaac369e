// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal;

import io.calimero.node.context.ContextOptions;
import io.calimero.node.events.Action.CallContext;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.ConfigurationEvent;
import io.calimero.node.events.ConfigurationRules;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Head;
import io.calimero.node.events.Origin;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.PublicKey;
import io.calimero.node.events.Transaction;
import io.calimero.node.events.crypto.KeyPair;
import io.calimero.node.events.messages.ExecutionMessages.Answer;
import io.calimero.node.events.messages.ExecutionMessages.Query;
import io.calimero.node.events.messages.ExecutionMessages.Submit;
import io.calimero.node.events.messages.ExecutionMessages.WouldWrite;
import io.calimero.node.storage.log.TransactionLog;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.LongSupplier;

/** The way of a transaction, or of a change, into the log of its context. On the loop. */
final class Writing {
  private final Contexts contexts;
  private final KeyRing keys;
  private final Execution execution;
  private final Function<Transaction.Signed, CompletableFuture<Answer>> elsewhere;
  private final TransactionLog log;
  private final LongSupplier clock;
  private final Contexts.UniqueIds uniqueIds;
  private final ContextOptions options;
  private final Async async;
  private final Descriptions descriptions;
  private final Attestor attestor;

  Writing(
      final Contexts contexts,
      final KeyRing keys,
      final Execution execution,
      final Function<Transaction.Signed, CompletableFuture<Answer>> elsewhere,
      final TransactionLog log,
      final LongSupplier clock,
      final Contexts.UniqueIds uniqueIds,
      final ContextOptions options,
      final Async async,
      final Descriptions descriptions,
      final Attestor attestor) {
    this.attestor = attestor;
    this.contexts = contexts;
    this.keys = keys;
    this.execution = execution;
    this.elsewhere = elsewhere;
    this.log = log;
    this.clock = clock;
    this.uniqueIds = uniqueIds;
    this.options = options;
    this.async = async;
    this.descriptions = descriptions;
  }

  /**
   * Orders, executes and logs a genuine transaction that is not in the log.
   *
   * @param after a transaction that is being ordered: if it fails for the time being, this does too
   */
  CompletableFuture<Answer> orderOnce(
      final ContextId id,
      final Hosted context,
      final Transaction.Signed transaction,
      final Optional<Hash> after) {
    final PublicKey executor = transaction.transaction().executor();
    if (!context.configuration().isMember(executor)) {
      return Async.failed(unauthorized(executor));
    }
    return context
        .stop()
        .map(why -> Async.<Answer>failed(why.problem(id)))
        .orElseGet(
            () ->
                sequencer(id, context)
                    .thenCompose(sequencer -> sequencer.submit(transaction, after)));
  }

  /** Orders a change; this node must be the coordinator's. */
  CompletableFuture<Head> change(
      final ContextId id, final Hosted context, final ConfigurationEvent.Signed change) {
    return context
        .stop()
        .map(why -> Async.<Head>failed(why.problem(id)))
        .orElseGet(() -> sequencer(id, context).thenCompose(sequencer -> sequencer.change(change)));
  }

  /** Orders a change that is made when its turn comes; this node must be the coordinator's. */
  CompletableFuture<Head> change(
      final ContextId id,
      final Hosted context,
      final Function<Head, CompletionStage<ConfigurationEvent.Signed>> maker) {
    return context
        .stop()
        .map(why -> Async.<Head>failed(why.problem(id)))
        .orElseGet(() -> sequencer(id, context).thenCompose(sequencer -> sequencer.change(maker)));
  }

  private static Optional<Problem> objection(
      final Hosted context, final ConfigurationEvent.Signed change, final long timestamp) {
    return ConfigurationRules.objection(context.configuration(), change, timestamp)
        .map(why -> Problem.of(Code.UNAUTHORIZED, why, change.author().hash()));
  }

  /** Orders, executes and logs a call; answered when it is on disk. */
  CompletableFuture<Answer> submit(final Submit call) {
    return contexts
        .require(call.context())
        .thenCompose(
            context -> {
              final PublicKey executor =
                  call.executor().orElseGet(() -> contexts.ownIdentity(context));
              if (!context.configuration().isMember(executor) || !keys.owns(executor)) {
                return Async.failed(unauthorized(executor));
              }
              if (context.stop().isPresent()) {
                return Async.failed(context.stop().get().problem(call.context()));
              }
              return readOrWrite(context, executor, call);
            });
  }

  /**
   * A method that says that it only reads is run so, beside whatever writes. Where another node
   * orders, so is one that was not seen to write: reading needs nobody else.
   */
  private CompletableFuture<Answer> readOrWrite(
      final Hosted context, final PublicKey executor, final Submit call) {
    final Transaction transaction =
        new Transaction(
            call.context(),
            executor,
            call.method(),
            call.arguments(),
            uniqueIds.next(),
            call.expectedPrior());
    if (call.expectedPrior().isPresent()) {
      // Only the one who orders can say whether a prior is still the head
      return make(context, transaction);
    }
    final boolean isElsewhere = !keys.owns(context.configuration().coordinator());
    return descriptions
        .of(context.configuration().application().blob())
        .thenCompose(
            description ->
                description.reading().contains(call.method())
                        || (isElsewhere
                            && !context.isKnownToWrite(call.method())
                            && !Attestor.concerns(description, context.configuration().limits()))
                    ? async
                        .onLoop(
                            execution.query(
                                new Query(
                                    call.context(),
                                    Optional.of(executor),
                                    call.method(),
                                    call.arguments())))
                        .thenCompose(
                            answer -> {
                              if (answer instanceof WouldWrite) {
                                context.knowToWrite(call.method());
                                return make(context, transaction);
                              }
                              return CompletableFuture.completedFuture(answer);
                            })
                    : make(context, transaction));
  }

  /** Has a call made: by everybody, or by this node alone if it uses what only this node has. */
  private CompletableFuture<Answer> make(final Hosted context, final Transaction transaction) {
    return descriptions
        .of(context.configuration().application().blob())
        .thenCompose(
            description ->
                Attestor.concerns(description, context.configuration().limits())
                    ? attestor.make(context, transaction, made -> order(context, made))
                    : order(context, transaction));
  }

  /** Orders a call that a call in another context asked for. */
  CompletableFuture<Answer> submit(final Transaction called) {
    return contexts
        .require(called.context())
        .thenCompose(
            context ->
                context.stop().isPresent()
                    ? Async.failed(context.stop().get().problem(called.context()))
                    : make(context, called));
  }

  /** The transaction of a call that a call in another context asked for. */
  static Transaction called(
      final CallContext call, final PublicKey executor, final Origin origin, final Bytes uniqueId) {
    return new Transaction(
        call.context(),
        executor,
        call.method(),
        call.arguments(),
        uniqueId,
        Optional.empty(),
        Optional.of(origin));
  }

  private CompletableFuture<Answer> order(final Hosted context, final Transaction transaction) {
    return keys.find(transaction.executor())
        .thenCompose(key -> order(context, transaction.sign(key)));
  }

  /**
   * Has a transaction ordered: here, or by the node of the coordinator. One that was refused
   * because the role has moved goes after it: it has certainly not been ordered.
   */
  private CompletableFuture<Answer> order(
      final Hosted context, final Transaction.Signed transaction) {
    final PublicKey asked = context.configuration().coordinator();
    final CompletableFuture<Answer> answer =
        keys.owns(asked)
            ? sequencer(transaction.transaction().context(), context)
                .thenCompose(sequencer -> sequencer.submit(transaction))
            : elsewhere.apply(transaction);
    return answer.exceptionallyCompose(
        failure ->
            movedOn(context, asked, failure)
                ? order(context, transaction)
                : Async.failed(Async.problem(failure)));
  }

  /** Whether something failed only because another node orders by now. */
  boolean movedOn(final Hosted context, final PublicKey asked, final Throwable failure) {
    return Async.problem(failure).code() == Code.NOT_COORDINATOR
        && !context.configuration().coordinator().equals(asked);
  }

  private CompletableFuture<Sequencer> sequencer(final ContextId id, final Hosted context) {
    if (!keys.owns(context.configuration().coordinator())) {
      return Async.failed(Contexts.handedOver(context));
    }
    return context
        .sequencer()
        .map(CompletableFuture::completedFuture)
        .orElseGet(
            () ->
                keys.find(context.configuration().coordinator())
                    .thenApply(coordinator -> sequencer(id, context, coordinator)));
  }

  private Sequencer sequencer(final ContextId id, final Hosted context, final KeyPair coordinator) {
    if (!context.configuration().coordinator().equals(coordinator.publicKey())) {
      throw Contexts.handedOver(context).toException();
    }
    if (context.sequencer().isEmpty()) {
      context.sequencer(
          new Sequencer(
              id,
              context.head(),
              coordinator,
              execution,
              log,
              clock,
              options,
              async,
              (change, timestamp) -> objection(context, change, timestamp),
              () -> context.configuration().term(),
              entries -> contexts.committed(context, entries)));
    }
    return context.sequencer().orElseThrow();
  }

  private static Problem unauthorized(final PublicKey executor) {
    return Problem.of(
        Code.UNAUTHORIZED,
        "the executor " + executor + " is no member of the context whose key is on this node",
        executor.hash());
  }
}
