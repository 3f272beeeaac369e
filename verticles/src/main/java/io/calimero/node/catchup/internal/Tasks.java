// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.catchup.internal;

import io.calimero.node.events.ContextId;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.bus.Topics;
import io.calimero.node.events.messages.ContextMessages.Get;
import io.calimero.node.events.messages.ContextMessages.Summary;
import io.calimero.node.events.messages.NetworkMessages.GetMesh;
import io.calimero.node.events.peers.GossipMessage;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Catching up with other members: one task per context at a time, none of which waits for another.
 * On the loop.
 */
final class Tasks {
  private static final Logger LOG = LoggerFactory.getLogger(Tasks.class);
  private static final int TASKS_AT_ONCE = 64;
  private static final int HINTS = 16;
  private static final int REACHING = 5;

  private final Commands commands;
  private final ClientPeer client;
  private final Acquaintances acquaintances;

  /** The contexts that may lack something, each with a peer that may have it. */
  private final Map<ContextId, Set<String>> wanting = new LinkedHashMap<>();

  private final Map<ContextId, CompletableFuture<Boolean>> running = new HashMap<>();

  /** The contexts of which more was heard while they were being caught up. */
  private final Set<ContextId> heardMore = new HashSet<>();

  Tasks(final Commands commands, final ClientPeer client, final Acquaintances acquaintances) {
    this.commands = commands;
    this.client = client;
    this.acquaintances = acquaintances;
  }

  void take(final ContextId context) {
    wanting.computeIfAbsent(context, _ -> new LinkedHashSet<>());
  }

  void gone(final ContextId context) {
    wanting.remove(context);
  }

  /** Whoever had its turn goes to the end, so that no context waits for ever. */
  void begin() {
    for (final ContextId context : wanting.keySet().stream().limit(TASKS_AT_ONCE).toList()) {
      final Set<String> hints = wanting.remove(context);
      wanting.put(context, hints == null ? new LinkedHashSet<>() : hints);
      runSoon(context);
    }
  }

  private void runSoon(final ContextId context) {
    if (running.size() < TASKS_AT_ONCE) {
      Attempts.quietly(run(context));
    }
  }

  /** Notes that a peer may have more of a context, and asks it. */
  void want(final ContextId context, final String peer) {
    final Set<String> hints = wanting.computeIfAbsent(context, _ -> new LinkedHashSet<>());
    if (hints.size() < HINTS) {
      hints.add(peer);
    }
    runAgain(context);
  }

  /** Notes that there is more of a context than is here, and asks whoever may have it. */
  void want(final ContextId context) {
    wanting.computeIfAbsent(context, _ -> new LinkedHashSet<>());
    runAgain(context);
  }

  /** The peer that is being asked now may have said its last word before there was more. */
  private void runAgain(final ContextId context) {
    if (running.containsKey(context)) {
      heardMore.add(context);
    } else {
      runSoon(context);
    }
  }

  /** One task per context: whoever asks while it runs gets its result. */
  private CompletableFuture<Boolean> run(final ContextId context) {
    final CompletableFuture<Boolean> under = running.get(context);
    if (under != null) {
      return under;
    }
    // A copy that keeps the order: whom to ask first must not depend on chance.
    final Set<String> hints = new LinkedHashSet<>(wanting.getOrDefault(context, Set.of()));
    final CompletableFuture<Boolean> task = new CompletableFuture<>();
    running.put(context, task);
    Attempts.quietly(
        commands
            .ask(Topics.CONTEXT_GET, new Get(context))
            .thenCompose(summary -> catchUp(summary, hints))
            .handle(
                (done, failure) -> {
                  running.remove(context);
                  settled(context, Boolean.TRUE.equals(done), Optional.ofNullable(failure));
                  return task.complete(Boolean.TRUE.equals(done));
                }));
    return task;
  }

