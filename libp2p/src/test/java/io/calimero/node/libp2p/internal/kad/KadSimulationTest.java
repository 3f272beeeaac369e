// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.kad;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.calimero.node.libp2p.KadParams;
import io.calimero.node.libp2p.PeerAddresses;
import io.calimero.node.libp2p.RecordValidator;
import io.calimero.node.libp2p.internal.async.SimulatedPeers;
import io.calimero.node.libp2p.internal.kad.KadNetwork.Node;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Seeded networks of 60 nodes. {@code -Dkad.networks=1000} runs that many; {@code -Dkad.seed=N}
 * begins with another one.
 */
final class KadSimulationTest {
  private static final int SERVERS = 50;
  private static final int CLIENTS = 10;
  private static final KadParams SERVER = KadParams.DEFAULT.withPlain(RecordValidator.ANY);
  private static final KadParams CLIENT = SERVER.withServer(false);

  @Test
  void whatIsThereIsFoundThroughLossDelayAndChurnAndNothingElseIs() {
    final int networks = Integer.getInteger("kad.networks", 8);
    final long first = Long.getLong("kad.seed", 1);
    for (long seed = first; seed < first + networks; seed++) {
      try {
        new Run(seed).all();
      } catch (final AssertionError e) {
        throw new AssertionError("-Dkad.seed=" + seed + ": " + e.getMessage(), e);
      }
    }
  }

  @Test
  void entriesLiveAsLongAsTheirAuthorSendsThemAnewAndNoLonger() {
    final KadParams params = shortLived();
    final KadNetwork network = new KadNetwork(7);
    for (int i = 0; i < 15; i++) {
      network.add(params);
      if (i > 0) {
        network.nodes.get(i).meet(network.nodes.get(network.random.nextInt(i)));
      }
    }
    network.time.pass(Duration.ofMinutes(1));
    final Node author = network.nodes.getFirst();
    final Node asker = network.nodes.getLast();
    final ByteString key = ByteString.copyFromUtf8("key");
    final ByteString value = ByteString.copyFromUtf8("value");
    network.await(author.router.put(key, value));
    network.await(author.router.advertise(key));
    network.time.pass(Duration.ofMinutes(100));
    assertThat(network.await(asker.router.get(key))).contains(value);
    assertThat(network.await(asker.router.findProviders(key, 1)))
        .containsExactly(new PeerAddresses(author.id, List.of(author.address)));
    author.vanish();
    network.time.pass(Duration.ofMinutes(32));
    assertThat(network.await(asker.router.get(key))).isEmpty();
    assertThat(network.await(asker.router.findProviders(key, 1))).isEmpty();
    assertThat(network.nodes.subList(1, 15))
        .allSatisfy(node -> assertThat(node.router.kept()).isZero());
  }

  /** Half an hour for entries, sent anew every ten minutes. */
  private static KadParams shortLived() {
    return new KadParams(
        SERVER.protocol(),
        true,
        SERVER.replication(),
        SERVER.parallelism(),
        SERVER.quorum(),
        SERVER.requestTime(),
        SERVER.lookupTime(),
        SERVER.refresh(),
        Duration.ofMinutes(30),
        Duration.ofMinutes(30),
        Duration.ofMinutes(10),
        SERVER.maxValues(),
        SERVER.maxValueBytes(),
        SERVER.maxProvided(),
        SERVER.maxOwn(),
        SERVER.maxPerPeer(),
        SERVER.validators(),
        SERVER.plain());
  }

  private static final class Run {
    private final KadNetwork network;

    Run(final long seed) {
      network = new KadNetwork(seed);
    }

    void all() {
      join(SERVERS, SERVER);
      join(CLIENTS, CLIENT);
      network.time.pass(Duration.ofMinutes(11));
      tablesAreFull();
      network.loss = 0.02 + 0.05 * network.random.nextDouble();
      peersAreFound();
      final ByteString value = key();
      final ByteString provided = key();
      final Node author = online();
      assertThat(network.await(author.router.put(value, ByteString.copyFromUtf8("it"))))
          .isGreaterThan(5);
      assertThat(network.await(author.router.advertise(provided))).isGreaterThan(5);
      entriesAreFound(author, value, provided);
      churn(author);
      network.time.pass(Duration.ofMinutes(25));
      entriesAreFound(author, value, provided);
      peersAreFound();
    }

    private void join(final int count, final KadParams params) {
      for (int i = 0; i < count; i++) {
        final Node node = network.add(params);
        if (network.nodes.size() > 1) {
          final int before = Math.min(SERVERS, network.nodes.size() - 1);
          node.meet(network.nodes.get(network.random.nextInt(before)));
        }
        network.time.pass(Duration.ofSeconds(network.random.nextInt(5)));
      }
    }

    private ByteString key() {
      final byte[] key = new byte[64];
      network.random.nextBytes(key);
      return ByteString.copyFrom(key);
    }

    private Node online() {
      final List<Node> there = network.nodes.stream().filter(node -> node.online).toList();
      return there.get(network.random.nextInt(there.size()));
    }

    private Node server() {
      final List<Node> there =
          network.nodes.stream().filter(node -> node.online && node.server).toList();
      return there.get(network.random.nextInt(there.size()));
    }

    private void tablesAreFull() {
      for (final Node node : network.nodes) {
        assertThat(node.router.table()).hasSizeGreaterThanOrEqualTo(20);
        assertThat(node.router.table())
            .allSatisfy(peer -> assertThat(network.node(peer.peer()).server).isTrue());
      }
    }

    /** Those that are there are, wherever one asks; those that are not, are not. */
    private void peersAreFound() {
      for (int i = 0; i < 8; i++) {
        final Node wanted = online();
        final Optional<PeerAddresses> found = network.await(online().router.findPeer(wanted.id));
        if (wanted.server) {
          assertThat(found.map(PeerAddresses::addresses)).contains(List.of(wanted.address));
        }
      }
      assertThat(network.await(online().router.findPeer(SimulatedPeers.id(999)))).isEmpty();
      network.nodes.stream()
          .filter(node -> !node.online)
          .findFirst()
          .ifPresent(
              gone -> assertThat(network.await(online().router.findPeer(gone.id))).isEmpty());
    }

    private void entriesAreFound(
        final Node author, final ByteString value, final ByteString provided) {
      for (int i = 0; i < 5; i++) {
        final Node asker = online();
        assertThat(network.await(asker.router.get(value))).contains(ByteString.copyFromUtf8("it"));
        if (asker != author) {
          assertThat(network.await(asker.router.findProviders(provided, 1)))
              .contains(new PeerAddresses(author.id, List.of(author.address)));
        }
        assertThat(network.await(asker.router.get(key()))).isEmpty();
        assertThat(network.await(asker.router.findProviders(key(), 1))).isEmpty();
      }
    }

    /** A third of the servers go, others come. */
    private void churn(final Node author) {
      for (int i = 0; i < SERVERS / 3; i++) {
        final Node node = network.nodes.get(network.random.nextInt(SERVERS));
        if (node != author && node.online) {
          node.vanish();
          // One alone may be the next to go.
          final List<Node> friends = List.of(server(), server(), server());
          final Node newcomer = network.add(SERVER);
          friends.forEach(newcomer::meet);
          network.time.pass(Duration.ofSeconds(network.random.nextInt(60)));
        }
      }
    }
  }
}
