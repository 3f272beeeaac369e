// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.dcutr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.calimero.node.libp2p.Connection;
import io.calimero.node.libp2p.ConnectionException;
import io.calimero.node.libp2p.Direction;
import io.calimero.node.libp2p.HolePunchParams;
import io.calimero.node.libp2p.Libp2pException;
import io.calimero.node.libp2p.MalformedException;
import io.calimero.node.libp2p.Multiaddr;
import io.calimero.node.libp2p.PeerInfo;
import io.calimero.node.libp2p.PrivateKey;
import io.calimero.node.libp2p.Stream;
import io.calimero.node.libp2p.internal.async.Futures;
import io.calimero.node.libp2p.internal.async.VirtualTime;
import io.calimero.node.libp2p.internal.protocols.MemoryConnection;
import io.calimero.node.libp2p.internal.protocols.MessageReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Who sends what, and who dials when, under virtual time. */
final class DcutrTest {
  private static final Duration LATENCY = Duration.ofMillis(50);
  private static final Multiaddr CIRCUIT =
      Multiaddr.parse("/ip4/8.8.4.4/tcp/1/p2p/" + key(9).peerId() + "/p2p-circuit");
  private static final Multiaddr AT_A = Multiaddr.parse("/ip4/8.8.8.8/tcp/10");
  private static final Multiaddr AT_B = Multiaddr.parse("/ip4/8.8.8.9/tcp/20");

  private final VirtualTime time = new VirtualTime();
  private final MemoryConnection.Pair relayed =
      MemoryConnection.connect(time, LATENCY, key(1).publicKey(), key(2).publicKey(), CIRCUIT);
  private final Side a = new Side(AT_A, relayed.dialer());
  private final Side b = new Side(AT_B, relayed.listener());

  private static PrivateKey key(final int number) {
    final byte[] seed = new byte[32];
    seed[0] = (byte) number;
    return PrivateKey.ofSeed(seed);
  }

  private record Dialled(long millis, List<Multiaddr> addresses, Direction role) {}

  /** One of the two peers, and what it was let dial. */
  private final class Side {
    private final List<Dialled> dials = new ArrayList<>();
    private final Dcutr dcutr;
    private final MemoryConnection connection;
    private Optional<Connection> direct = Optional.empty();

    Side(final Multiaddr own, final MemoryConnection connection) {
      this.connection = connection;
      dcutr =
          new Dcutr(
              HolePunchParams.DEFAULT,
              time,
              time,
              () -> List.of(own, Multiaddr.parse("/ip4/192.168.0.1/tcp/1"), CIRCUIT),
              (peer, addresses, role) -> {
                dials.add(new Dialled(time.nanoTime() / 1_000_000, addresses, role));
                return CompletableFuture.failedFuture(new ConnectionException("Nobody is there"));
              },
              peer -> direct);
      connection.handle(Dcutr.ID, dcutr::handle);
    }

    void identified(final List<Multiaddr> addresses) {
      dcutr.identified(
          connection, new PeerInfo("", "", List.of(Dcutr.ID), addresses, Optional.empty()));
    }

    void succeeds(final Connection connected) {
      direct = Optional.of(connected);
      dcutr.connected(connected);
    }
  }

  private void pass(final long millis) {
    time.pass(Duration.ofMillis(millis));
  }

  @Test
  void bothDialAtTheSameMomentWithOppositeRoles() {
    b.identified(List.of());
    // The stream, then two messages to and fro, then the word to begin.
    pass(1000);
    assertThat(a.dials).containsExactly(new Dialled(150, List.of(AT_B), Direction.OUTBOUND));
    assertThat(b.dials).containsExactly(new Dialled(150, List.of(AT_A), Direction.INBOUND));
  }

  @Test
  void aPeerThatCanBeDialledIsDialledWithoutFurtherAdo() {
    b.identified(List.of(AT_A));
    assertThat(b.dials).containsExactly(new Dialled(0, List.of(AT_A), Direction.OUTBOUND));
    final MemoryConnection.Pair direct =
        MemoryConnection.connect(time, LATENCY, key(2).publicKey(), key(1).publicKey(), AT_A);
    final Side fresh = new Side(AT_B, relayed.listener());
    fresh.succeeds(direct.dialer());
    fresh.identified(List.of(AT_A));
    pass(60_000);
    assertThat(fresh.dials).isEmpty();
  }

  @Test
  void threeAttemptsAreMadeAndThenTheRelayStays() {
    b.identified(List.of());
    pass(120_000);
    assertThat(a.dials).hasSize(3);
    assertThat(b.dials).hasSize(3);
    for (int i = 0; i < 3; i++) {
      assertThat(a.dials.get(i).millis()).isEqualTo(b.dials.get(i).millis());
    }
    assertThat(relayed.dialer().closed()).isNotDone();
    assertThat(relayed.dialer().streams()).isZero();
    assertThat(relayed.listener().streams()).isZero();
  }

