// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MultiaddrTest {
  private static final String PEER = "QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N";

  /** Texts and bytes as js-multiaddr has them. */
  @ParameterizedTest
  @CsvFileSource(resources = "/js-multiaddrs.csv")
  void textAndBytesAreThoseOfJsMultiaddr(final String text, final String hex) {
    final Multiaddr address = Multiaddr.parse(text);
    assertThat(HexFormat.of().formatHex(address.encode())).isEqualTo(hex);
    assertThat(Multiaddr.decode(HexFormat.of().parseHex(hex))).isEqualTo(address);
    assertThat(address).hasToString(text);
  }

  @ParameterizedTest
  @CsvSource({
    "/ip4/127.0.0.1/tcp/02428/, /ip4/127.0.0.1/tcp/2428",
    "/ip6/0:0:0:0:0:0:0:1, /ip6/::1",
    "/ip6/2001:0DB8::0:0:1, /ip6/2001:db8::1",
    "/ip6/1:0:2:3:4:5:6:7, /ip6/1:0:2:3:4:5:6:7",
    "/ip6/::, /ip6/::",
    "/ipfs/" + PEER + ", /p2p/" + PEER
  })
  void spellingsOfOneAddressAreEqual(final String one, final String canonical) {
    assertThat(Multiaddr.parse(one)).isEqualTo(Multiaddr.parse(canonical)).hasToString(canonical);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "ip4/1.2.3.4",
        "/ip4",
        "/ip4/1.2.3",
        "/ip4/1.2.3.256",
        "/ip4/::1",
        "/ip6/1.2.3.4",
        "/ip6/:::",
        "/ip6/::1%eth0",
        "/tcp/65536",
        "/tcp/-1",
        "/tcp/",
        "/tcp/x",
        "/udp",
        "/nope/1",
        "/dns4/",
        "/dns4/a b",
        "/p2p/nobody",
        "/ip4/1.2.3.4//tcp/1",
        "/ws/ws/x",
        "/certhash/u"
      })
  void whatIsNoAddressIsRefused(final String text) {
    assertThatThrownBy(() -> Multiaddr.parse(text)).isInstanceOf(MalformedException.class);
  }

  @Test
  void thePeerAtTheEndCanBeSetAndTakenAway() {
    final Multiaddr plain = Multiaddr.parse("/dns4/example.org/tcp/2428");
    final PeerId peer = PeerId.parse(PEER);
    assertThat(plain.peer()).isEmpty();
    assertThat(plain.withPeer(peer).peer()).contains(peer);
    assertThat(plain.withPeer(peer).withPeer(peer)).isEqualTo(plain.withPeer(peer));
    assertThat(plain.withPeer(peer).withoutPeer()).isEqualTo(plain);
    assertThat(plain.value(AddressProtocol.TCP)).contains("2428");
    assertThat(plain.has(AddressProtocol.P2P_CIRCUIT)).isFalse();
  }

  @Test
  void anAddressHasABoundedSize() {
    assertThatThrownBy(() -> Multiaddr.parse("/tcp/1".repeat(33)))
        .isInstanceOf(MalformedException.class);
    assertThatThrownBy(() -> Multiaddr.decode(new byte[1025]))
        .isInstanceOf(MalformedException.class);
    assertThatThrownBy(() -> Multiaddr.parse("/dns/" + "x".repeat(600)))
        .isInstanceOf(MalformedException.class);
  }

  @Property(tries = 3000)
  void anyBytesAreAnAddressOrRefused(@ForAll @Size(max = 40) final byte[] bytes) {
    try {
      final Multiaddr address = Multiaddr.decode(bytes);
      assertThat(Multiaddr.parse(address.components().isEmpty() ? "/tcp/1" : address.toString()))
          .isNotNull();
      assertThat(Multiaddr.decode(address.encode())).isEqualTo(address);
    } catch (final MalformedException e) {
      assertThat(e).hasMessageMatching("(?s).+");
    }
  }

  @Property(tries = 3000)
  void aDamagedAddressIsAnAddressOrRefused(@ForAll final int at, @ForAll final byte value) {
    final byte[] bytes =
        Multiaddr.parse("/ip4/1.2.3.4/tcp/5/ws/p2p/" + PEER + "/p2p-circuit/dns/x/udp/1/quic-v1")
            .encode();
    bytes[Math.floorMod(at, bytes.length)] = value;
    try {
      final Multiaddr address = Multiaddr.decode(bytes);
      assertThat(Multiaddr.parse(address.toString())).isEqualTo(address);
    } catch (final MalformedException e) {
      assertThat(e).hasMessageMatching("(?s).+");
    }
  }
}
