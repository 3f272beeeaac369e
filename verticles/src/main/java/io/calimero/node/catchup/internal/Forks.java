// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.catchup.internal;

import io.calimero.node.catchup.internal.ClientPeer.Party;
import io.calimero.node.events.Entry;
import io.calimero.node.events.Head;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.bus.Topics;
import io.calimero.node.events.messages.ContextMessages.Applied;
import io.calimero.node.events.messages.ContextMessages.Apply;
import io.calimero.node.events.messages.ContextMessages.ReadLog;
import io.calimero.node.events.peers.PeerMessage.TransactionsBatch;
import io.calimero.node.events.peers.PeerMessage.TransactionsRequest;
import java.util.concurrent.CompletableFuture;

/** Looks at what a peer has where its history is another one than this node's. */
final class Forks {
  private final Commands commands;
  private final ClientPeer client;

  Forks(final Commands commands, final ClientPeer client) {
    this.commands = commands;
    this.client = client;
  }

  /**
   * The peer has another entry where the log ends here. If the coordinator has signed that one too,
   * taking it stops the context; if not, the peer has made it up, or its history parted earlier.
   */
  CompletableFuture<Head> look(final Party party, final Head head) {
    final CompletableFuture<Head> forked =
        Problems.failed(
            Code.HISTORY_FORKED,
            "the peer "
                + party.peer()
                + " has another history at position "
                + head.position()
                + " than this node");
    return commands
        .ask(Topics.LOG_READ, new ReadLog(party.context(), head.position(), 1, 1))
        .thenCompose(
            part ->
                part.entries().isEmpty()
                        || !part.entries().getFirst().signed().hash().equals(head.hash())
                    ? Problems.<Head>failed(
                        Code.PRIOR_MISMATCH, "the log has gone on while the peer was asked")
                    : contradiction(party, part.entries().getFirst().entry())
                        .thenCompose(_ -> forked))
        .exceptionallyCompose(
            failure ->
                switch (Problems.of(failure).code()) {
                  case CONTEXT_DIVERGED -> CompletableFuture.failedFuture(failure);
                  case PRIOR_MISMATCH, INVALID_REQUEST -> forked;
                  default -> CompletableFuture.failedFuture(failure);
                });
  }

  private CompletableFuture<Applied> contradiction(final Party party, final Entry own) {
    return client.with(
        party,
        met ->
            met.talk()
                .say(new TransactionsRequest(own.position() - 1, own.prior(), 1))
                .thenCompose(_ -> met.talk().expect(TransactionsBatch.class, 1))
                .thenCompose(
                    batch ->
                        commands.ask(
                            Topics.ENTRIES_APPLY,
                            new Apply(
                                party.context(), batch.entries().stream().limit(1).toList()))));
  }
}
