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
import io.calimero.node.events.messages.ContextMessages.Committed;
import io.calimero.node.events.messages.ContextMessages.ListAll;
import io.calimero.node.events.messages.ExecutionMessages.Answer;
import io.calimero.node.events.messages.ExecutionMessages.Written;
import io.calimero.node.events.messages.NetworkMessages.Dial;
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
  private static final int STREAMS_PER_PEER = 32;

  private final Commands commands;
  private final ServerPeer server;
  private final ClientPeer client;
  private final Submissions submissions;
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
    subscriptions = new Subscriptions(commands);
    server =
        new ServerPeer(
            commands, nonces, self, rendezvous -> subscriptions.context(rendezvous.toString()));
    client = new ClientPeer(commands, nonces, self);
    tasks = new Tasks(commands, client);
    submissions = new Submissions(commands, client, tasks::candidates);
    asking = new KeyAsking(commands, client, tasks);
    final Sealing sealing = new Sealing(commands, self, asking);
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
                        _ -> {
                          if (begun.complete(new CatchupMessages.Done())) {
                            asking.want(request.context(), Optional.of(dialled.peer()));
                          }
                        }))
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

  /** Asks for entries that should have come. To be called a few times a second. */
  public void lookForExpected() {
    expectations.overdue().forEach(tasks::want);
  }

  /** Has a change ordered, and waits until it is here. */
  public CompletableFuture<CatchupMessages.Done> change(final CatchupMessages.Change request) {
    return submissions
        .change(request.change())
        .thenCompose(ordered -> tasks.reach(request.change().context(), ordered.head().position()))
        .thenApply(_ -> new CatchupMessages.Done());
  }
}
