// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.gossip;

import com.google.protobuf.ByteString;
import io.calimero.node.libp2p.GossipParams;
import io.calimero.node.libp2p.PeerId;
import io.calimero.node.libp2p.internal.gossip.GossipPeers.GossipPeer;
import io.calimero.node.libp2p.internal.gossip.Rpc.Has;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Gossip: tells peers outside the mesh which messages there were, and asks for those that we missed
 * (gossipsub 1.0, "Gossip"; 1.1, "Spam Protection Measures"). For one thread.
 */
final class Gossiper {
  private static final int MAX_TOLD = 5000;
  private static final int MAX_ASKED = 5000;
  private static final int MAX_GOSSIPS = 10;
  private static final int MAX_PROMISES = 10_000;
  private static final long PROMISE = Duration.ofSeconds(3).toNanos();

  private final RouterContext router;
  private final GossipParams params;
  private final MessageCache cache;
  private final SeenCache seen;
  private final Map<ByteString, Promise> promises = new LinkedHashMap<>();

  private record Promise(PeerId peer, long until) {}

  Gossiper(final RouterContext router, final SeenCache seen) {
    this.router = router;
    this.seen = seen;
    params = router.params();
    cache = new MessageCache(params.historyLength(), params.historyGossip());
  }

  void remember(final GossipMessage message) {
    cache.put(message);
  }

  /** A message arrived, so nobody owes it any more. */
  void arrived(final ByteString id) {
    promises.remove(id);
  }

  /** Tells some of the subscribers of {@code topic} that are not in {@code mesh}. */
  void tell(final String topic, final Set<PeerId> mesh) {
    final List<ByteString> ids = new ArrayList<>(cache.gossip(topic));
    if (ids.isEmpty()) {
      return;
    }
    final List<PeerId> others =
        router.shuffled(
            router.peers().of(topic),
            peer -> !mesh.contains(peer) && router.score(peer) >= params.score().gossipThreshold());
    final int count = Math.max(params.degreeLazy(), (int) (params.gossipFactor() * others.size()));
    for (final PeerId peer : others.subList(0, Math.min(count, others.size()))) {
      if (ids.size() > MAX_TOLD) {
        Collections.shuffle(ids, Random.from(router.random()));
      }
      final List<ByteString> told = List.copyOf(ids.subList(0, Math.min(MAX_TOLD, ids.size())));
      router.transport().send(peer, Rpc.has(List.of(new Has(topic, told))));
    }
  }

  /** A peer tells what it has; what we lack we ask for. */
  void told(final GossipPeer peer, final List<Has> has, final MeshKeeper meshes) {
    if (has.isEmpty()
        || router.score(peer.id) < params.score().gossipThreshold()
        || ++peer.gossips > MAX_GOSSIPS
        || peer.asked >= MAX_ASKED) {
      return;
    }
    final Set<ByteString> missing = new LinkedHashSet<>();
    for (final Has topic : has) {
      if (meshes.joined(topic.topic())) {
        topic.ids().stream().filter(id -> !seen.contains(id)).forEach(missing::add);
      }
    }
    if (missing.isEmpty()) {
      return;
    }
    final List<ByteString> wanted = new ArrayList<>(missing);
    Collections.shuffle(wanted, Random.from(router.random()));
    final List<ByteString> asked =
        List.copyOf(wanted.subList(0, Math.min(wanted.size(), MAX_ASKED - peer.asked)));
    peer.asked += asked.size();
    if (promises.size() < MAX_PROMISES) {
      promises.putIfAbsent(asked.getFirst(), new Promise(peer.id, router.now() + PROMISE));
    }
    router.transport().send(peer.id, Rpc.wants(asked));
  }

  /** A peer asks for messages. */
  void asked(final PeerId peer, final List<ByteString> ids) {
    if (ids.isEmpty() || router.score(peer) < params.score().gossipThreshold()) {
      return;
    }
    List<GossipMessage> batch = new ArrayList<>();
    int size = 0;
    for (final ByteString id : new LinkedHashSet<>(ids)) {
      final var message = cache.take(id, peer);
      if (message.isEmpty()) {
        continue;
      }
      final int next = message.get().encode().length;
      if (!batch.isEmpty() && size + next > params.maxMessage()) {
        router.transport().send(peer, Rpc.messages(batch));
        batch = new ArrayList<>();
        size = 0;
      }
      batch.add(message.get());
      size += next;
    }
    if (!batch.isEmpty()) {
      router.transport().send(peer, Rpc.messages(batch));
    }
  }

  /** Holds promises that were not kept against those who made them. */
  void heartbeat() {
    final long now = router.now();
    final Iterator<Promise> due = promises.values().iterator();
    while (due.hasNext()) {
      final Promise promise = due.next();
      if (promise.until - now <= 0) {
        router.scores().misbehaved(promise.peer, 1);
        due.remove();
      }
    }
    for (final GossipPeer peer : router.peers().all()) {
      peer.gossips = 0;
      peer.asked = 0;
    }
  }

  void shift() {
    cache.shift();
  }
}
