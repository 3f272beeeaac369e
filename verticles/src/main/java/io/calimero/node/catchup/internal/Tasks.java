// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.catchup.internal;

import io.calimero.node.events.ContextId;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.bus.Topics;
import io.calimero.node.events.messages.ContextMessages.Get;
import io.calimero.node.events.messages.ContextMessages.Summary;
import io.calimero.node.events.messages.ExecutionMessages.GetState;
import io.calimero.node.events.messages.NetworkMessages.GetMesh;
import io.calimero.node.events.messages.SnapshotMessages.GetBeginning;
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

  /** Whoever comes back is to have what it lacks within seconds, also after a long partition. */
  private static final int MOST_TURNS_OFF = 4;

  private static final int TURNS_OFF_WHEN_FORKED = 30;

  private final Commands commands;
  private final ClientPeer client;
  private final Acquaintances acquaintances;
  private final Board board;
  private final PeerChoice choice;

  /** The contexts that may lack something, each with a peer that may have it. */
  private final Map<ContextId, Set<String>> wanting = new LinkedHashMap<>();

  private final Map<ContextId, CompletableFuture<Boolean>> running = new HashMap<>();

  /** Until which turn a context that could not be caught up is left alone. */
  private final Map<ContextId, Long> resting = new HashMap<>();

  private final Set<ContextId> looked = new HashSet<>();

  /** The contexts of which more was heard while they were being caught up. */
  private final Set<ContextId> heardMore = new HashSet<>();

  private long turn;

  Tasks(
      final Commands commands,
      final ClientPeer client,
      final Acquaintances acquaintances,
      final Board board,
      final PeerChoice choice) {
    this.commands = commands;
    this.client = client;
    this.acquaintances = acquaintances;
    this.board = board;
    this.choice = choice;
  }

  void take(final ContextId context) {
    final Set<String> _ = hints(context);
  }

  /** Notes that a context may lack something; the peers that may have it, to be added to. */
  private Set<String> hints(final ContextId context) {
    return wanting.computeIfAbsent(context, _ -> new LinkedHashSet<>());
  }

  void gone(final ContextId context) {
    looked.remove(context);
    client.forget(context);
    forget(context);
    board.forget(context);
  }

  private void forget(final ContextId context) {
    wanting.remove(context);
    resting.remove(context);
    choice.forget(context);
  }

  /** Whoever had its turn goes to the end, so that no context waits for ever. */
  void begin() {
    turn++;
    final List<ContextId> next =
        wanting.keySet().stream()
            .filter(context -> resting.getOrDefault(context, 0L) <= turn)
            .limit(TASKS_AT_ONCE)
            .toList();
    for (final ContextId context : next) {
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

  /** Whether the context may lack something. */
  boolean wants(final ContextId context) {
    return wanting.containsKey(context);
  }

  /** Somebody has come: what could not be asked for before is asked for now. */
  void awake() {
    resting.keySet().removeIf(context -> !isForked(context));
  }

  private boolean isForked(final ContextId context) {
    return board.find(context).filter(Journey::isForked).isPresent();
  }

  /** Looks at a context at once. */
  void start(final ContextId context) {
    take(context);
    resting.remove(context);
    runSoon(context);
  }

  /** Notes that a peer may have more of a context, and asks it. */
  void want(final ContextId context, final String peer) {
    final Set<String> hints = hints(context);
    if (hints.size() < HINTS) {
      hints.add(peer);
    }
    if (running.containsKey(context) || resting.getOrDefault(context, 0L) <= turn) {
      runAgain(context);
    }
  }

  /** Notes that there is more of a context than is here, and asks whoever may have it. */
  void want(final ContextId context) {
    take(context);
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
    return during(
        context,
        () ->
            commands
                .ask(Topics.CONTEXT_GET, new Get(context))
                .thenCompose(summary -> catchUp(summary, hints)));
  }

  private CompletableFuture<Boolean> during(
      final ContextId context, final Supplier<CompletableFuture<Boolean>> work) {
    final CompletableFuture<Boolean> task = new CompletableFuture<>();
    running.put(context, task);
    Attempts.quietly(
        work.get()
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
    if (heardMore.remove(context) && done) {
      runSoon(context);
      return;
    }
    if (done) {
      forget(context);
      board.arrived(context);
      return;
    }
    switch (failure.map(Problems::of).map(Problem::code).orElse(Code.TIMEOUT)) {
      case CONTEXT_NOT_FOUND, CONTEXT_DIVERGED -> gone(context);
      default -> {
        final int failures = board.find(context).map(Journey::failures).orElse(0);
        if (failures > 0) {
          final long turns = 1L << Math.min(5, failures - 1);
          resting.put(
              context,
              turn + Math.min(isForked(context) ? TURNS_OFF_WHEN_FORKED : MOST_TURNS_OFF, turns));
        }
      }
    }
  }

  private CompletableFuture<Boolean> catchUp(final Summary context, final Set<String> hints) {
    if (context.owned().isEmpty() || context.damage().isPresent()) {
      return CompletableFuture.completedFuture(true);
    }
    if (News.orders(context)) {
      // Nobody has entries that it lacks, but if its state is lost others may have that.
      return way(context)
          .thenCompose(
              way ->
                  way == ClientPeer.Way.SNAPSHOT
                      ? askOthers(context, hints)
                      : CompletableFuture.completedFuture(true));
    }
    return askOthers(context, hints);
  }

  private CompletableFuture<Boolean> askOthers(final Summary context, final Set<String> hints) {
    final Journey journey = board.of(context.context());
    journey.here(context.head().position());
    return candidates(context.context(), hints)
        .thenCompose(
            candidates -> {
              journey.waiting(candidates.isEmpty());
              return tryEach(
                  context, journey, choice.order(context.context(), candidates), 0, false);
            });
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

  /**
   * Asks one after the other, until somebody has answered and nobody is left who has told of more:
   * who answers may itself be behind.
   */
  private CompletableFuture<Boolean> tryEach(
      final Summary context,
      final Journey journey,
      final List<String> candidates,
      final int next,
      final boolean answered) {
    if (next == candidates.size()) {
      if (!answered && !candidates.isEmpty() && !journey.isForked()) {
        journey.backOff();
      }
      return CompletableFuture.completedFuture(answered);
    }
    final ClientPeer.Party party =
        new ClientPeer.Party(candidates.get(next), context.context(), context.owned().getFirst());
    final List<String> others = candidates.subList(next + 1, candidates.size());
    // What is here may have grown since: gossip goes on meanwhile.
    return commands
        .ask(Topics.CONTEXT_GET, new Get(context.context()))
        .thenCompose(
            now -> way(now).thenCompose(way -> client.catchUp(party, now.head(), way, journey)))
        .thenApply(
            reached -> {
              choice.answered(party.peer(), journey.perSecond());
              return reached.position() < choice.furthest(context.context(), others)
                  ? Optional.of(true)
                  : Optional.<Boolean>empty();
            })
        .exceptionallyCompose(
            failure -> {
              final Problem problem = Problems.of(failure);
              if (problem.code() == Code.CONTEXT_DIVERGED) {
                return CompletableFuture.failedFuture(problem.toException());
              }
              missed(party, journey, problem);
              return CompletableFuture.completedFuture(Optional.of(answered));
            })
        .thenCompose(
            goOn ->
                goOn.isEmpty()
                    ? CompletableFuture.completedFuture(true)
                    : tryEach(context, journey, candidates, next + 1, goOn.get()));
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
                  .ifPresent(former -> hints(context).add(former));
              return run(context);
            });
  }

  /**
   * Whether the state of a context whose log begins later is here; it may be lost while the node
   * was stopped. Looked at once.
   */
  private CompletableFuture<ClientPeer.Way> way(final Summary context) {
    if (!looked.add(context.context())) {
      return CompletableFuture.completedFuture(ClientPeer.Way.NEAREST);
    }
    return commands
        .ask(Topics.LOG_BEGINNING, new GetBeginning(context.context()))
        .thenCompose(
            beginning ->
                beginning.position() == 1
                    ? CompletableFuture.completedFuture(ClientPeer.Way.NEAREST)
                    : commands
                        .ask(Topics.STATE_GET, new GetState(context.context()))
                        .thenApply(_ -> ClientPeer.Way.NEAREST))
        .exceptionally(
            failure -> {
              if (Problems.of(failure).code() == Code.STATE_UNAVAILABLE) {
                looked.remove(context.context());
                return ClientPeer.Way.SNAPSHOT;
              }
              return ClientPeer.Way.NEAREST;
            });
  }

  private void missed(final ClientPeer.Party party, final Journey journey, final Problem problem) {
    choice.failed(party.peer());
    if (problem.code() == Code.HISTORY_FORKED) {
      LOG.error("context {}: {}", party.context(), problem.message());
      journey.forked(problem.message());
      return;
    }
    LOG.debug("{} could not be asked: {}", party.peer(), problem.message());
    journey.failed(problem.message());
  }

  /** Does something in the place of a task, when the one that runs has ended. */
  void instead(final ContextId context, final Supplier<CompletableFuture<Boolean>> work) {
    final CompletableFuture<Boolean> before =
        running.getOrDefault(context, CompletableFuture.completedFuture(false));
    Attempts.quietly(before.thenCompose(_ -> during(context, work)));
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
