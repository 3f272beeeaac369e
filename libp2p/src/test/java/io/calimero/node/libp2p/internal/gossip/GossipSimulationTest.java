// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.libp2p.GossipParams;
import io.calimero.node.libp2p.internal.gossip.GossipNetwork.Node;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Seeded networks of 50 nodes. {@code -Dgossip.networks=N} runs another number of them; {@code
 * -Dgossip.seed=N} begins with another one.
 */
@Execution(ExecutionMode.CONCURRENT)
final class GossipSimulationTest {
  private static final int NODES = 50;
  private static final int AUTHORS = 10;
  private static final int MESSAGES = 20;

  @Test
  void everyMessageReachesEverybodyThroughLossDelayAndChurn() {
    final int networks = Integer.getInteger("gossip.networks", 1000);
    final long first = Long.getLong("gossip.seed", 1);
    for (long seed = first; seed < first + networks; seed++) {
      run(seed);
    }
  }

  private static void run(final long seed) {
    final GossipNetwork network = new GossipNetwork(seed);
    final GossipParams params = GossipParams.DEFAULT.withFloodPublish(seed % 2 == 0);
    for (int i = 0; i < NODES; i++) {
      network.add(params).subscribe();
    }
    network.connect(10);
    network.time.pass(Duration.ofSeconds(5));
    assertMeshes(network, Set.copyOf(network.nodes), seed);
    network.loss = 0.05 + 0.1 * network.random.nextDouble();
    final Set<Node> steady = new HashSet<>(network.nodes);
    for (int i = 0; i < MESSAGES; i++) {
      churn(network, steady);
      final Node author = network.nodes.get(network.random.nextInt(AUTHORS));
      author.router.publish(GossipNetwork.TOPIC, new byte[] {(byte) i});
      network.time.pass(Duration.ofMillis(network.random.nextInt(500)));
    }
    network.loss = 0;
    network.time.pass(Duration.ofSeconds(8));
    for (final Node node : steady) {
      final long own = node.received.stream().filter(m -> m.author().equals(node.id)).count();
      assertThat(own).isZero();
    }
    assertDelivery(steady, seed);
    assertMeshes(network, steady, seed);
  }

  /** A node loses all its links and finds others; it is not asked for completeness any more. */
  private static void churn(final GossipNetwork network, final Set<Node> steady) {
    if (steady.size() > NODES * 3 / 4 && network.random.nextBoolean()) {
      // Not an author: what it has just published would be lost with its links.
      final Node node = network.nodes.get(network.random.nextInt(AUTHORS, NODES));
      steady.remove(node);
      List.copyOf(node.neighbours).forEach(peer -> node.hangUp(network.node(peer)));
      for (int i = 0; i < 5; i++) {
        node.dial(network.nodes.get(network.random.nextInt(NODES)));
      }
    }
  }

  private static void assertDelivery(final Set<Node> steady, final long seed) {
    final Set<Byte> published = new HashSet<>();
    for (final Node node : steady) {
      final Set<Byte> distinct = new HashSet<>();
      node.received.forEach(message -> distinct.add(message.data()[0]));
      assertThat(node.received).as("duplicates, -Dgossip.seed=%s", seed).hasSize(distinct.size());
      published.addAll(distinct);
    }
    final int missing =
        steady.stream().mapToInt(node -> published.size() - node.received.size()).sum();
    // An author does not get its own: exactly one node lacks each message of a steady author.
    assertThat(published).as("-Dgossip.seed=%s", seed).hasSize(MESSAGES);
    assertThat(missing).as("missing, -Dgossip.seed=%s", seed).isLessThanOrEqualTo(MESSAGES);
  }

  /**
   * No mesh is too large, and hardly any too small: a node whose neighbours have full meshes may
   * have to wait for a place.
   */
  private static void assertMeshes(
      final GossipNetwork network, final Set<Node> steady, final long seed) {
    double total = 0;
    for (final Node node : network.nodes) {
      final int degree = node.router.mesh(GossipNetwork.TOPIC).size();
      assertThat(degree)
          .as("degree, -Dgossip.seed=%s", seed)
          .isBetween(steady.contains(node) ? 1 : 0, GossipParams.DEFAULT.degreeHigh() + 2);
      total += degree;
    }
    assertThat(total / NODES)
        .as("mean degree, -Dgossip.seed=%s", seed)
        .isGreaterThanOrEqualTo(GossipParams.DEFAULT.degreeLow());
  }
}
