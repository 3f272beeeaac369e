// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.catchup.internal;

import io.calimero.node.events.ContextId;
import io.calimero.node.events.Entry;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.bus.Topics;
import io.calimero.node.events.codec.MalformedException;
import io.calimero.node.events.messages.ContextMessages.Apply;
import io.calimero.node.events.messages.ContextMessages.Get;
import io.calimero.node.events.messages.NetworkMessages.Gossip;
import io.calimero.node.events.messages.NetworkMessages.Judge;
import io.calimero.node.events.messages.NetworkMessages.Verdict;
import io.calimero.node.events.peers.GossipMessage;
import io.calimero.node.events.peers.GossipMessage.Entries;
import io.calimero.node.events.peers.GossipMessage.HeadNotice;
import io.calimero.node.events.peers.PeerCodecs;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Judges what is said on the topics, and takes what is true. On the loop. */
final class Hearing {
  private static final Logger LOG = LoggerFactory.getLogger(Hearing.class);

  private final Commands commands;
  private final News news;
  private final Tasks tasks;
  private final Board board;
  private final PeerChoice choice;

  Hearing(
      final Commands commands,
      final News news,
      final Tasks tasks,
      final Board board,
      final PeerChoice choice) {
    this.commands = commands;
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
    final GossipMessage content;
    try {
      content = PeerCodecs.GOSSIP.decode(message.data().unsafeArray());
    } catch (final MalformedException e) {
      return CompletableFuture.completedFuture(Verdict.REJECT);
    }
    return switch (content) {
      case Entries entries -> entries(message, entries.entries());
      case HeadNotice notice -> head(message, notice);
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
              if (code == Code.PRIOR_MISMATCH) {
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
              if (notice.head().position() > context.head().position() && !News.orders(context)) {
                board.of(notice.context()).heard(notice.head().position());
                choice.heard(notice.context(), message.author(), notice.head().position());
                tasks.want(notice.context(), message.author());
              }
              return Verdict.ACCEPT;
            })
        .exceptionally(_ -> Verdict.IGNORE);
  }
}
