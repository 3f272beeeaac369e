// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.gossip;

import com.google.protobuf.ByteString;
import io.calimero.node.libp2p.GossipParams;
import io.calimero.node.libp2p.LimitException;
import io.calimero.node.libp2p.PeerId;
import io.calimero.node.libp2p.PubSub.MessageHandler;
import io.calimero.node.libp2p.PubSub.MessageValidator;
import io.calimero.node.libp2p.internal.async.Timers;
import io.calimero.node.libp2p.internal.gossip.Rpc.Subscription;
import java.nio.ByteBuffer;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/**
 * A gossipsub 1.1 router. Lives on one thread, the {@code owner}; time, choices and the way to its
 * peers are given to it, so that many of them run in one thread under virtual time.
 */
public final class GossipRouter {
  private static final int MAX_TOPIC = 1024;

  private final RouterContext router;
  private final GossipParams params;
  private final MessageSeal seal;
  private final SeenCache seen;
  private final MeshKeeper meshes;
  private final Gossiper gossiper;
  private final Intake intake;
  private final Map<String, Fanout> fanouts = new TreeMap<>();
  private long sequence;

  /** The peers that a topic is published to which is not subscribed to. */
  private static final class Fanout {
    private final Set<PeerId> peers = new LinkedHashSet<>();
    private long published;
  }

  /**
   * A router of {@code self}.
   *
   * @param sequence the number of its first message; must be above those of earlier runs
   */
  public GossipRouter(
      final PeerId self,
      final GossipParams params,
      final Timers timers,
      final Executor owner,
      final RandomGenerator random,
      final GossipTransport transport,
      final MessageSeal seal,
      final long sequence) {
    this.params = params;
    this.seal = seal;
    this.sequence = sequence;
    router =
        new RouterContext(
            self,
            params,
            timers,
            random,
            transport,
            new GossipPeers(),
            new PeerScores(params.score()));
    seen = new SeenCache(params.seenTime().toNanos());
    meshes = new MeshKeeper(router);
    gossiper = new Gossiper(router, seen);
    intake = new Intake(router, seal, seen, owner, this::passOn);
  }

  /** Begins to mend meshes and to gossip; the timers to stop it again. */
  public List<Timers.Timer> start() {
    return List.of(
        router.timers().every(params.heartbeat(), this::heartbeat),
        router
            .timers()
            .every(params.score().decayInterval(), () -> router.scores().decay(router.now())));
  }

  /** A peer that speaks the protocol is there; {@code address} may be empty. */
  public void connected(final PeerId peer, final boolean dialled, final String address) {
    if (router.peers().add(peer, dialled)) {
      router.scores().connected(peer, address);
      announce(peer);
    }
  }

  /** Tells a peer all topics that this host wants. */
  public void announce(final PeerId peer) {
    final List<Subscription> all =
        meshes.topics().stream().map(topic -> new Subscription(topic, true)).toList();
    if (!all.isEmpty()) {
      router.transport().send(peer, Rpc.subscriptions(all));
    }
  }

  /** A peer is gone. */
  public void disconnected(final PeerId peer) {
    router.scores().disconnected(peer, router.now());
    router.peers().remove(peer);
    meshes.removed(peer);
    fanouts.values().forEach(fanout -> fanout.peers.remove(peer));
  }

  /** Takes what {@code peer} says. */
  public void receive(final PeerId peer, final Rpc rpc) {
    final var known = router.peers().get(peer);
    if (known.isEmpty() || router.score(peer) < params.score().graylistThreshold()) {
      return;
    }
    for (final Subscription change : rpc.subscriptions()) {
      if (change.topic().length() > MAX_TOPIC) {
        continue;
      }
      if (change.subscribed()) {
        router.peers().subscribed(peer, change.topic());
      } else {
        router.peers().unsubscribed(peer, change.topic());
        meshes.unsubscribed(peer, change.topic());
      }
    }
    for (final GossipMessage message : rpc.messages()) {
      gossiper.arrived(message.id());
      intake.take(peer, message);
    }
    gossiper.told(known.get(), rpc.has(), meshes);
    gossiper.asked(peer, rpc.wants());
    rpc.grafts().forEach(topic -> meshes.grafted(peer, topic));
    rpc.prunes().forEach(prune -> meshes.pruned(peer, prune));
  }

