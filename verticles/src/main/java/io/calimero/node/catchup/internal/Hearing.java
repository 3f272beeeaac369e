// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.catchup.internal;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Entry;
import io.calimero.node.events.Head;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.Transaction;
import io.calimero.node.events.bus.Topics;
import io.calimero.node.events.codec.MalformedException;
import io.calimero.node.events.crypto.Signatures;
import io.calimero.node.events.messages.ContextMessages.Apply;
import io.calimero.node.events.messages.ContextMessages.Get;
import io.calimero.node.events.messages.ContextMessages.Order;
import io.calimero.node.events.messages.NetworkMessages.Gossip;
import io.calimero.node.events.messages.NetworkMessages.Judge;
import io.calimero.node.events.messages.NetworkMessages.Verdict;
import io.calimero.node.events.peers.GossipMessage;
import io.calimero.node.events.peers.GossipMessage.Entries;
import io.calimero.node.events.peers.GossipMessage.HeadNotice;
import io.calimero.node.events.peers.GossipMessage.Submitted;
import io.calimero.node.events.peers.PeerCodecs;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Judges what is said on the topics, and takes what is true. On the loop. */
final class Hearing {
  private static final Logger LOG = LoggerFactory.getLogger(Hearing.class);
  private static final int ORDERING_AT_ONCE = 256;

  private final Commands commands;
  private final News news;
  private final Tasks tasks;
  private final Subscriptions subscriptions;
  private final Sealing sealing;
  private final Board board;
  private final PeerChoice choice;
  private final Signatures signatures;
  private int ordering;

  Hearing(
      final Commands commands,
      final Subscriptions subscriptions,
      final Sealing sealing,
      final News news,
      final Tasks tasks,
      final Board board,
      final PeerChoice choice,
      final Signatures signatures) {
    this.signatures = signatures;
    this.commands = commands;
    this.subscriptions = subscriptions;
    this.sealing = sealing;
    this.news = news;
    this.tasks = tasks;
    this.board = board;
    this.choice = choice;
  }

  /** A message of a topic. */
  void heard(final Gossip message) {
    Attempts.quietly(
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
    final Optional<ContextId> context = subscriptions.context(message.topic());
    if (context.isEmpty()) {
      return CompletableFuture.completedFuture(Verdict.IGNORE);
    }
    return sealing
        .open(context.get(), message)
        .thenCompose(
            opened ->
                switch (opened.reading()) {
                  case READ -> read(message, opened.content());
                  // Nobody who has the key passes these on.
                  case FORGED, MALFORMED -> CompletableFuture.completedFuture(Verdict.REJECT);
                  case UNKNOWN_KEY, ENDED_EPOCH, REPEATED ->
                      CompletableFuture.completedFuture(Verdict.IGNORE);
                });
  }

  private CompletableFuture<Verdict> read(final Gossip message, final Bytes bytes) {
    final GossipMessage content;
    try {
      content = PeerCodecs.GOSSIP.decode(bytes.unsafeArray());
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
    if (news.isOurs(context)) {
      return CompletableFuture.completedFuture(Verdict.IGNORE);
    }
    return commands
        .ask(Topics.ENTRIES_APPLY, new Apply(context, entries))
        .thenApply(_ -> Verdict.ACCEPT)
        .exceptionally(
            failure -> {
              final Code code = Problems.of(failure).code();
              if (code == Code.PRIOR_MISMATCH || code == Code.APPLICATION_NOT_INSTALLED) {
                tasks.want(context, message.author());
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
              if (!News.orders(context)) {
                compare(context.head(), message.author(), notice);
              }
              return Verdict.ACCEPT;
            })
        .exceptionally(_ -> Verdict.IGNORE);
  }

  /** Whoever has more is asked for it, and so is who has another last entry than this node. */
  private void compare(final Head here, final String author, final HeadNotice notice) {
    final Head there = notice.head();
    if (there.position() > here.position()) {
      board.of(notice.context()).heard(there.position());
      choice.heard(notice.context(), author, there.position());
      tasks.want(notice.context(), author);
    } else if (there.position() == here.position() && !there.hash().equals(here.hash())) {
      // it is to be asked even if others say that they have no more than this node
      choice.heard(notice.context(), author, there.position() + 1);
      tasks.want(notice.context(), author);
    }
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
              if (!submitted.transaction().verify(signatures)) {
                return Verdict.REJECT;
              }
              if (!News.orders(context)) {
                return Verdict.ACCEPT;
              }
              order(submitted);
              return Verdict.IGNORE;
            })
        .exceptionally(_ -> Verdict.IGNORE);
  }

  /** Its author learns of it by its entry. */
  private void order(final Submitted submitted) {
    if (ordering < ORDERING_AT_ONCE) {
      ordering++;
      Attempts.quietly(
          commands
              .ask(Topics.TRANSACTION_ORDER, new Order(submitted.transaction(), submitted.after()))
              .whenComplete((_, _) -> ordering--));
    }
  }
}
