// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.kad;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.calimero.node.libp2p.KadParams;
import io.calimero.node.libp2p.LimitException;
import io.calimero.node.libp2p.MalformedException;
import io.calimero.node.libp2p.Multiaddr;
import io.calimero.node.libp2p.PeerAddresses;
import io.calimero.node.libp2p.PeerId;
import io.calimero.node.libp2p.RecordValidator;
import io.calimero.node.libp2p.internal.async.Futures;
import io.calimero.node.libp2p.internal.async.SimulatedPeers;
import io.calimero.node.libp2p.internal.kad.KadNetwork.Node;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class KadRouterTest {
  /** The longer value is the better one, and none may contain a question mark. */
  private static final RecordValidator LONGER =
      new RecordValidator() {
        @Override
        public boolean valid(final byte[] key, final byte[] value) {
          return !new String(value, StandardCharsets.UTF_8).contains("?");
        }

        @Override
        public boolean better(final byte[] key, final byte[] candidate, final byte[] known) {
          return candidate.length > known.length;
        }
      };

  private static final KadParams PARAMS = KadParams.DEFAULT.withValidator("len", LONGER);
  private static final ByteString KEY = ByteString.copyFromUtf8("/len/a");
  private static final PeerId STRANGER = SimulatedPeers.id(500);

  private final KadNetwork network = new KadNetwork(1);

  private static ByteString text(final String text) {
    return ByteString.copyFromUtf8(text);
  }

  private static KadMessage put(final ByteString key, final String value) {
    return KadMessage.put(new KadRecord(key, text(value), ""));
  }

  private List<Node> network(final int count) {
    for (int i = 0; i < count; i++) {
      network.add(PARAMS);
      if (i > 0) {
        network.nodes.get(i).meet(network.nodes.getFirst());
      }
    }
    network.time.pass(Duration.ofMinutes(1));
    return network.nodes;
  }

  private static Optional<ByteString> kept(final Node node) {
    return node.router
        .receive(STRANGER, KadMessage.request(KadType.GET_VALUE, KEY))
        .flatMap(KadMessage::entry)
        .map(KadRecord::value);
  }

  @Test
  void aValueIsRefusedUnlessItsValidatorTakesIt() {
    final Node node = network.add(PARAMS);
    for (final KadMessage refused :
        List.of(
            put(KEY, "what?"),
            put(text("/other/a"), "x"),
            put(text("plain"), "x"),
            put(text("/len"), "x"),
            put(KEY, "x".repeat(64 * 1024 + 1)),
            KadMessage.request(KadType.PUT_VALUE, KEY),
            new KadMessage(
                KadType.PUT_VALUE,
                text("/len/b"),
                Optional.of(new KadRecord(KEY, text("x"), "")),
                List.of(),
                List.of()))) {
      assertThatThrownBy(() -> node.router.receive(STRANGER, refused))
          .isInstanceOf(MalformedException.class);
    }
    assertThat(node.router.kept()).isZero();
    assertThat(node.router.receive(STRANGER, put(KEY, "yes"))).contains(put(KEY, "yes"));
    assertThatThrownBy(() -> node.router.receive(STRANGER, put(KEY, "no")))
        .isInstanceOf(MalformedException.class);
    node.router.receive(STRANGER, put(KEY, "better"));
    assertThat(kept(node)).contains(text("better"));
    assertThatThrownBy(() -> node.router.put(KEY, text("worse")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> node.router.put(KEY, text("anything?")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aPublicKeyStandsOnlyUnderItsPeer() {
    final Node node = network.add(PARAMS);
    final ByteString key = text("/pk/").concat(ByteString.copyFrom(SimulatedPeers.id(3).encode()));
    final ByteString right =
        ByteString.copyFrom(SimulatedPeers.id(3).publicKey().orElseThrow().encode());
    final ByteString wrong =
        ByteString.copyFrom(SimulatedPeers.id(4).publicKey().orElseThrow().encode());
    assertThatThrownBy(
            () -> node.router.receive(STRANGER, KadMessage.put(new KadRecord(key, wrong, ""))))
        .isInstanceOf(MalformedException.class);
    assertThat(node.router.receive(STRANGER, KadMessage.put(new KadRecord(key, right, ""))))
        .isPresent();
  }

  @Test
  void theBestValueWinsAndThoseWithAWorseOneAreTold() {
    final List<Node> nodes = network(10);
    for (int i = 1; i < 6; i++) {
      nodes.get(i).router.receive(STRANGER, put(KEY, i == 3 ? "the long one" : "short"));
    }
    final KadParams all = PARAMS.withServer(false);
    final Node asker =
        network.add(
            new KadParams(
                all.protocol(),
                false,
                20,
                3,
                5,
                all.requestTime(),
                all.lookupTime(),
                all.refresh(),
                all.valueLifetime(),
                all.providerLifetime(),
                all.republish(),
                10,
                100,
                10,
                10,
                10,
                all.validators(),
                all.plain()));
    asker.meet(nodes.getFirst());
    network.time.pass(Duration.ofMinutes(1));
    assertThat(network.await(asker.router.get(KEY))).contains(text("the long one"));
    network.time.pass(Duration.ofSeconds(5));
    for (int i = 1; i < 6; i++) {
      assertThat(kept(nodes.get(i))).contains(text("the long one"));
    }
  }

  @Test
  void aPeerSpeaksOnlyForItselfAsAProvider() {
    final Node node = network.add(PARAMS);
    final Multiaddr address = Multiaddr.parse("/ip4/192.0.2.1/tcp/1");
    final PeerAddresses stranger = new PeerAddresses(STRANGER, List.of(address));
    final PeerAddresses other = new PeerAddresses(SimulatedPeers.id(3), List.of(address));
    node.router.receive(
        STRANGER,
        new KadMessage(
            KadType.ADD_PROVIDER, KEY, Optional.empty(), List.of(), List.of(other, stranger)));
    assertThat(
            node.router
                .receive(other.peer(), KadMessage.request(KadType.GET_PROVIDERS, KEY))
                .orElseThrow()
                .providers())
        .containsExactly(stranger);
  }

  @Test
  void onePeerFillsNeitherStore() {
    final Node node = network.add(PARAMS);
    final PeerAddresses self =
        new PeerAddresses(STRANGER, List.of(Multiaddr.parse("/ip4/192.0.2.1/tcp/1")));
    int refused = 0;
    for (int i = 0; i < 1000; i++) {
      final ByteString key = text("/len/" + i);
      node.router.receive(
          STRANGER,
          new KadMessage(KadType.ADD_PROVIDER, key, Optional.empty(), List.of(), List.of(self)));
      try {
        node.router.receive(STRANGER, put(key, "x"));
      } catch (final MalformedException e) {
        refused++;
      }
    }
    assertThat(refused).isEqualTo(1000 - PARAMS.maxPerPeer());
    assertThat(node.router.kept()).isEqualTo(2 * PARAMS.maxPerPeer());
  }

  @Test
  void manyPeersTogetherFillTheStoresAndWhatIsNearStays() {
    final Node node = network.add(PARAMS);
    for (int peer = 0; peer < 10; peer++) {
      for (int i = 0; i < 200; i++) {
        try {
          node.router.receive(
              SimulatedPeers.id(300 + peer), put(text("/len/" + peer + "/" + i), "x"));
        } catch (final MalformedException e) {
          assertThat(e).hasMessageContaining("refused");
        }
      }
    }
    assertThat(node.router.kept()).isEqualTo(PARAMS.maxValues());
  }

  @Test
  void ownEntriesAreBounded() {
    final Node node = network.add(PARAMS);
    for (int i = 0; i < PARAMS.maxOwn(); i++) {
      Futures.ignore(node.router.advertise(text("key" + i)));
    }
    assertThatThrownBy(() -> node.router.advertise(text("one more")))
        .isInstanceOf(LimitException.class);
    node.router.withdraw(text("key7"));
    Futures.ignore(node.router.advertise(text("one more")));
  }

  @Test
  void whatOthersSayOfAPeerDoesNotPutItIntoTheTable() {
    final List<Node> nodes = network(3);
    final PeerAddresses invented =
        new PeerAddresses(STRANGER, List.of(Multiaddr.parse("/ip4/192.0.2.9/tcp/1")));
    nodes.getFirst().answers =
        said ->
            new KadMessage(
                said.type(), said.key(), said.entry(), List.of(invented), List.of(invented));
    network.await(nodes.get(1).router.bootstrap());
    assertThat(nodes.get(1).router.table()).noneMatch(peer -> peer.peer().equals(STRANGER));
    assertThat(network.await(nodes.get(1).router.findPeer(STRANGER))).isEmpty();
  }

  @Test
  void oneLiarDoesNotHideAPeer() {
    final List<Node> nodes = network(8);
    final Node wanted = nodes.get(7);
    nodes.getFirst().answers =
        said ->
            new KadMessage(
                said.type(),
                said.key(),
                said.entry(),
                List.of(
                    new PeerAddresses(wanted.id, List.of(Multiaddr.parse("/ip4/192.0.2.9/tcp/1")))),
                List.of());
    final Node asker = network.add(PARAMS.withServer(false));
    asker.meet(nodes.getFirst());
    asker.meet(nodes.get(1));
    network.time.pass(Duration.ofMinutes(1));
    asker.connected.remove(wanted.id);
    assertThat(network.await(asker.router.findPeer(wanted.id)).map(PeerAddresses::addresses))
        .contains(List.of(wanted.address));
  }

  @Test
  void aLiarWhoInventsPeersWithoutEndDoesNotKeepALookupBusyWithoutEnd() {
    final List<Node> nodes = network(2);
    for (int i = 0; i < 5; i++) {
      final Node liar = network.add(PARAMS);
      liar.answers =
          said -> {
            final List<PeerAddresses> made = new ArrayList<>();
            for (int j = 0; j < 40; j++) {
              made.add(
                  new PeerAddresses(
                      SimulatedPeers.id(100 + network.random.nextInt(400)),
                      List.of(Multiaddr.parse("/ip4/192.0.2.9/tcp/1"))));
            }
            return new KadMessage(said.type(), said.key(), said.entry(), made, List.of());
          };
      liar.meet(nodes.get(1));
    }
    network.time.pass(Duration.ofMinutes(5));
    final int before = nodes.get(1).asked;
    network.await(nodes.get(1).router.closest(KEY));
    assertThat(nodes.get(1).asked - before).isLessThanOrEqualTo(10 * PARAMS.replication());
  }

  @Test
  void whoGoesLosesItsPlaceAndWhoStaysKeepsIt() {
    final List<Node> nodes = network(30);
    final Node watcher = nodes.getFirst();
    for (int i = 20; i < 30; i++) {
      nodes.get(i).vanish();
    }
    network.time.pass(Duration.ofMinutes(60));
    assertThat(watcher.router.table())
        .allSatisfy(peer -> assertThat(network.node(peer.peer()).online).isTrue())
        .hasSize(19);
  }
}
