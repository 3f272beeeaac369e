// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.calimero.node.libp2p.AuthenticationException;
import io.calimero.node.libp2p.Libp2pException;
import io.calimero.node.libp2p.MalformedException;
import io.calimero.node.libp2p.Multiaddr;
import io.calimero.node.libp2p.PeerId;
import io.calimero.node.libp2p.PrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

final class RelayMessagesTest {
  private static final PrivateKey RELAY = PrivateKey.ofSeed(new byte[32]);
  private static final PeerId PEER = key(1).peerId();
  private static final Instant EXPIRES = Instant.ofEpochSecond(300);
  private static final Voucher VOUCHER = new Voucher(RELAY.peerId(), PEER, EXPIRES);
  private static final HopMessage GRANTED =
      new HopMessage(
          HopMessage.Type.STATUS,
          Optional.of(PEER),
          Optional.of(
              new Reservation(
                  EXPIRES,
                  List.of(Multiaddr.parse("/ip4/1.2.3.4/tcp/5")),
                  ByteString.copyFrom(VOUCHER.seal(RELAY)))),
          Optional.of(new CircuitLimit(Duration.ofMinutes(2), 128)),
          RelayStatus.OK);

  private static PrivateKey key(final int number) {
    final byte[] seed = new byte[32];
    seed[0] = (byte) number;
    return PrivateKey.ofSeed(seed);
  }

  private static String hex(final byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  @Test
  void messagesHaveTheBytesOfTheSpecification() {
    final String peer = hex(PEER.encode());
    assertThat(hex(HopMessage.reserve().encode())).isEqualTo("0800");
    // The id has 38 bytes (0x26), the message Peer round it 40 (0x28).
    assertThat(hex(HopMessage.connect(PEER).encode())).isEqualTo("080112280a26" + peer);
    assertThat(hex(HopMessage.status(RelayStatus.NO_RESERVATION).encode())).isEqualTo("080228cc01");
    final CircuitLimit limit = new CircuitLimit(Duration.ofMinutes(2), 131072);
    assertThat(hex(StopMessage.connect(PEER, limit).encode()))
        .isEqualTo("080012280a26" + peer + "1a06087810808008");
    assertThat(hex(StopMessage.status(RelayStatus.OK).encode())).isEqualTo("08012064");
  }

  @Test
  void messagesAreReadAsTheyWereWritten() {
    assertThat(HopMessage.decode(GRANTED.encode())).isEqualTo(GRANTED);
    assertThat(HopMessage.decode(HopMessage.connect(PEER).encode()))
        .isEqualTo(HopMessage.connect(PEER));
    final StopMessage stop = StopMessage.connect(PEER, new CircuitLimit(Duration.ofSeconds(1), 2));
    assertThat(StopMessage.decode(stop.encode())).isEqualTo(stop);
  }

  @Test
  void aLimitThatLimitsNothingIsNotSent() {
    final StopMessage free = StopMessage.connect(PEER, new CircuitLimit(Duration.ZERO, 0));
    assertThat(StopMessage.decode(free.encode()).limit()).isEmpty();
  }

  @Test
  void aVoucherIsWhatItsRelaySigned() {
    assertThat(Voucher.open(VOUCHER.seal(RELAY))).isEqualTo(VOUCHER);
    assertThatThrownBy(() -> Voucher.open(VOUCHER.seal(key(2))))
        .isInstanceOf(AuthenticationException.class);
  }

  @Test
  void messagesOfNoKnownKindAreRefused() {
    assertThatThrownBy(() -> HopMessage.decode(new byte[] {8, 3}))
        .isInstanceOf(MalformedException.class);
    assertThatThrownBy(() -> HopMessage.decode(new byte[0])).isInstanceOf(MalformedException.class);
    assertThatThrownBy(() -> StopMessage.decode(new byte[] {8, 2}))
        .isInstanceOf(MalformedException.class);
  }

  @Test
  void addressesThroughARelayAreTakenApart() {
    final String relay = "/ip4/1.2.3.4/tcp/5/p2p/" + RELAY.peerId() + "/p2p-circuit";
    final CircuitAddress whole = CircuitAddress.of(Multiaddr.parse(relay + "/p2p/" + PEER));
    assertThat(whole.relay()).isEqualTo(RELAY.peerId());
    assertThat(whole.transport()).contains(Multiaddr.parse("/ip4/1.2.3.4/tcp/5"));
    assertThat(whole.target()).contains(PEER);
    final CircuitAddress known =
        CircuitAddress.of(Multiaddr.parse("/p2p/" + RELAY.peerId() + "/p2p-circuit"));
    assertThat(known.transport()).isEmpty();
    assertThat(known.target()).isEmpty();
    for (final String wrong :
        List.of(
            "/ip4/1.2.3.4/tcp/5/p2p-circuit",
            "/ip4/1.2.3.4/tcp/5",
            relay + "/p2p/" + PEER + "/p2p-circuit",
            relay + "/ip4/1.2.3.4/tcp/5")) {
      assertThatThrownBy(() -> CircuitAddress.of(Multiaddr.parse(wrong)))
          .isInstanceOf(MalformedException.class);
    }
  }

  @Property(tries = 1000)
  void whateverArrivesIsReadOrRefused(@ForAll final byte[] bytes) {
    readOrRefused(bytes);
  }

  @Property(tries = 1000)
  void damageIsReadOrRefused(@ForAll final int at, @ForAll final byte value) {
    final byte[] bytes = GRANTED.encode();
    bytes[Math.floorMod(at, bytes.length)] = value;
    readOrRefused(bytes);
    final byte[] voucher = VOUCHER.seal(RELAY);
    voucher[Math.floorMod(at, voucher.length)] = value;
    try {
      assertThat(Voucher.open(voucher)).isEqualTo(VOUCHER);
    } catch (final Libp2pException e) {
      assertThat(voucher).isNotEqualTo(VOUCHER.seal(RELAY));
    }
  }

  private static void readOrRefused(final byte[] bytes) {
    for (final Decoder decoder :
        List.<Decoder>of(HopMessage::decode, StopMessage::decode, Voucher::open)) {
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