  private void settled(
      final ContextId context, final boolean done, final Optional<Throwable> failure) {
    final Optional<Problem> problem = failure.map(Problems::of);
    if (heardMore.remove(context) && done) {
      runSoon(context);
      return;
    }
    if (done || problem.filter(p -> p.code() == Code.CONTEXT_NOT_FOUND).isPresent()) {
      wanting.remove(context);
    }
    if (problem.filter(p -> p.code() == Code.CONTEXT_DIVERGED).isPresent()) {
      LOG.atError().addKeyValue("context", context).log("{}", problem.get().message());
      wanting.remove(context);
    }
  }

  private CompletableFuture<Boolean> catchUp(final Summary context, final Set<String> hints) {
    if (News.orders(context) || context.owned().isEmpty() || context.damage().isPresent()) {
      return CompletableFuture.completedFuture(true);
    }
    return candidates(context.context(), hints)
        .thenCompose(candidates -> tryEach(context, List.copyOf(candidates), 0));
  }

  /** Peers that take the topic of a context, the hinted ones first. */
  CompletableFuture<Set<String>> candidates(final ContextId context, final Set<String> hints) {
    return commands
        .ask(Topics.GOSSIP_MESH, new GetMesh(GossipMessage.topic(context)))
        .thenApply(
            mesh -> {
              final Set<String> candidates = new LinkedHashSet<>(hints);
              candidates.addAll(mesh.subscribers());
              return candidates;
            });
  }

  private CompletableFuture<Boolean> tryEach(
      final Summary context, final List<String> candidates, final int next) {
    if (next == candidates.size()) {
      return CompletableFuture.completedFuture(false);
    }
    final ClientPeer.Party party =
        new ClientPeer.Party(candidates.get(next), context.context(), context.owned().getFirst());
    // What is here may have grown since: gossip goes on meanwhile.
    return commands
        .ask(Topics.CONTEXT_GET, new Get(context.context()))
        .thenCompose(now -> client.catchUp(party, now.head(), _ -> {}))
        .thenApply(_ -> true)
        .exceptionallyCompose(
            failure -> {
              final Problem problem = Problems.of(failure);
              if (problem.code() == Code.CONTEXT_DIVERGED) {
                return CompletableFuture.failedFuture(problem.toException());
              }
              LOG.debug("{} could not be asked: {}", party.peer(), problem.message());
              return tryEach(context, candidates, next + 1);
            });
  }

  /**
   * Asks the coordinator for something, and the next one if the role has moved: the entry that says
   * so is in the log of whoever said that it is not the coordinator any more.
   */
  <T> CompletableFuture<T> following(
      final ContextId context, final Supplier<CompletableFuture<T>> request) {
    return following(context, request, REACHING);
  }

  private <T> CompletableFuture<T> following(
      final ContextId context, final Supplier<CompletableFuture<T>> request, final int tries) {
    return request
        .get()
        .exceptionallyCompose(
            failure ->
                Problems.of(failure).code() == Code.NOT_COORDINATOR && tries > 0
                    ? askFormer(context).thenCompose(_ -> following(context, request, tries - 1))
                    : CompletableFuture.failedFuture(Problems.of(failure).toException()));
  }

  private CompletableFuture<Boolean> askFormer(final ContextId context) {
    return commands
        .ask(Topics.CONTEXT_GET, new Get(context))
        .thenCompose(
            here -> {
              acquaintances
                  .peer(context, here.coordinator())
                  .ifPresent(
                      former ->
                          wanting.computeIfAbsent(context, _ -> new LinkedHashSet<>()).add(former));
              return run(context);
            });
  }

  CompletableFuture<Boolean> reach(final ContextId context, final long position) {
    return reach(context, position, REACHING);
  }

  /**
   * Catches up to a position, so that whoever has written reads it. A task that was under way may
   * have asked before the entry was there, so it takes several at times; when none reaches it, the
   * entry is on the coordinator's disk all the same, and comes later.
   */
  private CompletableFuture<Boolean> reach(
      final ContextId context, final long position, final int tries) {
    return commands
        .ask(Topics.CONTEXT_GET, new Get(context))
        .thenCompose(
            now ->
                now.head().position() >= position || tries == 0
                    ? CompletableFuture.completedFuture(true)
                    : run(context).thenCompose(_ -> reach(context, position, tries - 1)))
        .exceptionally(_ -> false);
  }
}
