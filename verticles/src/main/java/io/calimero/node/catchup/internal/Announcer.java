// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.catchup.internal;

import io.calimero.node.events.Configuration;
import io.calimero.node.events.Entry;
import io.calimero.node.events.messages.ContextMessages.Committed;
import io.calimero.node.events.messages.ContextMessages.Summary;
import io.calimero.node.events.peers.GossipMessage;
import io.calimero.node.events.peers.GossipMessage.Entries;
import io.calimero.node.events.peers.GossipMessage.HeadNotice;
import java.util.ArrayList;
import java.util.List;

/** Tells the members of a context what is new. What does not arrive is asked for. */
final class Announcer {
  private final Sealing sealing;

  Announcer(final Sealing sealing) {
    this.sealing = sealing;
  }

  /**
   * New entries, as many messages as they need. An entry too large for any is left to be asked for.
   * A message ends where an epoch does, so that whoever was removed reads none that is later.
   */
  void entries(final Committed committed) {
    List<Entry.Signed> part = new ArrayList<>();
    int bytes = 0;
    for (final Entry.Logged logged : committed.entries()) {
      final int size = Entry.Signed.CODEC.encode(logged.signed()).length;
      if (!part.isEmpty()
          && (bytes + size > GossipMessage.MAX_BYTES || part.size() == GossipMessage.MAX_ENTRIES)) {
        send(committed, part, bytes);
        part = new ArrayList<>();
        bytes = 0;
      }
      part.add(logged.signed());
      bytes += size;
      if (Configuration.mayEndEpoch(logged)) {
        send(committed, part, bytes);
        part = new ArrayList<>();
        bytes = 0;
      }
    }
    send(committed, part, bytes);
  }

  private void send(final Committed committed, final List<Entry.Signed> part, final int bytes) {
    if (!part.isEmpty() && bytes <= GossipMessage.MAX_BYTES) {
      sealing.publish(
          committed.context(),
          part.getFirst().entry().position() - 1,
          new Entries(List.copyOf(part)));
    }
  }

  /** Where the log of a context ends. */
  void head(final Summary context) {
    sealing.publish(
        context.context(),
        context.head().position(),
        new HeadNotice(context.context(), context.head()));
  }
}
