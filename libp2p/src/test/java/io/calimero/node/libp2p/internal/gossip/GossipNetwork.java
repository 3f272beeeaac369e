// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.gossip;

import com.google.protobuf.ByteString;
import io.calimero.node.libp2p.GossipParams;
import io.calimero.node.libp2p.PeerId;
import io.calimero.node.libp2p.PubSubMessage;
import io.calimero.node.libp2p.internal.async.SimulatedPeers;
import io.calimero.node.libp2p.internal.async.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;

/**
 * Many routers in one thread, under virtual time, with links that delay and lose what they carry.
 */
final class GossipNetwork {
  static final String TOPIC = "topic";

  final VirtualTime time = new VirtualTime();
  final Random random;
  final List<Node> nodes = new ArrayList<>();
  private final Map<PeerId, Node> byId = new HashMap<>();

  /** Which part of what is sent gets lost. */
  double loss;

  /** How long anything takes at most. */
  Duration delay = Duration.ofMillis(100);

  GossipNetwork(final long seed) {
    random = new Random(seed);
  }

  static PeerId id(final int number) {
    return SimulatedPeers.id(number);
  }

  Node add(final GossipParams params) {
    final Node node = new Node(id(nodes.size()), params);
    nodes.add(node);
    byId.put(node.id, node);
    node.router.start();
    return node;
  }

  /** Connects every node with some others, so that there is one network. */
  void connect(final int links) {
    for (int i = 1; i < nodes.size(); i++) {
      nodes.get(i).dial(nodes.get(random.nextInt(i)));
    }
    for (final Node node : nodes) {
      while (node.neighbours.size() < links) {
        node.dial(nodes.get(random.nextInt(nodes.size())));
      }
    }
  }

  /** One router with its links. */
  final class Node implements GossipTransport {
    final PeerId id;
    final GossipRouter router;
    final Set<PeerId> neighbours = new HashSet<>();
    final List<PubSubMessage> received = new ArrayList<>();
    int sent;

    Node(final PeerId id, final GossipParams params) {
      this.id = id;
      router =
          new GossipRouter(
              id, params, time, time, new Random(random.nextLong()), this, new Unsealed(), 0);
    }

    void subscribe() {
      router.subscribe(TOPIC, received::add);
    }

    void dial(final Node other) {
      if (other != this && neighbours.add(other.id)) {
        other.neighbours.add(id);
        router.connected(other.id, true, "");
        other.router.connected(id, false, "");
      }
    }

    void hangUp(final Node other) {
      if (neighbours.remove(other.id)) {
        other.neighbours.remove(id);
        router.disconnected(other.id);
        other.router.disconnected(id);
      }
    }

    @Override
    public void send(final PeerId peer, final Rpc rpc) {
      sent++;
      final boolean lossy =
          rpc.subscriptions().isEmpty() && rpc.grafts().isEmpty() && rpc.prunes().isEmpty();
      if (lossy && random.nextDouble() < loss) {
        return;
      }
      final Duration takes = Duration.ofNanos(1 + random.nextLong(delay.toNanos()));
      time.after(
          takes,
          () -> {
            if (neighbours.contains(peer)) {
              node(peer).router.receive(id, rpc);
            }
          });
    }

    @Override
    public void connect(final Rpc.Candidate candidate) {
      dial(node(PeerId.decode(candidate.peer().toByteArray())));
    }

    @Override
    public Rpc.Candidate candidate(final PeerId peer) {
      return new Rpc.Candidate(ByteString.copyFrom(peer.encode()), ByteString.EMPTY);
    }

    /** Signatures are not what is tried here; a message without one stands for a forged one. */
    private final class Unsealed implements MessageSeal {
      @Override
      public GossipMessage seal(
          final String topic, final ByteString data, final ByteString sequence) {
        return new GossipMessage(
            ByteString.copyFrom(id.encode()), data, sequence, topic, data, ByteString.EMPTY);
      }

      @Override
      public boolean genuine(final GossipMessage message) {
        return message.signature().equals(message.data());
      }
    }
  }

  Node node(final PeerId id) {
    return Objects.requireNonNull(byId.get(id));
  }
}
