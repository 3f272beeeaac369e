// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.catchup.internal;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Entry;
import io.calimero.node.events.Head;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.Transaction;
import io.calimero.node.events.bus.Topics;
import io.calimero.node.events.codec.MalformedException;
import io.calimero.node.events.messages.CatchupMessages;
import io.calimero.node.events.messages.CatchupMessages.Fetch;
import io.calimero.node.events.messages.ContextMessages.Apply;
import io.calimero.node.events.messages.ContextMessages.Committed;
import io.calimero.node.events.messages.ContextMessages.Get;
import io.calimero.node.events.messages.ContextMessages.ListAll;
import io.calimero.node.events.messages.ContextMessages.Order;
import io.calimero.node.events.messages.ContextMessages.Summary;
import io.calimero.node.events.messages.ExecutionMessages.Answer;
import io.calimero.node.events.messages.ExecutionMessages.Written;
import io.calimero.node.events.messages.NetworkMessages.Dial;
import io.calimero.node.events.messages.NetworkMessages.GetMesh;
import io.calimero.node.events.messages.NetworkMessages.Gossip;
import io.calimero.node.events.messages.NetworkMessages.Judge;
import io.calimero.node.events.messages.NetworkMessages.OpenedStream;
import io.calimero.node.events.messages.NetworkMessages.Serve;
import io.calimero.node.events.messages.NetworkMessages.Subscribe;
import io.calimero.node.events.messages.NetworkMessages.Unsubscribe;
import io.calimero.node.events.messages.NetworkMessages.Verdict;
import io.calimero.node.events.peers.GossipMessage;
import io.calimero.node.events.peers.GossipMessage.Entries;
import io.calimero.node.events.peers.GossipMessage.HeadNotice;
import io.calimero.node.events.peers.GossipMessage.Submitted;
import io.calimero.node.events.peers.PeerCodecs;
import io.calimero.node.events.peers.PeerMessage;
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
 * Sees to it that this node has what other members have: one task per context at a time, none of
 * which waits for another. On the loop.
 */
public final class CatchupCore {
  private static final Logger LOG = LoggerFactory.getLogger(CatchupCore.class);
  private static final int STREAMS_PER_PEER = 32;
  private static final int REACHING = 5;
  private static final int TASKS_AT_ONCE = 64;
  private static final int SUBSCRIPTIONS_AT_ONCE = 64;
  private static final int HEADS_AT_ONCE = 200;
  private static final int HINTS = 16;
  private static final int GOSSIPED_AT_ONCE = 256;

  private final Commands commands;
  private final ServerPeer server;
  private final ClientPeer client;
  private final Submissions submissions;
  private final Announcer announcer;
  private final Expectations expectations = new Expectations();

  /** The contexts that may lack something, each with a peer that may have it. */
  private final Map<ContextId, Set<String>> wanting = new LinkedHashMap<>();

  private final Map<ContextId, CompletableFuture<Boolean>> running = new HashMap<>();

  /** The contexts whose topics are not taken yet. */
  private final Set<ContextId> silent = new LinkedHashSet<>();

  /** Whether this node orders a context for others, as far as it was asked for. */
  private final Map<ContextId, Boolean> ordering = new HashMap<>();

  private final Set<String> peers = new HashSet<>();
  private int subscribing;
  private int gossiped;
  private int headsFrom;

  /**
   * A core.
   *
   * @param nonces random, never given before
   * @param self this node's peer id
   */
  public CatchupCore(final Commands commands, final Supplier<Bytes> nonces, final String self) {
    this.commands = commands;
    server = new ServerPeer(commands, nonces, self);
    client = new ClientPeer(commands, nonces, self);
    submissions = new Submissions(commands, client, this::candidates);
    announcer = new Announcer(commands);
  }

  /** Serves members, and takes the topics of the contexts that are here. */
  public CompletableFuture<?> start() {
    return commands
        .ask(Topics.STREAM_SERVE, new Serve(PeerMessage.PROTOCOL, STREAMS_PER_PEER))
        .thenCompose(_ -> commands.ask(Topics.CONTEXT_LIST, new ListAll()))
        .thenAccept(all -> all.contexts().forEach(context -> take(context.context())));
  }

