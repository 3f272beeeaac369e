// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.mdns;

import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.libp2p.MalformedException;
import io.calimero.node.libp2p.Multiaddr;
import io.calimero.node.libp2p.PeerAddresses;
import io.calimero.node.libp2p.PeerId;
import io.calimero.node.libp2p.internal.async.SimulatedPeers;
import io.calimero.node.libp2p.internal.async.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

final class MdnsCoreTest {
  private static final String SERVICE = "_p2p._udp.local";
  private static final String OTHERS = "another._p2p._udp.local.";
  private static final PeerId SELF = SimulatedPeers.id(0);
  private static final PeerId OTHER = SimulatedPeers.id(1);
  private static final Multiaddr ADDRESS = Multiaddr.parse("/ip4/192.168.1.2/tcp/2428");

  private final VirtualTime time = new VirtualTime();
  private final List<PeerAddresses> found = new ArrayList<>();
  private final MdnsCore core = core(SELF, found);

  private MdnsCore core(final PeerId self, final List<PeerAddresses> heard) {
    return new MdnsCore(
        self,
        SERVICE,
        new Random(self.hashCode()),
        time::nanoTime,
        () -> List.of(ADDRESS),
        heard::add);
  }

  private static byte[] response(final long seconds, final String... texts) {
    return MdnsCodec.response(SERVICE + ".", OTHERS, seconds, List.of(texts));
  }

  private static String text(final PeerId peer) {
    return "dnsaddr=" + ADDRESS.withPeer(peer);
  }

  @Test
  void twoCoresFindOneAnotherAndNotThemselves() {
    final List<PeerAddresses> there = new ArrayList<>();
    final MdnsCore other = core(OTHER, there);
    final byte[] answer = other.receive(core.query()).orElseThrow();
    assertThat(core.receive(answer)).isEmpty();
    other.receive(answer);
    assertThat(found).containsExactly(new PeerAddresses(OTHER, List.of(ADDRESS)));
    assertThat(there).isEmpty();
    core.receive(answer);
    assertThat(found).hasSize(1);
    assertThat(core.peers()).hasSize(1);
    time.pass(Duration.ofSeconds(121));
    assertThat(core.peers()).isEmpty();
  }

  @Test
  void oneAnswerASecondIsEnough() {
    assertThat(core.receive(core.query())).isPresent();
    assertThat(core.receive(core.query())).isEmpty();
    time.pass(Duration.ofSeconds(1));
    assertThat(core.receive(core.query())).isPresent();
    assertThat(core.receive(MdnsCodec.query("_other._udp.local."))).isEmpty();
  }

  @Test
  void whatMakesNoSenseIsPassedOver() {
    core.receive(response(120, "dnsaddr=nonsense", "other=" + ADDRESS, "dnsaddr=" + ADDRESS));
    core.receive(response(120, text(OTHER), text(SimulatedPeers.id(2))));
    core.receive(response(120, text(SELF)));
    assertThat(found).isEmpty();
    core.receive(response(120, "dnsaddr=nonsense", text(OTHER)));
    assertThat(found).hasSize(1);
    core.receive(response(0, text(OTHER)));
    assertThat(core.peers()).isEmpty();
  }

  @Test
  void aCrowdIsNotRemembered() {
    for (int i = 1; i < 400; i++) {
      core.receive(response(Integer.MAX_VALUE, text(SimulatedPeers.id(i))));
    }
    assertThat(core.peers()).hasSize(256);
    time.pass(Duration.ofSeconds(121));
    core.receive(response(120, text(SimulatedPeers.id(399))));
    assertThat(core.peers()).hasSize(1);
  }

  @Test
  void aNameThatPointsToItselfEnds() {
    final byte[] packet = core.query();
    packet[12] = (byte) 0xc0;
    packet[13] = 12;
    assertThat(core.receive(packet)).isEmpty();
  }

  @Property
  void anyBytesAreReadOrRefused(@ForAll final byte[] bytes) {
    readOrRefused(bytes);
  }

  @Property(tries = 2000)
  void damagedPacketsAreReadOrRefused(
      @ForAll final int at, @ForAll final byte with, @ForAll final boolean query) {
    final byte[] bytes =
        query ? MdnsCodec.query(SERVICE + ".") : response(120, text(OTHER), text(OTHER));
    bytes[Math.floorMod(at, bytes.length)] = with;
    readOrRefused(bytes);
    core(SELF, new ArrayList<>()).receive(bytes);
  }

  private static void readOrRefused(final byte[] bytes) {
    try {
      assertThat(MdnsCodec.decode(bytes)).isNotNull();
    } catch (final MalformedException e) {
      assertThat(e).hasMessageStartingWith("DNS: ");
    }
  }
}
