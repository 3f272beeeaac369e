// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.catchup.internal;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.bus.Topics;
import io.calimero.node.events.crypto.Signatures;
import io.calimero.node.events.messages.BlobMessages;
import io.calimero.node.events.messages.CatchupMessages;
import io.calimero.node.events.messages.CatchupMessages.Fetch;
import io.calimero.node.events.messages.CatchupMessages.GetSync;
import io.calimero.node.events.messages.CatchupMessages.Phase;
import io.calimero.node.events.messages.CatchupMessages.StartSync;
import io.calimero.node.events.messages.CatchupMessages.Sync;
import io.calimero.node.events.messages.ContextMessages.Committed;
import io.calimero.node.events.messages.ContextMessages.Get;
import io.calimero.node.events.messages.ContextMessages.ListAll;
import io.calimero.node.events.messages.ContextMessages.Summary;
import io.calimero.node.events.messages.ExecutionMessages.Answer;
import io.calimero.node.events.messages.ExecutionMessages.Written;
import io.calimero.node.events.messages.MembershipMessages.Compare;
import io.calimero.node.events.messages.MembershipMessages.Compared;
import io.calimero.node.events.messages.MembershipMessages.HasMet;
import io.calimero.node.events.messages.MembershipMessages.Knock;
import io.calimero.node.events.messages.MembershipMessages.Met;
import io.calimero.node.events.messages.NetworkMessages.Gossip;
import io.calimero.node.events.messages.NetworkMessages.OpenedStream;
import io.calimero.node.events.messages.NetworkMessages.Serve;
import io.calimero.node.events.peers.PeerMessage;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Sees to it that this node has what other members have: one task per context at a time, none of
 * which waits for another. On the loop.
 */
public final class CatchupCore {
  /** How many entries are far when nothing else is said. */
  public static final long FAR = 10_000;

  /** Who has just come takes a second or two to take the topics. */
  private static final int GREETINGS = 2;

  private static final int STREAMS_PER_PEER = 128;

  private final Commands commands;
  private final ServerPeer server;
  private final ClientPeer client;
  private final Acquaintances acquaintances = new Acquaintances();
  private final Submissions submissions;
  private final Knocks knocks;
  private final Comparing comparing;
  private final Subscriptions subscriptions;
  private final Board board;
  private final Tasks tasks;
  private final Joins joins;
  private final KeyAsking asking;
  private final News news;
  private final BlobFetches blobs;
  private final Hearing hearing;
  private final Expectations expectations = new Expectations();
  private final Set<String> peers = new HashSet<>();

  /** In how many of the next turns whoever has come is told where the logs end. */
  private int greetings;

  /**
   * A core without a clock, which decides nothing but whom to ask first, and who is too slow.
   *
   * @param nonces random, never given before
   * @param self this node's peer id
   */
  public CatchupCore(final Commands commands, final Supplier<Bytes> nonces, final String self) {
    this(commands, nonces, self, () -> 0, FAR, Signatures.ED25519);
  }

  /**
   * A core that measures speeds.
   *
   * @param nonces random, never given before
   * @param self this node's peer id
   * @param nanos a clock, from any beginning; decides nothing but whom to ask first, and who is too
   *     slow
   * @param far how many entries are so many that they are not fetched one by one where there is a
   *     checkpoint
   */
  public CatchupCore(
      final Commands commands,
      final Supplier<Bytes> nonces,
      final String self,
      final LongSupplier nanos,
      final long far) {
    this(commands, nonces, self, nanos, far, Signatures.ED25519);
  }

  /**
   * A core that measures speeds, and in which somebody else tells signatures from forgeries.
   *
   * @param nonces random, never given before
   * @param self this node's peer id
   * @param nanos a clock, from any beginning; decides nothing but whom to ask first
   * @param far how many entries are so many that they are not fetched one by one where there is a
   *     checkpoint
   * @param signatures what verifies the signatures of peers
   */
  public CatchupCore(
      final Commands commands,
      final Supplier<Bytes> nonces,
      final String self,
      final LongSupplier nanos,
      final long far,
      final Signatures signatures) {
    this.commands = commands;
    board = new Board(nanos, sync -> commands.tell(Topics.SYNC_PROGRESSED, sync));
    final PeerChoice choice = new PeerChoice();
    client = new ClientPeer(commands, nonces, self, acquaintances, far, nanos, signatures);
    blobs = new BlobFetches(commands, client, nanos);
    subscriptions = new Subscriptions(commands);
    tasks = new Tasks(commands, client, acquaintances, board, choice);
    joins = new Joins(commands, client, board, tasks);
    comparing = new Comparing(commands, client, tasks);
    asking = new KeyAsking(commands, client, tasks);
    final Sealing sealing = new Sealing(commands, self, asking);
    submissions = new Submissions(commands, client, sealing, tasks::candidates);
    knocks = new Knocks(commands, submissions);
    server =
        new ServerPeer(
            commands,
            nonces,
            self,
            acquaintances,
            knocks,
            new Proposals(commands, client),
            rendezvous -> subscriptions.context(rendezvous.toString()),
            signatures);
    news = new News(commands, sealing, () -> !peers.isEmpty());
    hearing = new Hearing(commands, subscriptions, sealing, news, tasks, board, choice, signatures);
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
    tasks.awake();
    greetings = GREETINGS;
  }

