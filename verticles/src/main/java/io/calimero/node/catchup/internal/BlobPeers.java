// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.catchup.internal;

import io.calimero.node.catchup.internal.ClientPeer.Party;
import io.calimero.node.events.BlobId;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.bus.Topics;
import io.calimero.node.events.messages.NetworkMessages.GetMesh;
import io.calimero.node.events.peers.GossipMessage;
import io.calimero.node.events.peers.PeerMessage.BlobOutline;
import io.calimero.node.events.peers.PeerMessage.BlobOutlineRequest;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Who may have a blob of a context, and of which chunks they say that it consists. On the loop. */
final class BlobPeers {
  private final Commands commands;
  private final ClientPeer client;

  BlobPeers(final Commands commands, final ClientPeer client) {
    this.commands = commands;
    this.client = client;
  }

  /** Whoever follows the context, those first who have proven to be members. */
  CompletableFuture<List<String>> of(final ContextId context) {
    return commands
        .ask(Topics.GOSSIP_MESH, new GetMesh(GossipMessage.topic(context)))
        .thenApply(
            mesh -> {
              final Set<String> met = client.met(context);
              return mesh.subscribers().stream()
                  .sorted(Comparator.comparing((String peer) -> !met.contains(peer)))
                  .toList();
            });
  }

  /** What a peer says; not checked. */
  CompletableFuture<BlobOutline> outline(final Party party, final BlobId blob) {
    return client.with(
        party,
        met ->
            met.talk()
                .say(new BlobOutlineRequest(blob))
                .thenCompose(_ -> met.talk().expect(BlobOutline.class, 1)));
  }
}