  /** A peer has opened a stream. */
  public void opened(final OpenedStream stream) {
    if (stream.protocol().equals(PeerMessage.PROTOCOL)) {
      server.serve(stream);
    }
  }

  /** A peer has come; whoever comes may have more than this node. */
  public void joined(final String peer) {
    peers.add(peer);
  }

  /** A peer has gone. */
  public void left(final String peer) {
    peers.remove(peer);
  }

  /** A context is here from now on. */
  public void take(final ContextId context) {
    wanting.computeIfAbsent(context, _ -> new LinkedHashSet<>());
    silent.add(context);
    subscribe();
  }

  /** Takes a few topics at a time: a node may have thousands of contexts. */
  private void subscribe() {
    while (subscribing < SUBSCRIPTIONS_AT_ONCE && !silent.isEmpty()) {
      final ContextId next = silent.iterator().next();
      silent.remove(next);
      subscribing++;
      quietly(
          commands
              .ask(Topics.GOSSIP_SUBSCRIBE, new Subscribe(GossipMessage.topic(next)))
              .whenComplete(
                  (_, failure) -> {
                    subscribing--;
                    if (failure == null) {
                      subscribe();
                    } else {
                      silent.add(next);
                    }
                  }));
    }
  }

  /** A context is here no longer. */
  public void gone(final ContextId context) {
    wanting.remove(context);
    ordering.remove(context);
    expectations.forget(context);
    silent.remove(context);
    quietly(commands.ask(Topics.GOSSIP_UNSUBSCRIBE, new Unsubscribe(GossipMessage.topic(context))));
  }

  /** Entries are on this node's disk; if it ordered them, the others are told. */
  public void committed(final Committed notice) {
    expectations.reached(notice.context(), notice.head().position());
    if (notice.entries().stream().anyMatch(CatchupCore::isChange)) {
      ordering.remove(notice.context());
    }
    if (peers.isEmpty()) {
      return;
    }
    final Boolean known = ordering.get(notice.context());
    if (known == null) {
      quietly(
          commands
              .ask(Topics.CONTEXT_GET, new Get(notice.context()))
              .thenAccept(
                  context -> {
                    ordering.put(notice.context(), orders(context) && isShared(context));
                    if (orders(context) && isShared(context)) {
                      announcer.entries(notice);
                    }
                  }));
    } else if (known) {
      announcer.entries(notice);
    }
  }

  private static boolean isChange(final Entry.Logged entry) {
    return entry.entry().payload() instanceof Entry.Configured;
  }

  private static boolean isShared(final Summary context) {
    return context.members().size() > context.owned().size();
  }

  private static boolean orders(final Summary context) {
    return context.owned().contains(context.coordinator());
  }

  /** Looks after what is wanting. To be called every second or so. */
  public void tick() {
    subscribe();
    if (!peers.isEmpty()) {
      // Whoever had its turn goes to the end, so that no context waits for ever.
      for (final ContextId context : wanting.keySet().stream().limit(TASKS_AT_ONCE).toList()) {
        final Set<String> hints = wanting.remove(context);
        wanting.put(context, hints == null ? new LinkedHashSet<>() : hints);
        runSoon(context);
      }
    }
  }

  /** Asks for entries that should have come. To be called a few times a second. */
  public void lookForExpected() {
    for (final ContextId context : expectations.overdue()) {
      wanting.computeIfAbsent(context, _ -> new LinkedHashSet<>());
      runSoon(context);
    }
  }

  private void runSoon(final ContextId context) {
    if (running.size() < TASKS_AT_ONCE) {
      quietly(run(context));
    }
  }

  /** Tells where the logs end. To be called every few seconds. */
  public void announceHeads() {
    if (!peers.isEmpty()) {
      quietly(
          commands
              .ask(Topics.CONTEXT_LIST, new ListAll())
              .thenAccept(all -> announceHeads(all.contexts())));
    }
  }

