// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal;

import io.calimero.node.context.ContextOptions;
import io.calimero.node.events.Application;
import io.calimero.node.events.ConfigurationEvent;
import io.calimero.node.events.ConfigurationEvent.ContextCreated;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Entry;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Head;
import io.calimero.node.events.Limits;
import io.calimero.node.events.NodeException;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.Transaction;
import io.calimero.node.events.crypto.ContextKeys;
import io.calimero.node.events.crypto.KeyPair;
import io.calimero.node.events.messages.ContextMessages.Create;
import io.calimero.node.events.messages.ContextMessages.Created;
import io.calimero.node.events.messages.ContextMessages.Gone;
import io.calimero.node.events.messages.ExecutionMessages.Effect;
import io.calimero.node.events.messages.ExecutionMessages.GuestFailure;
import io.calimero.node.events.messages.ExecutionMessages.Initialize;
import io.calimero.node.events.messages.ExecutionMessages.NoEffect;
import io.calimero.node.events.messages.ExecutionMessages.NoInitializer;
import io.calimero.node.events.messages.ExecutionMessages.NotRun;
import io.calimero.node.events.messages.ExecutionMessages.Result;
import io.calimero.node.events.messages.ExecutionMessages.ToSign;
import io.calimero.node.storage.log.TransactionLog;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/**
 * Creates contexts: the first entry and the run of {@code init} go to the log as one group, so that
 * there is never a context whose {@code init} did not succeed. On the loop.
 */
final class Creation {
  private static final String INIT = "init";

  private final Contexts contexts;
  private final Applications applications;
  private final KeyRing keys;
  private final Execution execution;
  private final Notices notices;
  private final TransactionLog log;
  private final LongSupplier clock;
  private final Contexts.UniqueIds uniqueIds;
  private final ContextOptions options;
  private final Async async;

  Creation(
      final Contexts contexts,
      final Applications applications,
      final KeyRing keys,
      final Execution execution,
      final Notices notices,
      final TransactionLog log,
      final LongSupplier clock,
      final Contexts.UniqueIds uniqueIds,
      final ContextOptions options,
      final Async async) {
    this.contexts = contexts;
    this.applications = applications;
    this.keys = keys;
    this.execution = execution;
    this.notices = notices;
    this.log = log;
    this.clock = clock;
    this.uniqueIds = uniqueIds;
    this.options = options;
    this.async = async;
  }

  CompletableFuture<Created> create(final Create request) {
    final Optional<Application> application = applications.find(request.application());
    if (application.isEmpty()) {
      return Async.failed(Applications.notInstalled(request.application()));
    }
    final Limits limits;
    try {
      limits = options.limits(request.gas());
    } catch (final NodeException e) {
      return Async.failed(e.problem());
    }
    final KeyPair contextKey = request.seed().map(ContextKeys::fromSeed).orElseGet(keys::generate);
    final ContextId context = new ContextId(contextKey.publicKey().hash());
    if (!contexts.reserve(context, request.application())) {
      return Async.failed(
          Problem.of(Code.CONTEXT_EXISTS, "Context already exists on node.", context.hash()));
    }
    final KeyPair member = keys.generate();
    final Entry.Logged genesis = genesis(contextKey, application.get(), member, limits);
    final Transaction.Signed init = init(context, member, request, genesis.signed().hash());
    return initialize(genesis, member, init)
        .thenApply(result -> entries(genesis, member, result))
        .thenCompose(entries -> store(context, member, entries))
        .whenComplete(
            (_, failure) -> {
              if (failure != null) {
                contexts.release(context);
                notices.gone(new Gone(context));
              }
            });
  }

  private Entry.Logged genesis(
      final KeyPair contextKey,
      final Application application,
      final KeyPair member,
      final Limits limits) {
    final ContextCreated created =
        ContextCreated.prove(contextKey, application, member.publicKey(), limits);
    final ConfigurationEvent.Signed change =
        ConfigurationEvent.Signed.sign(member, created.context(), uniqueIds.next(), created);
    final Entry entry =
        Entry.after(
            created.context(), Head.NONE, clock.getAsLong(), 1, new Entry.Configured(change));
    return new Entry.Logged(Entry.Signed.sign(entry, entry.hash(), member), Optional.empty());
  }

  private Transaction.Signed init(
      final ContextId context, final KeyPair member, final Create request, final Hash prior) {
    return new Transaction(
            context,
            member.publicKey(),
            INIT,
            request.initialization(),
            uniqueIds.next(),
            Optional.of(prior))
        .sign(member);
  }

  /**
   * Runs {@code init}. If it used what only this node has, nobody else could run it again: then the
   * creator vouches for it, as for any such call.
   */
  private CompletableFuture<Result> initialize(
      final Entry.Logged genesis, final KeyPair member, final Transaction.Signed init) {
    return initialize(new Initialize(genesis, init, Optional.of(Attestor.seed(uniqueIds))))
        .thenCompose(
            result ->
                result instanceof ToSign(final Transaction transaction)
                    ? initialize(new Initialize(genesis, transaction.sign(member)))
                    : CompletableFuture.completedFuture(result));
  }

  private CompletableFuture<Result> initialize(final Initialize request) {
    return async
        .onLoop(execution.initialize(request))
        .thenApply(reply -> reply.results().getFirst());
  }

  private static List<Entry.Logged> entries(
      final Entry.Logged genesis, final KeyPair member, final Result result) {
    return switch (result) {
      case Effect effect ->
          List.of(
              genesis,
              new Entry.Logged(
                  Entry.Signed.sign(effect.entry(), effect.hash(), member),
                  Optional.of(effect.outcome())));
      case NoEffect _, NoInitializer _ -> List.of(genesis);
      case GuestFailure failure -> throw failed(failure).toException();
      case NotRun notRun -> throw notRun.problem().toException();
      case ToSign _ -> throw Group.lost().toException();
    };
  }

  private static Problem failed(final GuestFailure failure) {
    final String said = failure.error().data().map(data -> ": " + data.toUtf8()).orElse("");
    return Problem.of(Code.INIT_FAILED, failure.error().message() + said);
  }

  private CompletableFuture<Created> store(
      final ContextId context, final KeyPair member, final List<Entry.Logged> entries) {
    final Created created = new Created(context, member.publicKey());
    return keys.add(member)
        .thenCompose(
            _ ->
                async.onLoop(
                    log.append(entries.stream().map(e -> Group.frame(context, e)).toList())))
        .handle((_, failure) -> Optional.ofNullable(failure))
        .thenCompose(
            failure -> {
              if (failure.isPresent()) {
                return forget(member, Async.problem(failure.get()));
              }
              begin(context, entries);
              notices.created(created);
              return CompletableFuture.completedFuture(created);
            });
  }

  /** After a failed force the log may hold the context at the next start, which needs the key. */
  private CompletableFuture<Created> forget(final KeyPair member, final Problem problem) {
    return problem.code() == Code.LOG_FAILED
        ? Async.failed(problem)
        : keys.remove(member.publicKey()).thenCompose(_ -> Async.failed(problem));
  }

  private void begin(final ContextId context, final List<Entry.Logged> entries) {
    final Hosted first =
        new Hosted(
            Hosted.genesis(entries.getFirst().entry()).orElseThrow(),
            Head.NONE,
            0,
            Optional.empty());
    contexts.begin(context, first, entries);
  }
}