  /** Subscribes to {@code topic}. */
  public void subscribe(final String topic, final MessageHandler handler) {
    if (topic.length() > MAX_TOPIC) {
      throw new LimitException("A topic has at most " + MAX_TOPIC + " characters");
    }
    intake.handle(topic, handler);
    if (!meshes.joined(topic)) {
      announce(topic, true);
      final Fanout fanout = fanouts.remove(topic);
      meshes.join(topic, fanout == null ? Set.of() : fanout.peers);
    }
  }

  /** Ends the subscription to {@code topic}. */
  public void unsubscribe(final String topic) {
    intake.unhandle(topic);
    if (meshes.joined(topic)) {
      announce(topic, false);
      meshes.leave(topic);
    }
  }

  private void announce(final String topic, final boolean subscribed) {
    for (final var peer : router.peers().all()) {
      router
          .transport()
          .send(peer.id, Rpc.subscriptions(List.of(new Subscription(topic, subscribed))));
    }
  }

  /** Lets {@code validator} judge the messages of {@code topic}. */
  public void validate(final String topic, final MessageValidator validator) {
    intake.validate(topic, validator);
  }

  /**
   * Publishes {@code data}; to how many peers it went.
   *
   * @throws LimitException if it is too large
   */
  public int publish(final String topic, final byte[] data) {
    final ByteString number =
        ByteString.copyFrom(ByteBuffer.allocate(Long.BYTES).putLong(sequence++).flip());
    final GossipMessage message = seal.seal(topic, ByteString.copyFrom(data), number);
    final int size = message.encode().length;
    if (size > params.maxMessage()) {
      throw new LimitException(
          "A message of " + size + " bytes; " + params.maxMessage() + " are allowed");
    }
    seen.add(message.id(), router.now());
    gossiper.remember(message);
    final Set<PeerId> to = recipients(topic);
    to.forEach(peer -> router.transport().send(peer, Rpc.messages(List.of(message))));
    return to.size();
  }

  private Set<PeerId> recipients(final String topic) {
    final double threshold = params.score().publishThreshold();
    if (params.floodPublish()) {
      return new LinkedHashSet<>(
          router.shuffled(router.peers().of(topic), peer -> router.score(peer) >= threshold));
    }
    if (meshes.joined(topic)) {
      return new LinkedHashSet<>(meshes.mesh(topic));
    }
    final Fanout fanout = fanouts.computeIfAbsent(topic, unknown -> new Fanout());
    fanout.published = router.now();
    fillFanout(topic, fanout);
    return new LinkedHashSet<>(fanout.peers);
  }

  private void fillFanout(final String topic, final Fanout fanout) {
    final double threshold = params.score().publishThreshold();
    router
        .shuffled(
            router.peers().of(topic),
            peer -> !fanout.peers.contains(peer) && router.score(peer) >= threshold)
        .stream()
        .limit(Math.max(0, params.degree() - fanout.peers.size()))
        .forEach(fanout.peers::add);
  }

  private void passOn(final GossipMessage message, final Set<PeerId> senders) {
    gossiper.remember(message);
    for (final PeerId peer : meshes.mesh(message.topic())) {
      if (!senders.contains(peer) && !message.from().equals(ByteString.copyFrom(peer.encode()))) {
        router.transport().send(peer, Rpc.messages(List.of(message)));
      }
    }
  }

  private void heartbeat() {
    gossiper.heartbeat();
    meshes.heartbeat();
    for (final String topic : meshes.topics()) {
      gossiper.tell(topic, meshes.mesh(topic));
    }
    final long now = router.now();
    fanouts.values().removeIf(fanout -> now - fanout.published > params.fanoutTime().toNanos());
    fanouts.forEach(
        (topic, fanout) -> {
          fanout.peers.removeIf(
              peer ->
                  !router.peers().of(topic).contains(peer)
                      || router.score(peer) < params.score().publishThreshold());
          fillFanout(topic, fanout);
          gossiper.tell(topic, fanout.peers);
        });
    gossiper.shift();
    seen.expire(now);
  }

  /** The topics subscribed to. */
  public List<String> topics() {
    return meshes.topics();
  }

  /** The mesh of {@code topic}. */
  public List<PeerId> mesh(final String topic) {
    return List.copyOf(meshes.mesh(topic));
  }

  /** The subscribers of {@code topic}. */
  public List<PeerId> subscribers(final String topic) {
    return List.copyOf(router.peers().of(topic));
  }

  /** The score of {@code peer}. */
  public double score(final PeerId peer) {
    return router.score(peer);
  }

  /** Adds to the application's part of the score of {@code peer}. */
  public void adjustScore(final PeerId peer, final double by) {
    router.scores().adjust(peer, by);
  }
}
