// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.gossip;

import io.calimero.node.libp2p.PeerId;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The peers of a router and what they subscribe to. For one thread. */
final class GossipPeers {
  /** More topics of one peer are not taken note of. */
  private static final int MAX_TOPICS = 4096;

  private final Map<PeerId, GossipPeer> peers = new LinkedHashMap<>();
  private final Map<String, Set<PeerId>> subscribers = new HashMap<>();

  /** One peer. */
  static final class GossipPeer {
    final PeerId id;
    final boolean dialled;
    private final Set<String> topics = new LinkedHashSet<>();

    /** How often it has gossiped to us, and what we asked of it, since the last heartbeat. */
    int gossips;

    int asked;

    GossipPeer(final PeerId id, final boolean dialled) {
      this.id = id;
      this.dialled = dialled;
    }
  }

  boolean add(final PeerId id, final boolean dialled) {
    return peers.putIfAbsent(id, new GossipPeer(id, dialled)) == null;
  }

  void remove(final PeerId id) {
    final GossipPeer peer = peers.remove(id);
    if (peer != null) {
      List.copyOf(peer.topics).forEach(topic -> unsubscribed(id, topic));
    }
  }

  Optional<GossipPeer> get(final PeerId id) {
    return Optional.ofNullable(peers.get(id));
  }

  Iterable<GossipPeer> all() {
    return peers.values();
  }

  void subscribed(final PeerId id, final String topic) {
    final GossipPeer peer = peers.get(id);
    if (peer != null && peer.topics.size() < MAX_TOPICS && peer.topics.add(topic)) {
      subscribers.computeIfAbsent(topic, unknown -> new LinkedHashSet<>()).add(id);
    }
  }

  void unsubscribed(final PeerId id, final String topic) {
    final GossipPeer peer = peers.get(id);
    if (peer != null) {
      peer.topics.remove(topic);
    }
    final Set<PeerId> of = subscribers.get(topic);
    if (of != null && of.remove(id) && of.isEmpty()) {
      subscribers.remove(topic);
    }
  }

  /** The subscribers of {@code topic}, in the order in which they came. */
  Set<PeerId> of(final String topic) {
    return subscribers.getOrDefault(topic, Set.of());
  }

  boolean dialled(final PeerId id) {
    final GossipPeer peer = peers.get(id);
    return peer != null && peer.dialled;
  }
}
