// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.autonat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.calimero.node.libp2p.Libp2pException;
import io.calimero.node.libp2p.MalformedException;
import io.calimero.node.libp2p.Multiaddr;
import io.calimero.node.libp2p.PeerId;
import io.calimero.node.libp2p.PrivateKey;
import io.calimero.node.libp2p.Reachability;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

final class AutoNatMessagesTest {
  private static final PeerId PEER = PrivateKey.ofSeed(new byte[32]).peerId();
  private static final Multiaddr ADDRESS = Multiaddr.parse("/ip4/1.2.3.4/tcp/5");

  private static PeerId peer(final int number) {
    final byte[] seed = new byte[32];
    seed[0] = (byte) number;
    return PrivateKey.ofSeed(seed).peerId();
  }

  private static String hex(final byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  @Test
  void messagesHaveTheBytesOfTheSpecification() {
    final String address = "0401020304060005";
    assertThat(hex(new DialMessage.Dial(PEER, List.of(ADDRESS)).encode()))
        .isEqualTo("080012340a320a26" + hex(PEER.encode()) + "1208" + address);
    assertThat(
            hex(
                new DialMessage.Response(
                        DialMessage.Status.E_DIAL_ERROR, "no", Optional.of(ADDRESS))
                    .encode()))
        .isEqualTo("08011a10" + "0864" + "12026e6f" + "1a08" + address);
    assertThat(hex(ProbeMessage.Request.about(List.of(ADDRESS), 1).encode()))
        .isEqualTo("0a13" + "0a08" + address + "110100000000000000");
    assertThat(hex(new ProbeMessage.Response(200, 0, 101).encode()))
        .isEqualTo("1207" + "08c801" + "1000" + "1865");
    assertThat(hex(new ProbeMessage.DataRequest(1, 30_000).encode()))
        .isEqualTo("1a06" + "0801" + "10b0ea01");
    assertThat(hex(ProbeMessage.encodeNonce(0x0102030405060708L))).isEqualTo("090807060504030201");
  }

  @Test
  void messagesAreReadAsTheyWereWritten() {
    for (final DialMessage message :
        List.of(
            new DialMessage.Dial(PEER, List.of(ADDRESS)),
            new DialMessage.Response(DialMessage.Status.OK, "", Optional.of(ADDRESS)))) {
      assertThat(DialMessage.decode(message.encode())).isEqualTo(message);
    }
    for (final ProbeMessage message :
        List.of(
            ProbeMessage.Request.about(List.of(ADDRESS, ADDRESS), -1),
            new ProbeMessage.Response(200, 3, 100),
            new ProbeMessage.DataRequest(2, 100_000),
            new ProbeMessage.Data(ByteString.copyFromUtf8("x")))) {
      assertThat(ProbeMessage.decode(message.encode())).isEqualTo(message);
    }
    assertThat(ProbeMessage.decodeNonce(ProbeMessage.encodeNonce(-7))).isEqualTo(-7);
  }

  @Test
  void anAddressThatCannotBeReadKeepsItsPlace() {
    // The first address has the unknown component 1.
    final byte[] bytes =
        HexFormat.of().parseHex("0a16" + "0a0101" + "0a080401020304060005" + "110100000000000000");
    final ProbeMessage.Request request = (ProbeMessage.Request) ProbeMessage.decode(bytes);
    assertThat(request.addresses()).containsExactly(Optional.empty(), Optional.of(ADDRESS));
  }

  @Test
  void emptyAndUnknownMessagesAreRefused() {
    assertThatThrownBy(() -> ProbeMessage.decode(new byte[0]))
        .isInstanceOf(MalformedException.class);
    assertThatThrownBy(() -> DialMessage.decode(new byte[] {8, 2}))
        .isInstanceOf(MalformedException.class);
  }

  @Test
  void enoughPeersHaveToAgreeAndEachCountsOnce() {
    final Verdicts verdicts = new Verdicts(2);
    verdicts.vote(ADDRESS, peer(1), true);
    verdicts.vote(ADDRESS, peer(1), true);
    assertThat(verdicts.of(ADDRESS)).isEqualTo(Reachability.UNKNOWN);
    verdicts.vote(ADDRESS, peer(2), true);
    assertThat(verdicts.of(ADDRESS)).isEqualTo(Reachability.PUBLIC);
    verdicts.vote(ADDRESS, peer(3), false);
    verdicts.vote(ADDRESS, peer(2), false);
    verdicts.vote(ADDRESS, peer(1), false);
    assertThat(verdicts.of(ADDRESS)).isEqualTo(Reachability.PRIVATE);
    final Multiaddr other = Multiaddr.parse("/ip4/1.2.3.4/tcp/6");
    assertThat(verdicts.of(List.of(ADDRESS, other))).isEqualTo(Reachability.UNKNOWN);
    assertThat(verdicts.of(List.of(ADDRESS))).isEqualTo(Reachability.PRIVATE);
    assertThat(verdicts.of(List.of())).isEqualTo(Reachability.UNKNOWN);
  }

  @Test
  void theInternetDoesNotRouteEverything() {
    for (final String routed : List.of("/ip4/8.8.8.8/tcp/1", "/ip6/2606:4700::1/tcp/1")) {
      assertThat(Ips.isPublic(Multiaddr.parse(routed))).as(routed).isTrue();
    }
    for (final String local :
        List.of(
            "/ip4/127.0.0.1/tcp/1",
            "/ip4/10.1.1.1/tcp/1",
            "/ip4/192.168.1.1/tcp/1",
            "/ip4/100.64.0.1/tcp/1",
            "/ip4/169.254.1.1/tcp/1",
            "/ip4/224.0.0.1/tcp/1",
            "/ip4/0.0.0.0/tcp/1",
            "/ip4/255.255.255.255/tcp/1",
            "/ip6/::1/tcp/1",
            "/ip6/fe80::1/tcp/1",
            "/ip6/fd00::1/tcp/1",
            "/dns4/example.org/tcp/1")) {
      assertThat(Ips.isPublic(Multiaddr.parse(local))).as(local).isFalse();
    }
  }

  @Property(tries = 1000)
  void whateverArrivesIsReadOrRefused(@ForAll final byte[] bytes) {
    readOrRefused(bytes);
  }

  @Property(tries = 1000)
  void damageIsReadOrRefused(@ForAll final int at, @ForAll final byte value) {
    for (final byte[] bytes :
        List.of(
            new DialMessage.Dial(PEER, List.of(ADDRESS)).encode(),
            ProbeMessage.Request.about(List.of(ADDRESS), 1).encode())) {
      bytes[Math.floorMod(at, bytes.length)] = value;
      readOrRefused(bytes);
    }
  }

  private static void readOrRefused(final byte[] bytes) {
    for (final Decoder decoder :
        List.<Decoder>of(DialMessage::decode, ProbeMessage::decode, ProbeMessage::decodeNonce)) {
      try {
        assertThat(decoder.decode(bytes)).isNotNull();
      } catch (final Libp2pException e) {
        assertThat(e).hasMessageMatching("(?s).+");
      }
    }
  }

  @FunctionalInterface
  private interface Decoder {
    Object decode(byte[] bytes);
  }
}
