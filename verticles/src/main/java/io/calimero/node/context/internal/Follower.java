// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal;

import io.calimero.node.events.ApplicationId;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.Configuration;
import io.calimero.node.events.ConfigurationEvent.ApplicationUpdated;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Entry;
import io.calimero.node.events.Head;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.StateBase;
import io.calimero.node.events.crypto.Signatures;
import io.calimero.node.events.messages.ContextMessages.Applied;
import io.calimero.node.events.messages.ContextMessages.Apply;
import io.calimero.node.events.messages.ContextMessages.Created;
import io.calimero.node.events.messages.ExecutionMessages.Replay;
import io.calimero.node.events.messages.ExecutionMessages.Replayed;
import io.calimero.node.events.messages.SnapshotMessages.Rebased;
import io.calimero.node.events.peers.PeerCodecs;
import io.calimero.node.storage.log.Frame;
import io.calimero.node.storage.log.StreamBase;
import io.calimero.node.storage.log.StreamId;
import io.calimero.node.storage.log.TransactionLog;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Takes entries of coordinators elsewhere into the log: verifies, has them executed and compared,
 * appends, forces, and only then tells. One part of a context after the other. On the loop.
 */
final class Follower {
  private final Contexts contexts;
  private final KeyRing keys;
  private final Execution execution;
  private final Notices notices;
  private final TransactionLog log;
  private final Applications applications;
  private final Divergence divergence;
  private final Signatures each;
  private final ManySignatures signatures;
  private final Async async;
  private final Turns turns = new Turns(this::applyNow, this::end);

  Follower(
      final Contexts contexts,
      final KeyRing keys,
      final Execution execution,
      final Notices notices,
      final TransactionLog log,
      final Applications applications,
      final Divergence divergence,
      final Signatures signatures,
      final Async async) {
    each = signatures;
    this.signatures = new ManySignatures(signatures, async);
    this.applications = applications;
    this.divergence = divergence;
    this.contexts = contexts;
    this.keys = keys;
    this.execution = execution;
    this.notices = notices;
    this.log = log;
    this.async = async;
  }

  /** Durable when the future completes. */
  CompletableFuture<Applied> apply(final Apply request) {
    return turns.apply(request);
  }

  /**
   * Lets the log begin with a checkpoint whose state is here. Durable when the future completes; a
   * crash leaves the log as it was, or as it is to be.
   */
  CompletableFuture<Applied> install(final StateBase base) {
    final ContextId context = base.configuration().context();
    return turns.inTurn(
        context,
        () ->
            async
                .blocking(() -> base.objection(context))
                .thenCompose(
                    objection ->
                        objection.isPresent()
                            ? Async.failed(
                                Problem.of(Code.INVALID_REQUEST, objection.get(), context.hash()))
                            : installNow(context, base)));
  }

  private CompletableFuture<Applied> installNow(final ContextId context, final StateBase base) {
    final Optional<Hosted> hosted = contexts.find(context);
    if (hosted.filter(own -> base.head().position() <= own.head().position()).isPresent()) {
      return withinTheLog(context, hosted.get());
    }
    final Optional<Problem> refusal = refusal(context, hosted);
    if (refusal.isPresent()) {
      return Async.failed(refusal.get());
    }
    if (hosted.isPresent()) {
      final Configuration own = hosted.get().configuration();
      if (!base.coordinator(own.term()).equals(Optional.of(own.coordinator()))) {
        return Async.failed(
            Problem.of(
                Code.HISTORY_FORKED,
                "the checkpoint is of another succession of coordinators",
                context.hash()));
      }
    }
    final Entry.Logged entry = new Entry.Logged(base.checkpoint(), Optional.empty());
    return async
        .onLoop(
            log.begin(
                new StreamBase(
                    StreamId.of(context),
                    base.taken().position(),
                    base.checkpoint().entry().prior(),
                    Bytes.wrap(PeerCodecs.BASE.encode(base))),
                List.of(Group.frame(context, entry))))
        .thenApply(
            _ -> {
              final Hosted first =
                  new Hosted(base.configuration(), Head.NONE, 0, Optional.empty())
                      .beginningAt(base.head().position());
              notices.rebased(new Rebased(context, base.head()));
              contexts.begin(context, first, List.of(entry));
              if (hosted.isEmpty()) {
                notices.created(new Created(context, contexts.ownIdentity(first)));
              }
              return new Applied(base.head());
            });
  }

  /**
   * The state was lost, not the log, which stays as it is: also where this node orders. Whether the
   * state fits is seen when it is opened, by the checkpoints of this log.
   */
  private static CompletableFuture<Applied> withinTheLog(
      final ContextId context, final Hosted hosted) {
    return hosted
        .stop()
        .map(stop -> Async.<Applied>failed(stop.problem(context)))
        .orElseGet(() -> CompletableFuture.completedFuture(new Applied(hosted.head())));
  }

  private Optional<Problem> refusal(final ContextId context, final Optional<Hosted> hosted) {
    if (hosted.isEmpty() && !contexts.isJoining(context)) {
      return Optional.of(Problem.of(Code.CONTEXT_NOT_FOUND, "Context not found", context.hash()));
    }
    final Optional<Problem> stopped =
        hosted.flatMap(Hosted::stop).map(stop -> stop.problem(context));
    if (stopped.isPresent()) {
      return stopped;
    }
    return hosted.isPresent() && keys.owns(hosted.get().configuration().coordinator())
        ? Optional.of(
            Problem.of(Code.UNAUTHORIZED, "this node orders the context itself", context.hash()))
        : Optional.empty();
  }

