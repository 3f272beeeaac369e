// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.catchup.internal;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.bus.Topics;
import io.calimero.node.events.messages.KeyMessages.Open;
import io.calimero.node.events.messages.KeyMessages.Opened;
import io.calimero.node.events.messages.KeyMessages.Reading;
import io.calimero.node.events.messages.KeyMessages.Seal;
import io.calimero.node.events.messages.NetworkMessages.Gossip;
import io.calimero.node.events.messages.NetworkMessages.Publish;
import io.calimero.node.events.messages.NetworkMessages.Published;
import io.calimero.node.events.peers.GossipMessage;
import io.calimero.node.events.peers.PeerCodecs;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Says and hears what is for the members of a context only. On the loop. */
final class Sealing {
  private final Commands commands;
  private final String self;
  private final KeyAsking asking;

  /**
   * Sealing.
   *
   * @param self this node's peer id
   */
  Sealing(final Commands commands, final String self, final KeyAsking asking) {
    this.commands = commands;
    this.self = self;
    this.asking = asking;
  }

  /**
   * Says something on the topic of a context, in an envelope; without a key for it nothing is said
   * and a key is asked for.
   *
   * @param after the position after which it is said, whose members can read it
   */
  void publish(final ContextId context, final long after, final GossipMessage message) {
    Attempts.quietly(say(context, after, message));
  }

  /** As {@link #publish}, and tells to how many peers it went. */
  CompletableFuture<Published> say(
      final ContextId context, final long after, final GossipMessage message) {
    final Bytes content = Bytes.wrap(PeerCodecs.GOSSIP.encode(message));
    return commands
        .ask(Topics.ENVELOPE_SEAL, new Seal(context, after, self, content))
        .thenCompose(
            reply -> {
              if (reply.envelope().isPresent()) {
                return commands.ask(
                    Topics.GOSSIP_PUBLISH,
                    new Publish(GossipMessage.topic(context), reply.envelope().get()));
              }
              asking.want(context, Optional.empty());
              return CompletableFuture.completedFuture(new Published(0));
            });
  }

  /** Opens what came on the topic of a context; if its key is not here, it is asked for. */
  CompletableFuture<Opened> open(final ContextId context, final Gossip message) {
    return commands
        .ask(Topics.ENVELOPE_OPEN, new Open(context, message.author(), message.data()))
        .thenApply(
            opened -> {
              if (opened.reading() == Reading.UNKNOWN_KEY) {
                asking.want(context, Optional.of(message.author()));
              }
              return opened;
            });
  }
}
