// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.catchup.internal;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.Entry;
import io.calimero.node.events.bus.Topics;
import io.calimero.node.events.messages.ContextMessages.Committed;
import io.calimero.node.events.messages.ContextMessages.Summary;
import io.calimero.node.events.messages.NetworkMessages.Publish;
import io.calimero.node.events.messages.NetworkMessages.Published;
import io.calimero.node.events.peers.GossipMessage;
import io.calimero.node.events.peers.GossipMessage.Entries;
import io.calimero.node.events.peers.GossipMessage.HeadNotice;
import io.calimero.node.events.peers.PeerCodecs;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Tells the members of a context what is new. What does not arrive is asked for. */
final class Announcer {
  private final Commands commands;

  Announcer(final Commands commands) {
    this.commands = commands;
  }

  /**
   * New entries, as many messages as they need. An entry too large for any is left to be asked for.
   */
  void entries(final Committed committed) {
    List<Entry.Signed> part = new ArrayList<>();
    int bytes = 0;
    for (final Entry.Logged logged : committed.entries()) {
      final int size = Entry.Signed.CODEC.encode(logged.signed()).length;
      if (!part.isEmpty()
          && (bytes + size > GossipMessage.MAX_BYTES || part.size() == GossipMessage.MAX_ENTRIES)) {
        send(committed, part);
        part = new ArrayList<>();
        bytes = 0;
      }
      part.add(logged.signed());
      bytes += size;
    }
    if (bytes <= GossipMessage.MAX_BYTES) {
      send(committed, part);
    }
  }

  private void send(final Committed committed, final List<Entry.Signed> part) {
    publish(GossipMessage.topic(committed.context()), new Entries(List.copyOf(part)));
  }

  /** Where the log of a context ends. */
  void head(final Summary context) {
    publish(
        GossipMessage.topic(context.context()), new HeadNotice(context.context(), context.head()));
  }

  private void publish(final String topic, final GossipMessage message) {
    final CompletableFuture<Published> _ =
        commands.ask(
            Topics.GOSSIP_PUBLISH,
            new Publish(topic, Bytes.wrap(PeerCodecs.GOSSIP.encode(message))));
  }
}
