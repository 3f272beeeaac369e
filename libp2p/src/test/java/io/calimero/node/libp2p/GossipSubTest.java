// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p;

import static io.calimero.node.libp2p.internal.host.Hosts.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.calimero.node.libp2p.internal.host.Hosts;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Gossip over real hosts. */
final class GossipSubTest {
  private static final String TOPIC = "topic";

  private final List<Node> nodes = new ArrayList<>();

  private record Node(Host host, PubSub pubSub, LinkedBlockingQueue<PubSubMessage> received) {
    PubSubMessage next() throws InterruptedException {
      return next(90).orElseThrow(() -> new AssertionError("No message came"));
    }

    Optional<PubSubMessage> next(final int seconds) throws InterruptedException {
      return Optional.ofNullable(received.poll(seconds, TimeUnit.SECONDS));
    }
  }

  private Node start() {
    final PrivateKey key = PrivateKey.generate(new SecureRandom());
    final Host host = new HostBuilder(key).listen("/ip4/127.0.0.1/tcp/0").build();
    final Node node =
        new Node(
            host, GossipSub.start(host, key, GossipParams.DEFAULT), new LinkedBlockingQueue<>());
    nodes.add(node);
    await(host.start());
    await(node.pubSub.subscribe(TOPIC, node.received::add));
    return node;
  }

  @AfterEach
  void stop() {
    for (final Node node : nodes) {
      await(node.pubSub.stop());
      await(node.host.stop());
    }
  }

  /**
   * Publishes until {@code to} has heard of it: how long a mesh takes to form is not fixed, and
   * what is sent while a link dies may be lost.
   */
  private static PubSubMessage send(final Node from, final Node to, final byte[] data)
      throws InterruptedException {
    while (await(from.pubSub.subscribers(TOPIC)).isEmpty()) {
      Thread.onSpinWait();
    }
    for (int tries = 0; tries < 30; tries++) {
      await(from.pubSub.publish(TOPIC, data));
      final Optional<PubSubMessage> heard =
          to.next(1).filter(message -> message.data().length == data.length);
      if (heard.isPresent()) {
        to.received.clear();
        return heard.get();
      }
    }
    throw new AssertionError("No message came");
  }

  @Test
  void messagesReachPeersOfPeersUnchanged() throws InterruptedException {
    final Node one = start();
    final Node two = start();
    final Node three = start();
    Hosts.connect(one.host, two.host);
    Hosts.connect(three.host, two.host);
    while (await(two.pubSub.mesh(TOPIC)).size() < 2) {
      Thread.onSpinWait();
    }
    final byte[] data = new byte[1_000_000];
    final PubSubMessage near = send(one, two, data);
    assertThat(near.sender()).isEqualTo(one.host.id());
    final PubSubMessage far = three.next();
    assertThat(far.author()).isEqualTo(one.host.id());
    assertThat(far.sender()).isEqualTo(two.host.id());
    assertThat(far.topic()).isEqualTo(TOPIC);
    assertThat(far.data()).isEqualTo(data);
    assertThat(one.received).isEmpty();
    assertThat(await(two.pubSub.topics())).containsExactly(TOPIC);
    two.pubSub.adjustScore(one.host.id(), -7);
    assertThat(await(two.pubSub.score(one.host.id()))).isLessThan(0);
  }

  @Test
  void gossipGoesOnWhenAPeerComesBackOrHasTwoConnections() throws InterruptedException {
    final Node one = start();
    final Node two = start();
    final Connection first = Hosts.connect(one.host, two.host);
    assertThat(send(one, two, new byte[1]).data()).hasSize(1);
    final CompletableFuture<Connection> second = one.host.connect(two.host.addresses().getFirst());
    await(second);
    await(first.close());
    // The stream was on the first connection; another one is opened on the second.
    assertThat(send(one, two, new byte[2]).data()).hasSize(2);
    assertThat(send(two, one, new byte[3]).data()).hasSize(3);
  }

  @Test
  void afterItsEndNothingCanBePublished() {
    final Node one = start();
    await(one.pubSub.stop());
    assertThatThrownBy(() -> await(one.pubSub.publish(TOPIC, new byte[1])))
        .isInstanceOf(IllegalStateException.class);
  }
}
