// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.gossip;

import io.calimero.node.libp2p.GossipParams;
import io.calimero.node.libp2p.PeerId;
import io.calimero.node.libp2p.internal.gossip.Rpc.Candidate;
import io.calimero.node.libp2p.internal.gossip.Rpc.Prune;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/**
 * The meshes: for each topic subscribed to, the peers with which messages are exchanged in full
 * (gossipsub 1.0, "Router state"; 1.1, "Mesh Maintenance"). For one thread.
 */
final class MeshKeeper {
  private static final int MAX_EXCHANGED = 16;
  private static final int OPPORTUNISTIC_TICKS = 60;
  private static final int OPPORTUNISTIC_PEERS = 2;

  /** How long one prune of a peer may keep us away, whatever it says. */
  private static final long MAX_BACKOFF_SECONDS = Duration.ofHours(1).toSeconds();

  private final RouterContext router;
  private final GossipParams params;
  private final Map<String, Set<PeerId>> meshes = new TreeMap<>();
  private final Map<String, Map<PeerId, Long>> backoffs = new HashMap<>();
  private long ticks;

  MeshKeeper(final RouterContext router) {
    this.router = router;
    params = router.params();
  }

  Set<PeerId> mesh(final String topic) {
    return meshes.getOrDefault(topic, Set.of());
  }

  boolean joined(final String topic) {
    return meshes.containsKey(topic);
  }

  List<String> topics() {
    return List.copyOf(meshes.keySet());
  }

  /** The mesh of a topic that is subscribed to. */
  private Set<PeerId> open(final String topic) {
    return Objects.requireNonNull(meshes.get(topic));
  }

  /** Begins a mesh, with {@code known} peers and others. */
  void join(final String topic, final Set<PeerId> known) {
    if (!joined(topic)) {
      meshes.put(topic, new LinkedHashSet<>());
      known.stream()
          .filter(peer -> router.score(peer) >= 0 && !backedOff(topic, peer))
          .limit(params.degree())
          .forEach(peer -> graft(topic, peer));
      fill(topic, params.degree());
    }
  }

  void leave(final String topic) {
    final Set<PeerId> mesh = meshes.remove(topic);
    if (mesh != null) {
      for (final PeerId peer : mesh) {
        backOff(topic, peer, params.unsubscribeBackoff());
        sendPrune(topic, peer, params.unsubscribeBackoff(), false);
        router.scores().pruned(peer, topic);
      }
    }
  }

  void removed(final PeerId peer) {
    meshes.values().forEach(mesh -> mesh.remove(peer));
  }

  void unsubscribed(final PeerId peer, final String topic) {
    if (mesh(topic).contains(peer)) {
      open(topic).remove(peer);
      router.scores().pruned(peer, topic);
    }
  }

  /** A peer takes us into its mesh; we do the same, or tell it why not by pruning it. */
  void grafted(final PeerId peer, final String topic) {
    if (!joined(topic)) {
      // An answer would tell which topics there are, and could be a flood.
      return;
    }
    final Set<PeerId> mesh = open(topic);
    if (mesh.contains(peer)) {
      return;
    }
    if (backedOff(topic, peer)) {
      router.scores().misbehaved(peer, 1);
      refuse(topic, peer, false);
    } else if (router.score(peer) < 0) {
      refuse(topic, peer, false);
    } else if (mesh.size() >= params.degreeHigh() && !router.peers().dialled(peer)) {
      refuse(topic, peer, true);
    } else {
      mesh.add(peer);
      router.scores().grafted(peer, topic, router.now());
    }
  }

  private void refuse(final String topic, final PeerId peer, final boolean exchange) {
    backOff(topic, peer, params.pruneBackoff());
    sendPrune(topic, peer, params.pruneBackoff(), exchange);
  }

  /** A peer drops us from its mesh. */
  void pruned(final PeerId peer, final Prune prune) {
    if (!joined(prune.topic())) {
      return;
    }
    if (open(prune.topic()).remove(peer)) {
      router.scores().pruned(peer, prune.topic());
    }
    final Duration backoff =
        prune.backoffSeconds() > 0
            ? Duration.ofSeconds(Math.min(prune.backoffSeconds(), MAX_BACKOFF_SECONDS))
            : params.pruneBackoff();
    backOff(prune.topic(), peer, backoff);
    if (router.score(peer) >= params.score().acceptExchangeThreshold()) {
      prune.peers().stream().limit(MAX_EXCHANGED).forEach(router.transport()::connect);
    }
  }

  void heartbeat() {
    ticks++;
    final long now = router.now();
    backoffs.values().forEach(peers -> peers.values().removeIf(until -> until - now <= 0));
    backoffs.values().removeIf(Map::isEmpty);
    meshes.keySet().forEach(this::mend);
  }