  @Test
  void theRelayedConnectionIsDrainedOnceThereIsADirectOne() {
    relayed.listener().handle("/long/1", stream -> Futures.ignore(stream.read()));
    final Stream used = relayed.dialer().openStream(List.of("/long/1")).getNow(null);
    b.identified(List.of());
    pass(200);
    final MemoryConnection.Pair direct =
        MemoryConnection.connect(time, LATENCY, key(1).publicKey(), key(2).publicKey(), AT_B);
    a.succeeds(direct.dialer());
    b.succeeds(direct.listener());
    pass(10_000);
    assertThat(relayed.dialer().closed()).isNotDone();
    used.reset();
    pass(1000);
    assertThat(relayed.dialer().closed()).isDone();
    assertThat(direct.dialer().closed()).isNotDone();
  }

  @Test
  void aStreamThatDoesNotEndIsCutAfterTheGrace() {
    relayed.listener().handle("/long/1", stream -> Futures.ignore(stream.read()));
    Futures.ignore(relayed.dialer().openStream(List.of("/long/1")));
    b.identified(List.of());
    pass(200);
    final MemoryConnection.Pair direct =
        MemoryConnection.connect(time, LATENCY, key(1).publicKey(), key(2).publicKey(), AT_B);
    a.succeeds(direct.dialer());
    b.succeeds(direct.listener());
    pass(29_000);
    assertThat(relayed.dialer().closed()).isNotDone();
    pass(2000);
    assertThat(relayed.dialer().closed()).isDone();
  }

  private Stream open() {
    final Stream stream = relayed.listener().openStream(List.of(Dcutr.ID)).getNow(null);
    pass(50);
    return stream;
  }

  private static void send(final Stream stream, final HolePunch message) {
    Futures.ignore(stream.write(MessageReader.frame(message.encode())));
  }

  @Test
  void aPeerThatOnlyWantsOthersDialledIsStopped() {
    final List<Multiaddr> victims = List.of(Multiaddr.parse("/ip4/9.9.9.9/tcp/53"));
    for (int i = 0; i < 10; i++) {
      final Stream stream = open();
      for (int j = 0; j < 10; j++) {
        send(stream, new HolePunch(HolePunch.Type.CONNECT, victims));
        send(stream, new HolePunch(HolePunch.Type.SYNC, List.of()));
      }
      pass(1000);
    }
    assertThat(a.dials).hasSize(6);
  }

  @Test
  void privateAddressesAreNotDialled() {
    final Stream stream = open();
    final Multiaddr inside = Multiaddr.parse("/ip4/10.0.0.1/tcp/22");
    send(stream, new HolePunch(HolePunch.Type.CONNECT, List.of(inside, CIRCUIT)));
    send(stream, new HolePunch(HolePunch.Type.SYNC, List.of()));
    pass(1000);
    assertThat(a.dials).isEmpty();
  }

  @Test
  void messagesThatDoNotBelongEndTheStream() {
    for (final byte[] wrong :
        List.of(
            MessageReader.frame(new HolePunch(HolePunch.Type.SYNC, List.of()).encode()),
            MessageReader.frame(new byte[] {8, 1}),
            new byte[] {(byte) 0xff, (byte) 0xff, 1})) {
      final Stream stream = open();
      Futures.ignore(stream.write(wrong));
      pass(200);
      assertThat(stream.closed()).isDone();
    }
    final Stream silent = open();
    pass(20_000);
    assertThat(silent.closed()).isDone();
    assertThat(a.dials).isEmpty();
  }

  @Test
  void itIsNotSpokenOnADirectConnection() {
    final MemoryConnection.Pair direct =
        MemoryConnection.connect(time, LATENCY, key(1).publicKey(), key(2).publicKey(), AT_B);
    direct.dialer().handle(Dcutr.ID, a.dcutr::handle);
    final Stream stream = direct.listener().openStream(List.of(Dcutr.ID)).getNow(null);
    pass(200);
    assertThat(stream.closed()).isDone();
  }

  @Test
  void messagesHaveTheBytesOfTheSpecification() {
    assertThat(
            HexFormat.of().formatHex(new HolePunch(HolePunch.Type.CONNECT, List.of(AT_A)).encode()))
        .isEqualTo("0864" + "1208" + "040808080806000a");
    assertThat(HexFormat.of().formatHex(new HolePunch(HolePunch.Type.SYNC, List.of()).encode()))
        .isEqualTo("08ac02");
    assertThatThrownBy(() -> HolePunch.decode(new byte[0])).isInstanceOf(MalformedException.class);
  }

  @Property(tries = 1000)
  void whateverArrivesIsReadOrRefused(@ForAll final byte[] bytes) {
    try {
      assertThat(HolePunch.decode(bytes)).isNotNull();
    } catch (final Libp2pException e) {
      assertThat(e).hasMessageMatching("(?s).+");
    }
  }
}
