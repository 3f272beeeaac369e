// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.catchup.internal;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Head;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.bus.Topics;
import io.calimero.node.events.messages.CatchupMessages;
import io.calimero.node.events.messages.CatchupMessages.Fetch;
import io.calimero.node.events.messages.ContextMessages;
import io.calimero.node.events.messages.ContextMessages.Committed;
import io.calimero.node.events.messages.ContextMessages.ListAll;
import io.calimero.node.events.messages.ContextMessages.Summary;
import io.calimero.node.events.messages.ExecutionMessages.Answer;
import io.calimero.node.events.messages.ExecutionMessages.Written;
import io.calimero.node.events.messages.MembershipMessages.Compare;
import io.calimero.node.events.messages.MembershipMessages.Compared;
import io.calimero.node.events.messages.MembershipMessages.HasMet;
import io.calimero.node.events.messages.MembershipMessages.Knock;
import io.calimero.node.events.messages.MembershipMessages.Met;
import io.calimero.node.events.messages.NetworkMessages.Dial;
import io.calimero.node.events.messages.NetworkMessages.Dialled;
import io.calimero.node.events.messages.NetworkMessages.Gossip;
import io.calimero.node.events.messages.NetworkMessages.OpenedStream;
import io.calimero.node.events.messages.NetworkMessages.Serve;
import io.calimero.node.events.peers.PeerMessage;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Sees to it that this node has what other members have: one task per context at a time, none of
 * which waits for another. On the loop.
 */
public final class CatchupCore {
  private static final int STREAMS_PER_PEER = 128;

  private final Commands commands;
  private final ServerPeer server;
  private final ClientPeer client;
  private final Acquaintances acquaintances = new Acquaintances();
  private final Submissions submissions;
  private final Knocks knocks;
  private final Comparing comparing;
  private final Subscriptions subscriptions;
  private final Tasks tasks;
  private final KeyAsking asking;
  private final News news;
  private final Hearing hearing;
  private final Expectations expectations = new Expectations();
  private final Set<String> peers = new HashSet<>();

  /**
   * A core.
   *
   * @param nonces random, never given before
   * @param self this node's peer id
   */
  public CatchupCore(final Commands commands, final Supplier<Bytes> nonces, final String self) {
    this.commands = commands;
    client = new ClientPeer(commands, nonces, self, acquaintances);
    subscriptions = new Subscriptions(commands);
    tasks = new Tasks(commands, client, acquaintances);
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
            rendezvous -> subscriptions.context(rendezvous.toString()));
    news = new News(commands, sealing, () -> !peers.isEmpty());
    hearing = new Hearing(commands, subscriptions, sealing, news, tasks);
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
    if (!peers.isEmpty()) {
      tasks.begin();
      asking.tick();
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
    final CompletableFuture<CatchupMessages.Done> begun = new CompletableFuture<>();
    final CompletableFuture<?> _ =
        head(request.context())
            .thenCompose(
                head ->
                    commands
                        .ask(Topics.PEER_DIAL, new Dial(request.addresses()))
                        .thenCompose(
                            dialled ->
                                client.catchUp(
                                    new ClientPeer.Party(
                                        dialled.peer(), request.context(), request.member()),
                                    head,
                                    reached -> progress(head, reached, begun, request, dialled)))
                        .thenCompose(_ -> isMember(request)))
            .whenComplete(
                (member, failure) -> {
                  // Once it has begun, it is a context like any other.
                  if (failure != null) {
                    begun.completeExceptionally(Problems.of(failure).toException());
                  } else if (member) {
                    begun.complete(new CatchupMessages.Done());
                  } else {
                    begun.completeExceptionally(
                        Problem.of(
                                Code.CONTEXT_NOT_FOUND,
                                "the peer's log does not tell of the member")
                            .toException());
                  }
                });
    return begun;
  }

  private void progress(
      final Head from,
      final Head reached,
      final CompletableFuture<CatchupMessages.Done> begun,
      final Fetch request,
      final Dialled dialled) {
    if (from.equals(Head.NONE)
        && reached.position() > 0
        && begun.complete(new CatchupMessages.Done())) {
      asking.want(request.context(), Optional.of(dialled.peer()));
    }
  }

  private CompletableFuture<Boolean> isMember(final Fetch request) {
    return commands
        .ask(Topics.CONTEXT_GET, new ContextMessages.Get(request.context()))
        .thenApply(context -> context.members().contains(request.member()));
  }

  private CompletableFuture<Head> head(final ContextId context) {
    return commands
        .ask(Topics.CONTEXT_GET, new ContextMessages.Get(context))
        .thenApply(Summary::head)
        .exceptionally(_ -> Head.NONE);
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
