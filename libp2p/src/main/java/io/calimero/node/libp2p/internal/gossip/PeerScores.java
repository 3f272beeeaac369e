// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.gossip;

import io.calimero.node.libp2p.GossipScoreParams;
import io.calimero.node.libp2p.PeerId;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** What peers are worth (gossipsub 1.1, "The Score Function"). For one thread. */
final class PeerScores {
  private static final int MAX_RETAINED = 4096;

  private final GossipScoreParams params;
  private final Map<PeerId, Stats> peers = new LinkedHashMap<>();
  private final Map<String, Integer> perAddress = new HashMap<>();

  private static final class Stats {
    private final Map<String, TopicStats> topics = new HashMap<>();
    private String address = "";
    private double application;
    private double behaviour;
    private boolean connected;
    private long leftAt;
  }

  private static final class TopicStats {
    private boolean inMesh;
    private long graftedAt;
    private long meshTime;
    private double first;
    private double mesh;
    private double failure;
    private double invalid;
  }

  PeerScores(final GossipScoreParams params) {
    this.params = params;
  }

  /** A peer is there; {@code address} is empty where it does not matter. */
  void connected(final PeerId peer, final String address) {
    final Stats stats = peers.computeIfAbsent(peer, unknown -> new Stats());
    if (!stats.connected) {
      stats.connected = true;
      stats.address = address;
      if (!address.isEmpty()) {
        perAddress.merge(address, 1, Integer::sum);
      }
    }
  }

  /** A peer has left; a bad score is kept for a while, so that coming back does not mend it. */
  void disconnected(final PeerId peer, final long now) {
    final Stats stats = peers.get(peer);
    if (stats == null || !stats.connected) {
      return;
    }
    final boolean bad = score(peer) < 0;
    stats.connected = false;
    stats.leftAt = now;
    perAddress.computeIfPresent(stats.address, (address, n) -> n > 1 ? n - 1 : null);
    stats.topics.forEach((topic, in) -> leaveMesh(in));
    if (!bad) {
      peers.remove(peer);
    } else if (peers.size() > MAX_RETAINED) {
      peers.entrySet().stream()
          .filter(entry -> !entry.getValue().connected)
          .findFirst()
          .map(Map.Entry::getKey)
          .ifPresent(peers::remove);
    }
  }

  double score(final PeerId peer) {
    final Stats stats = peers.get(peer);
    if (stats == null) {
      return 0;
    }
    double topics = 0;
    for (final TopicStats in : stats.topics.values()) {
      topics += topic(in);
    }
    final double excess = Math.max(0, stats.behaviour - params.behaviourThreshold());
    final int surplus = perAddress.getOrDefault(stats.address, 0) - params.colocationThreshold();
    final double colocation = surplus > 0 ? (double) surplus * surplus : 0;
    return Math.min(topics, params.topicCap())
        + params.applicationWeight() * stats.application
        + params.colocationWeight() * colocation
        + params.behaviourWeight() * excess * excess;
  }

  private double topic(final TopicStats in) {
    final double quanta =
        in.inMesh ? (double) in.meshTime / params.timeInMeshQuantum().toNanos() : 0;
    final double deficit = deficit(in);
    return params.topicWeight()
        * (params.timeInMeshWeight() * Math.min(quanta, params.timeInMeshCap())
            + params.firstDeliveryWeight() * in.first
            + params.meshDeliveryWeight() * deficit * deficit
            + params.meshFailureWeight() * in.failure
            + params.invalidWeight() * in.invalid * in.invalid);
  }

  private double deficit(final TopicStats in) {
    final boolean expected = in.inMesh && in.meshTime > params.meshDeliveryActivation().toNanos();
    return expected ? Math.max(0, params.meshDeliveryThreshold() - in.mesh) : 0;
  }

  void grafted(final PeerId peer, final String topic, final long now) {
    final TopicStats in = in(peer, topic);
    in.inMesh = true;
    in.graftedAt = now;
    in.meshTime = 0;
  }

  void pruned(final PeerId peer, final String topic) {
    leaveMesh(in(peer, topic));
  }

  private void leaveMesh(final TopicStats in) {
    final double deficit = deficit(in);
    in.failure += deficit * deficit;
    in.inMesh = false;
  }

  void deliveredFirst(final PeerId peer, final String topic) {
    final TopicStats in = in(peer, topic);
    in.first = Math.min(in.first + 1, params.firstDeliveryCap());
    deliveredNearlyFirst(peer, topic);
  }

  void deliveredNearlyFirst(final PeerId peer, final String topic) {
    final TopicStats in = in(peer, topic);
    if (in.inMesh) {
      in.mesh = Math.min(in.mesh + 1, params.meshDeliveryCap());
    }
  }

  void deliveredInvalid(final PeerId peer, final String topic) {
    in(peer, topic).invalid++;
  }

  void misbehaved(final PeerId peer, final int by) {
    final Stats stats = peers.get(peer);
    if (stats != null) {
      stats.behaviour += by;
    }
  }

  void adjust(final PeerId peer, final double by) {
    final Stats stats = peers.get(peer);
    if (stats != null) {
      stats.application += by;
    }
  }

  private TopicStats in(final PeerId peer, final String topic) {
    final Stats stats = peers.get(peer);
    return stats == null
        ? new TopicStats()
        : stats.topics.computeIfAbsent(topic, unknown -> new TopicStats());
  }

  /** A decay interval has passed. */
  void decay(final long now) {
    final long keep = params.retain().toNanos();
    peers.values().removeIf(stats -> !stats.connected && now - stats.leftAt > keep);
    for (final Stats stats : peers.values()) {
      stats.behaviour = decayed(stats.behaviour, params.behaviourDecay());
      for (final TopicStats in : stats.topics.values()) {
        in.first = decayed(in.first, params.firstDeliveryDecay());
        in.mesh = decayed(in.mesh, params.meshDeliveryDecay());
        in.failure = decayed(in.failure, params.meshFailureDecay());
        in.invalid = decayed(in.invalid, params.invalidDecay());
        if (in.inMesh) {
          in.meshTime = now - in.graftedAt;
        }
      }
    }
  }

  private double decayed(final double value, final double factor) {
    final double next = value * factor;
    return next < params.decayToZero() ? 0 : next;
  }
}