  private void announceHeads(final List<Summary> all) {
    final List<Summary> shared = all.stream().filter(CatchupCore::isShared).toList();
    for (int i = 0; i < Math.min(shared.size(), HEADS_AT_ONCE); i++) {
      announcer.head(shared.get((headsFrom + i) % shared.size()));
    }
    headsFrom = shared.isEmpty() ? 0 : (headsFrom + HEADS_AT_ONCE) % shared.size();
  }

  /** A message of a topic. */
  public void gossip(final Gossip message) {
    quietly(
        judged(message)
            .exceptionally(
                failure -> {
                  LOG.warn("a message of {} could not be judged", message.sender(), failure);
                  return Verdict.IGNORE;
                })
            .thenCompose(
                verdict ->
                    commands.ask(Topics.GOSSIP_JUDGE, new Judge(message.number(), verdict))));
  }

  private CompletableFuture<Verdict> judged(final Gossip message) {
    final GossipMessage content;
    try {
      content = PeerCodecs.GOSSIP.decode(message.data().unsafeArray());
    } catch (final MalformedException e) {
      return CompletableFuture.completedFuture(Verdict.REJECT);
    }
    return switch (content) {
      case Entries entries -> entries(message, entries.entries());
      case HeadNotice notice -> head(message, notice);
      case Submitted submitted -> submitted(message, submitted);
    };
  }

  private CompletableFuture<Verdict> entries(
      final Gossip message, final List<Entry.Signed> entries) {
    final ContextId context = entries.getFirst().entry().context();
    if (!GossipMessage.topic(context).equals(message.topic())) {
      return CompletableFuture.completedFuture(Verdict.REJECT);
    }
    if (Boolean.TRUE.equals(ordering.get(context))) {
      return CompletableFuture.completedFuture(Verdict.IGNORE);
    }
    return commands
        .ask(Topics.ENTRIES_APPLY, new Apply(context, entries))
        .thenApply(_ -> Verdict.ACCEPT)
        .exceptionally(
            failure -> {
              final Code code = Problems.of(failure).code();
              if (code == Code.PRIOR_MISMATCH) {
                want(context, message.author());
              }
              return code == Code.INVALID_REQUEST ? Verdict.REJECT : Verdict.IGNORE;
            });
  }

  private CompletableFuture<Verdict> head(final Gossip message, final HeadNotice notice) {
    if (!GossipMessage.topic(notice.context()).equals(message.topic())) {
      return CompletableFuture.completedFuture(Verdict.REJECT);
    }
    return commands
        .ask(Topics.CONTEXT_GET, new Get(notice.context()))
        .thenApply(
            context -> {
              if (notice.head().position() > context.head().position() && !orders(context)) {
                want(notice.context(), message.author());
              }
              return Verdict.ACCEPT;
            })
        .exceptionally(_ -> Verdict.IGNORE);
  }

  /** The coordinator orders it, the others pass it on to where the coordinator may be. */
  private CompletableFuture<Verdict> submitted(final Gossip message, final Submitted submitted) {
    final Transaction transaction = submitted.transaction().transaction();
    if (!GossipMessage.topic(transaction.context()).equals(message.topic())) {
      return CompletableFuture.completedFuture(Verdict.REJECT);
    }
    return commands
        .ask(Topics.CONTEXT_GET, new Get(transaction.context()))
        .thenApply(
            context -> {
              if (!context.members().contains(transaction.executor())) {
                return Verdict.IGNORE;
              }
              if (!submitted.transaction().verify()) {
                return Verdict.REJECT;
              }
              if (!orders(context)) {
                return Verdict.ACCEPT;
              }
              order(submitted);
              return Verdict.IGNORE;
            })
        .exceptionally(_ -> Verdict.IGNORE);
  }