  /** A peer has gone. */
  public void left(final String peer) {
    peers.remove(peer);
  }

  /** A context is here from now on. */
  public void take(final ContextId context) {
    tasks.take(context);
    subscriptions.take(context);
  }

  /** A context is here no longer. */
  public void gone(final ContextId context) {
    tasks.gone(context);
    news.gone(context);
    asking.gone(context);
    expectations.forget(context);
    subscriptions.leave(context);
  }

  /** Entries are on this node's disk; if it ordered them, the others are told. */
  public void committed(final Committed notice) {
    expectations.reached(notice.context(), notice.head().position());
    news.committed(notice);
  }

  /** Looks after what is wanting. To be called every second or so. */
  public void tick() {
    subscriptions.subscribe();
    blobs.tick();
    if (!peers.isEmpty()) {
      tasks.begin();
      asking.tick();
    }
    if (greetings > 0) {
      greetings--;
      news.announceHeads();
    }
  }

  /** Tells where the logs end. To be called every few seconds. */
  public void announceHeads() {
    news.announceHeads();
  }

  /** A message of a topic. */
  public void gossip(final Gossip message) {
    hearing.heard(message);
  }

  /**
   * Fetches a context that is being joined; done when a first part of it is on disk, or, if there
   * is an old log here, when it tells of the member.
   */
  public CompletableFuture<CatchupMessages.Done> fetch(final Fetch request) {
    return joins.fetch(request, peer -> asking.want(request.context(), Optional.of(peer)));
  }

  /** Fetches a blob that is shared in a context, if it is not here. */
  public CompletableFuture<BlobMessages.Fetched> fetchBlob(final BlobMessages.Fetch request) {
    return blobs.fetch(request);
  }

  /** How far a context is in having what others have. */
  public CompletableFuture<Sync> status(final GetSync request) {
    return commands
        .ask(Topics.CONTEXT_GET, new Get(request.context()))
        .thenApply(
            here -> {
              final Optional<Journey> journey = board.find(request.context());
              journey.ifPresent(under -> under.here(here.head().position()));
              return journey.map(under -> under.sync(true)).orElseGet(() -> still(here));
            })
        .exceptionallyCompose(
            failure ->
                board
                    .find(request.context())
                    .map(under -> CompletableFuture.completedFuture(under.sync(false)))
                    .orElseGet(() -> CompletableFuture.failedFuture(failure)));
  }

  /** Nothing is under way; perhaps because nobody is there who could be asked. */
  private Sync still(final Summary context) {
    return new Sync(
        context.context(),
        tasks.wants(context.context()) && !News.orders(context) ? Phase.WAITING : Phase.IDLE,
        context.head().position(),
        context.head().position(),
        0,
        0,
        0,
        Optional.empty(),
        0,
        Optional.empty(),
        true);
  }

  /** Asks others for what is new at once, and says how far it is. */
  public CompletableFuture<Sync> sync(final StartSync request) {
    return commands
        .ask(Topics.CONTEXT_GET, new Get(request.context()))
        .thenCompose(
            _ -> {
              tasks.start(request.context());
              return status(new GetSync(request.context()));
            });
  }

  /** How many entries are known to be missing, by what is being done about it. */
  public Map<Phase, Long> lag() {
    return board.lag();
  }

  /** Has an open invitation honoured. */
  public CompletableFuture<CatchupMessages.Done> knock(final Knock request) {
    return knocks.knock(request);
  }

  /** Whether a member's node was met. */
  public CompletableFuture<Met> hasMet(final HasMet request) {
    return CompletableFuture.completedFuture(
        new Met(acquaintances.has(request.context(), request.member())));
  }

  /** Compares the end of a log with that of the coordinator's. */
  public CompletableFuture<Compared> compare(final Compare request) {
    return comparing.compare(request);
  }

  /** Has a transaction ordered. What is written comes here by gossip, or else is asked for. */
  public CompletableFuture<Answer> submit(final CatchupMessages.Submit request) {
    final ContextId context = request.transaction().transaction().context();
    return tasks
        .following(context, () -> submissions.submit(request))
        .thenApply(
            answer -> {
              if (answer instanceof final Written written) {
                expectations.expect(context, written.position());
              }
              return answer;
            });
  }

  /** Asks for entries that should have come. To be called a few times a second. */
  public void lookForExpected() {
    expectations.overdue().forEach(tasks::want);
  }

  /** Has a change ordered, and waits until it is here. */
  public CompletableFuture<CatchupMessages.Done> change(final CatchupMessages.Change request) {
    return tasks
        .following(request.change().context(), () -> submissions.change(request.change()))
        .thenCompose(ordered -> tasks.reach(request.change().context(), ordered.head().position()))
        .thenApply(_ -> new CatchupMessages.Done());
  }
}