  private long end(final ContextId context) {
    return contexts.find(context).map(hosted -> hosted.head().position()).orElse(0L);
  }

  private CompletableFuture<Applied> applyNow(final Apply request) {
    final ContextId context = request.context();
    final Optional<Hosted> hosted = contexts.find(context);
    final Optional<Problem> refusal = refusal(context, hosted);
    if (refusal.isPresent()) {
      return Async.failed(refusal.get());
    }
    final Head head = hosted.map(Hosted::head).orElse(Head.NONE);
    final Optional<Entry.Signed> suspect =
        hosted.flatMap(_ -> Contradiction.suspect(head, request.entries()));
    return suspect
        .map(other -> divergence.contradiction(hosted.get(), other))
        .orElseGet(() -> CompletableFuture.completedFuture(Async.Done.DONE))
        .thenCompose(_ -> take(request, hosted, head));
  }

  private CompletableFuture<Applied> take(
      final Apply request, final Optional<Hosted> hosted, final Head head) {
    final ContextId context = request.context();
    final List<Entry.Signed> fresh =
        request.entries().stream()
            .filter(signed -> signed.entry().position() > head.position())
            .toList();
    if (fresh.isEmpty()) {
      return CompletableFuture.completedFuture(new Applied(head));
    }
    if (fresh.getFirst().entry().position() != head.position() + 1) {
      return Async.failed(
          Problem.of(
              Code.PRIOR_MISMATCH,
              "the entries begin behind position " + (head.position() + 1),
              head.hash()));
    }
    final Optional<Configuration> before = hosted.map(Hosted::configuration);
    return before
        .map(known -> signatures.of(known.coordinator(), fresh))
        .orElseGet(() -> CompletableFuture.completedFuture(each))
        .thenCompose(
            known ->
                async.blocking(
                    () -> fresh.subList(0, Verifier.verify(context, before, head, fresh, known))))
        .thenCompose(this::complete)
        .thenCompose(
            right ->
                async
                    .onLoop(execution.replay(new Replay(context, head, right)))
                    .thenCompose(replayed -> store(context, hosted, right, replayed))
                    .thenCompose(
                        applied ->
                            right.size() < fresh.size()
                                ? applyNow(request)
                                : CompletableFuture.completedFuture(applied)));
  }

  /**
   * An application that is not here would be missed at the next call only: it is missed now. Only
   * now that the entries are verified, as whoever is told of it fetches the module.
   */
  private CompletableFuture<List<Entry.Signed>> complete(final List<Entry.Signed> right) {
    return missing(right)
        .map(id -> Async.<List<Entry.Signed>>failed(Applications.notInstalled(id)))
        .orElseGet(() -> CompletableFuture.completedFuture(right));
  }

  private Optional<ApplicationId> missing(final List<Entry.Signed> entries) {
    return entries.stream()
        .map(signed -> signed.entry().payload())
        .filter(Entry.Configured.class::isInstance)
        .map(payload -> ((Entry.Configured) payload).change().event())
        .filter(ApplicationUpdated.class::isInstance)
        .map(event -> ((ApplicationUpdated) event).application().id())
        .filter(id -> applications.find(id).isEmpty())
        .findFirst();
  }

  private CompletableFuture<Applied> store(
      final ContextId context,
      final Optional<Hosted> hosted,
      final List<Entry.Signed> entries,
      final Replayed replayed) {
    final List<Entry.Logged> logged = new ArrayList<>();
    final List<Frame> frames = new ArrayList<>();
    for (int i = 0; i < replayed.outcomes().size(); i++) {
      final Entry.Logged entry = new Entry.Logged(entries.get(i), replayed.outcomes().get(i));
      logged.add(entry);
      frames.add(Group.frame(context, entry));
    }
    if (hosted.isEmpty() && replayed.difference().isPresent()) {
      return Async.failed(new Stop.Diverged(replayed.difference().get()).problem(context));
    }
    final CompletableFuture<Async.Done> stored =
        frames.isEmpty()
            ? CompletableFuture.completedFuture(Async.Done.DONE)
            : async.onLoop(log.append(frames)).thenApply(_ -> took(context, hosted, logged));
    return stored.thenCompose(
        _ -> {
          final Hosted now = contexts.find(context).orElseThrow();
          return replayed
              .difference()
              .map(
                  difference ->
                      divergence
                          .anotherOutcome(now, difference, entries.get(logged.size()))
                          .thenApply(_ -> new Applied(now.head())))
              .orElseGet(() -> CompletableFuture.completedFuture(new Applied(now.head())));
        });
  }

  private Async.Done took(
      final ContextId context, final Optional<Hosted> hosted, final List<Entry.Logged> entries) {
    if (hosted.isPresent()) {
      contexts.committed(hosted.get(), entries);
    } else {
      final Hosted first =
          new Hosted(
              Hosted.genesis(entries.getFirst().entry()).orElseThrow(),
              Head.NONE,
              0,
              Optional.empty());
      contexts.begin(context, first, entries);
      notices.created(new Created(context, contexts.ownIdentity(first)));
    }
    return Async.Done.DONE;
  }
}
