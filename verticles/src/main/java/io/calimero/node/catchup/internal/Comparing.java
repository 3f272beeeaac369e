// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.catchup.internal;

import io.calimero.node.events.Head;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.bus.Topics;
import io.calimero.node.events.messages.ContextMessages.Get;
import io.calimero.node.events.messages.ContextMessages.Summary;
import io.calimero.node.events.messages.MembershipMessages.Compare;
import io.calimero.node.events.messages.MembershipMessages.Compared;
import io.calimero.node.events.peers.PeerMessage;
import io.calimero.node.events.peers.PeerMessage.End;
import io.calimero.node.events.peers.PeerMessage.Failure;
import io.calimero.node.events.peers.PeerMessage.TransactionsBatch;
import io.calimero.node.events.peers.PeerMessage.TransactionsRequest;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Compares the end of a log with that of the node that orders. */
final class Comparing {
  private final Commands commands;
  private final ClientPeer client;
  private final Tasks tasks;

  Comparing(final Commands commands, final ClientPeer client, final Tasks tasks) {
    this.commands = commands;
    this.client = client;
    this.tasks = tasks;
  }

  /** Fails with {@code PEER_UNREACHABLE} if the coordinator is not there. */
  CompletableFuture<Compared> compare(final Compare request) {
    return commands
        .ask(Topics.CONTEXT_GET, new Get(request.context()))
        .thenCompose(
            context ->
                context.owned().isEmpty()
                    ? Problems.<Compared>failed(
                        Code.UNAUTHORIZED, "this node has no member of the context")
                    : tasks
                        .candidates(context.context(), Set.of())
                        .thenCompose(peers -> tryEach(context, List.copyOf(peers), 0)));
  }

  private CompletableFuture<Compared> tryEach(
      final Summary context, final List<String> peers, final int next) {
    if (next == peers.size()) {
      return Problems.failed(
          Code.PEER_UNREACHABLE,
          "the coordinator of the context cannot be reached, so it cannot be asked for its log");
    }
    final ClientPeer.Party party =
        new ClientPeer.Party(peers.get(next), context.context(), context.owned().getFirst());
    return client
        .with(
            party,
            met ->
                met.welcome().member().equals(context.coordinator())
                    ? ask(met.talk(), context.head())
                    : Problems.<Compared>failed(Code.PEER_UNREACHABLE, "another member is there"))
        .exceptionallyCompose(_ -> tryEach(context, peers, next + 1));
  }

  private static CompletableFuture<Compared> ask(final Conversation talk, final Head head) {
    return talk.say(new TransactionsRequest(head.position(), head.hash(), 1))
        .thenCompose(_ -> talk.hear())
        .thenCompose(answer -> compare(head, answer));
  }

  private static CompletableFuture<Compared> compare(
      final Head head, final Optional<PeerMessage> answer) {
    return answer.isEmpty()
        ? Conversation.unexpected(answer)
        : switch (answer.get()) {
          case TransactionsBatch _ -> compared(Optional.empty());
          case End end ->
              compared(
                  end.head().position() < head.position()
                      ? Optional.of(
                          "it ends at position "
                              + end.head().position()
                              + ", the one here at "
                              + head.position())
                      : Optional.empty());
          case Failure failure when failure.code() == Code.PRIOR_MISMATCH ->
              compared(Optional.of(failure.message()));
          default -> Conversation.unexpected(answer);
        };
  }

  private static CompletableFuture<Compared> compared(final Optional<String> difference) {
    return CompletableFuture.completedFuture(new Compared(difference));
  }
}
