// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.catchup.internal;

import io.calimero.node.events.ContextId;
import io.calimero.node.events.Entry;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.bus.Topics;
import io.calimero.node.events.messages.ContextMessages.LogPart;
import io.calimero.node.events.messages.ContextMessages.ReadLog;
import io.calimero.node.events.messages.NetworkMessages;
import io.calimero.node.events.peers.PeerMessage.End;
import io.calimero.node.events.peers.PeerMessage.TransactionsBatch;
import io.calimero.node.events.peers.PeerMessage.TransactionsRequest;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Gives entries to members who have proven to be some. One part of the log is in memory at a time,
 * and the next is read when this one is taken.
 */
final class EntryServer {
  private static final int PART_BYTES = 1 << 20;

  private final Commands commands;

  EntryServer(final Commands commands) {
    this.commands = commands;
  }

  /** Everything behind an entry, if it is here. */
  CompletableFuture<NetworkMessages.Done> from(
      final Conversation talk, final ContextId context, final TransactionsRequest wanted) {
    if (wanted.position() == 0) {
      return send(talk, context, 1, wanted.batchSize());
    }
    return read(context, wanted.position(), 1)
        .thenCompose(
            part -> {
              if (part.entries().isEmpty()) {
                return talk.say(new End(part.head()));
              }
              return part.entries().getFirst().signed().hash().equals(wanted.last())
                  ? send(talk, context, wanted.position() + 1, wanted.batchSize())
                  : Problems.failed(
                      Code.PRIOR_MISMATCH,
                      "another entry is here at position " + wanted.position());
            });
  }

  private CompletableFuture<NetworkMessages.Done> send(
      final Conversation talk, final ContextId context, final long from, final int batchSize) {
    return read(context, from, batchSize)
        .thenCompose(
            part -> {
              if (part.entries().isEmpty()) {
                return talk.say(new End(part.head()));
              }
              final List<Entry.Signed> signed =
                  part.entries().stream().map(Entry.Logged::signed).toList();
              return talk.say(new TransactionsBatch(signed, List.of()))
                  .thenCompose(_ -> send(talk, context, from + signed.size(), batchSize));
            });
  }

  private CompletableFuture<LogPart> read(
      final ContextId context, final long from, final int maxEntries) {
    return commands.ask(Topics.LOG_READ, new ReadLog(context, from, maxEntries, PART_BYTES));
  }
}