  /** Its author learns of it by its entry. */
  private void order(final Submitted submitted) {
    if (gossiped < GOSSIPED_AT_ONCE) {
      gossiped++;
      quietly(
          commands
              .ask(
                  Topics.TRANSACTION_ORDER,
                  new Order(submitted.transaction(), submitted.after()))
              .whenComplete((_, _) -> gossiped--));
    }
  }

  /** Notes that a peer may have more of a context, and asks it. */
  private void want(final ContextId context, final String peer) {
    final Set<String> hints = wanting.computeIfAbsent(context, _ -> new LinkedHashSet<>());
    if (hints.size() < HINTS) {
      hints.add(peer);
    }
    runSoon(context);
  }

  /** One task per context: whoever asks while it runs gets its result. */
  private CompletableFuture<Boolean> run(final ContextId context) {
    final CompletableFuture<Boolean> under = running.get(context);
    if (under != null) {
      return under;
    }
    final Set<String> hints = Set.copyOf(wanting.getOrDefault(context, Set.of()));
    final CompletableFuture<Boolean> task = new CompletableFuture<>();
    running.put(context, task);
    quietly(
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
    if (done || problem.filter(p -> p.code() == Code.CONTEXT_NOT_FOUND).isPresent()) {
      wanting.remove(context);
    }
    if (problem.filter(p -> p.code() == Code.CONTEXT_DIVERGED).isPresent()) {
      LOG.error("{}", problem.get().message());
      wanting.remove(context);
    }
  }

  private CompletableFuture<Boolean> catchUp(final Summary context, final Set<String> hints) {
    if (orders(context) || context.owned().isEmpty() || context.damage().isPresent()) {
      return CompletableFuture.completedFuture(true);
    }
    return candidates(context.context(), hints)
        .thenCompose(candidates -> tryEach(context, List.copyOf(candidates), 0));
  }

  /** Peers that take the topic of a context, the hinted ones first. */
  private CompletableFuture<Set<String>> candidates(
      final ContextId context, final Set<String> hints) {
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

  /** Fetches a context that is being joined; done when a first part of it is on disk. */
  public CompletableFuture<CatchupMessages.Done> fetch(final Fetch request) {
    final CompletableFuture<CatchupMessages.Done> begun = new CompletableFuture<>();
    final CompletableFuture<Head> _ =
        commands
            .ask(Topics.PEER_DIAL, new Dial(request.addresses()))
            .thenCompose(
                dialled ->
                    client.catchUp(
                        new ClientPeer.Party(dialled.peer(), request.context(), request.member()),
                        Head.NONE,
                        _ -> begun.complete(new CatchupMessages.Done())))
            .whenComplete(
                (_, failure) -> {
                  // Once it has begun, it is a context like any other.
                  if (failure != null) {
                    begun.completeExceptionally(Problems.of(failure).toException());
                  } else {
                    begun.completeExceptionally(
                        Problem.of(Code.CONTEXT_NOT_FOUND, "the peer's log is empty")
                            .toException());
                  }
                });
    return begun;
  }

  /** Has a transaction ordered. What is written comes here by gossip, or else is asked for. */
  public CompletableFuture<Answer> submit(final CatchupMessages.Submit request) {
    final ContextId context = request.transaction().transaction().context();
    return submissions
        .submit(request)
        .thenApply(
            answer -> {
              if (answer instanceof final Written written) {
                expectations.expect(context, written.position());
              }
              return answer;
            });
  }

  /** Has a change ordered, and waits until it is here. */
  public CompletableFuture<CatchupMessages.Done> change(final CatchupMessages.Change request) {
    return submissions
        .change(request.change())
        .thenCompose(
            ordered -> reach(request.change().context(), ordered.head().position(), REACHING))
        .thenApply(_ -> new CatchupMessages.Done());
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

  /** What is only tried: the network and the contexts say themselves what goes wrong there. */
  private static void quietly(final CompletableFuture<?> attempt) {
    final CompletableFuture<?> _ =
        attempt.exceptionally(
            failure -> {
              LOG.debug("not done: {}", failure.toString());
              return null;
            });
  }
}
