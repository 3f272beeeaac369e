// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.Configuration;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Entry;
import io.calimero.node.events.Head;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.StateBase;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

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
  private final Async async;
  private final Map<ContextId, CompletableFuture<Async.Done>> last = new HashMap<>();

  Follower(
      final Contexts contexts,
      final KeyRing keys,
      final Execution execution,
      final Notices notices,
      final TransactionLog log,
      final Async async) {
    this.contexts = contexts;
    this.keys = keys;
    this.execution = execution;
    this.notices = notices;
    this.log = log;
    this.async = async;
  }

  /** Durable when the future completes. */
  CompletableFuture<Applied> apply(final Apply request) {
    return inTurn(request.context(), () -> applyNow(request));
  }

  /**
   * Lets the log begin with a checkpoint whose state is here. Durable when the future completes; a
   * crash leaves the log as it was, or as it is to be.
   */
  CompletableFuture<Applied> install(final StateBase base) {
    final ContextId context = base.configuration().context();
    return inTurn(
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
      if (base.head().position() <= hosted.get().head().position()) {
        return CompletableFuture.completedFuture(new Applied(hosted.get().head()));
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
              final Hosted first = new Hosted(base.configuration(), Head.NONE, 0, Optional.empty());
              notices.rebased(new Rebased(context, base.head()));
              contexts.begin(context, first, List.of(entry));
              if (hosted.isEmpty()) {
                notices.created(new Created(context, contexts.ownIdentity(first)));
              }
              return new Applied(base.head());
            });
  }

  private Optional<Problem> refusal(final ContextId context, final Optional<Hosted> hosted) {
    if (hosted.isEmpty() && !contexts.isJoining(context)) {
      return Optional.of(Problem.of(Code.CONTEXT_NOT_FOUND, "Context not found", context.hash()));
    }
    if (hosted.flatMap(Hosted::damage).isPresent()) {
      return Optional.of(
          Problem.of(
              Code.CONTEXT_DIVERGED,
              "the context takes no more entries: " + hosted.get().damage().orElse(""),
              context.hash()));
    }
    return hosted.isPresent() && keys.owns(hosted.get().configuration().coordinator())
        ? Optional.of(
            Problem.of(Code.UNAUTHORIZED, "this node orders the context itself", context.hash()))
        : Optional.empty();
  }

  private <T> CompletableFuture<T> inTurn(
      final ContextId context, final Supplier<CompletableFuture<T>> part) {
    final CompletableFuture<T> done =
        last.getOrDefault(context, CompletableFuture.completedFuture(Async.Done.DONE))
            .thenCompose(_ -> part.get());
    final CompletableFuture<Async.Done> end = done.handle((_, _) -> Async.Done.DONE);
    last.put(context, end);
    // Nothing is kept for a context that has caught up.
    return done.whenComplete((_, _) -> last.remove(context, end));
  }

  private CompletableFuture<Applied> applyNow(final Apply request) {
    final ContextId context = request.context();
    final Optional<Hosted> hosted = contexts.find(context);
    final Optional<Problem> refusal = refusal(context, hosted);
    if (refusal.isPresent()) {
      return Async.failed(refusal.get());
    }
    final Head head = hosted.map(Hosted::head).orElse(Head.NONE);
    final List<Entry.Signed> fresh =
        request.entries().stream()
            .filter(signed -> signed.entry().position() > head.position())
            .toList();
    if (fresh.isEmpty()) {
      return hosted.isPresent() && contradicts(hosted.get(), request.entries())
          ? stop(hosted.get(), "the coordinator has signed two entries for " + head.position())
          : CompletableFuture.completedFuture(new Applied(head));
    }
    if (fresh.getFirst().entry().position() != head.position() + 1) {
      return Async.failed(
          Problem.of(
              Code.PRIOR_MISMATCH,
              "the entries begin behind position " + (head.position() + 1),
              head.hash()));
    }
    final Optional<Configuration> before = hosted.map(Hosted::configuration);
    return async
        .blocking(() -> fresh.subList(0, Verifier.verify(context, before, head, fresh)))
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

  /** Another entry at the newest position, signed by the coordinator as well. */
  private static boolean contradicts(final Hosted hosted, final List<Entry.Signed> entries) {
    return entries.stream()
        .anyMatch(
            signed ->
                signed.entry().position() == hosted.head().position()
                    && signed.entry().context().equals(hosted.configuration().context())
                    && !signed.hash().equals(hosted.head().hash())
                    && signed.verify(hosted.configuration().coordinator()));
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
      return Async.failed(diverged(context, replayed.difference().get()));
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
              .map(difference -> stop(now, difference))
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

  private CompletableFuture<Applied> stop(final Hosted hosted, final String why) {
    hosted.diverged(why);
    return Async.failed(diverged(hosted.configuration().context(), why));
  }

  private static Problem diverged(final ContextId context, final String why) {
    return Problem.of(Code.CONTEXT_DIVERGED, "the context has diverged: " + why, context.hash());
  }
}