  private void mend(final String topic) {
    final Set<PeerId> mesh = open(topic);
    for (final PeerId peer : List.copyOf(mesh)) {
      if (router.score(peer) < 0) {
        drop(topic, peer, false);
      }
    }
    if (mesh.size() < params.degreeLow()) {
      fill(topic, params.degree() - mesh.size());
    }
    if (mesh.size() > params.degreeHigh()) {
      shrink(topic, mesh);
    }
    if (mesh.size() >= params.degreeLow()) {
      fillOutbound(topic, mesh);
    }
    if (ticks % OPPORTUNISTIC_TICKS == 0 && mesh.size() > 1) {
      improve(topic, mesh);
    }
  }

  private void fill(final String topic, final int wanted) {
    final Set<PeerId> mesh = open(topic);
    router.shuffled(router.peers().of(topic), peer -> eligible(topic, mesh, peer)).stream()
        .limit(Math.max(0, wanted))
        .forEach(peer -> graft(topic, peer));
  }

  private boolean eligible(final String topic, final Set<PeerId> mesh, final PeerId peer) {
    return !mesh.contains(peer) && !backedOff(topic, peer) && router.score(peer) >= 0;
  }

  /** Keeps the best, some at random, and enough that this host dialled itself. */
  private void shrink(final String topic, final Set<PeerId> mesh) {
    final List<PeerId> byScore = router.shuffled(mesh, peer -> true);
    byScore.sort(Comparator.comparingDouble(router::score).reversed());
    final List<PeerId> kept =
        new ArrayList<>(byScore.subList(0, Math.min(params.degreeScore(), byScore.size())));
    final List<PeerId> rest =
        router.shuffled(byScore.subList(kept.size(), byScore.size()), peer -> true);
    long dialled = kept.stream().filter(router.peers()::dialled).count();
    for (final PeerId peer : rest) {
      if (dialled < params.degreeOut() && router.peers().dialled(peer)) {
        kept.add(peer);
        dialled++;
      }
    }
    for (final PeerId peer : rest) {
      if (kept.size() < params.degree() && !kept.contains(peer)) {
        kept.add(peer);
      }
    }
    rest.stream().filter(peer -> !kept.contains(peer)).forEach(peer -> drop(topic, peer, true));
  }

  private void fillOutbound(final String topic, final Set<PeerId> mesh) {
    final long dialled = mesh.stream().filter(router.peers()::dialled).count();
    if (dialled < params.degreeOut()) {
      router
          .shuffled(
              router.peers().of(topic),
              peer -> router.peers().dialled(peer) && eligible(topic, mesh, peer))
          .stream()
          .limit(params.degreeOut() - dialled)
          .forEach(peer -> graft(topic, peer));
    }
  }

  /** Opportunistic grafting: a poor mesh is given peers above its median. */
  private void improve(final String topic, final Set<PeerId> mesh) {
    final double[] scores = mesh.stream().mapToDouble(router::score).sorted().toArray();
    final double median = scores[scores.length / 2];
    if (median < params.score().opportunisticThreshold()) {
      router
          .shuffled(
              router.peers().of(topic),
              peer -> eligible(topic, mesh, peer) && router.score(peer) > median)
          .stream()
          .limit(OPPORTUNISTIC_PEERS)
          .forEach(peer -> graft(topic, peer));
    }
  }

  private void graft(final String topic, final PeerId peer) {
    open(topic).add(peer);
    router.scores().grafted(peer, topic, router.now());
    router.transport().send(peer, Rpc.grafts(List.of(topic)));
  }

  private void drop(final String topic, final PeerId peer, final boolean exchange) {
    open(topic).remove(peer);
    router.scores().pruned(peer, topic);
    refuse(topic, peer, exchange);
  }

  private void sendPrune(
      final String topic, final PeerId peer, final Duration backoff, final boolean exchange) {
    final List<Candidate> others =
        exchange && params.peerExchange()
            ? router
                .shuffled(
                    router.peers().of(topic),
                    other -> !other.equals(peer) && router.score(other) >= 0)
                .stream()
                .limit(MAX_EXCHANGED)
                .map(router.transport()::candidate)
                .toList()
            : List.of();
    router
        .transport()
        .send(peer, Rpc.prunes(List.of(new Prune(topic, others, backoff.toSeconds()))));
  }

  private boolean backedOff(final String topic, final PeerId peer) {
    final Long until = backoffs.getOrDefault(topic, Map.of()).get(peer);
    return until != null && until - router.now() > 0;
  }

  private void backOff(final String topic, final PeerId peer, final Duration time) {
    backoffs
        .computeIfAbsent(topic, unknown -> new LinkedHashMap<>())
        .merge(peer, router.now() + time.toNanos(), Math::max);
  }
}
