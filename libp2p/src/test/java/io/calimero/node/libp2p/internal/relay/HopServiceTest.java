// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.libp2p.Connection;
import io.calimero.node.libp2p.Multiaddr;
import io.calimero.node.libp2p.PeerId;
import io.calimero.node.libp2p.PrivateKey;
import io.calimero.node.libp2p.RelayLimits;
import io.calimero.node.libp2p.Stream;
import io.calimero.node.libp2p.internal.async.Futures;
import io.calimero.node.libp2p.internal.async.VirtualTime;
import io.calimero.node.libp2p.internal.protocols.MemoryConnection;
import io.calimero.node.libp2p.internal.protocols.MessageStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A relay and peers that want too much of it, or nothing good, under virtual time. */
final class HopServiceTest {
  private static final Duration LATENCY = Duration.ofMillis(10);
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final PrivateKey RELAY = key(100);

  private final VirtualTime time = new VirtualTime();
  private final Map<PeerId, Connection> direct = new HashMap<>();

  private static PrivateKey key(final int number) {
    final byte[] seed = new byte[32];
    seed[0] = (byte) number;
    return PrivateKey.ofSeed(seed);
  }

  private Instant now() {
    return START.plusNanos(time.nanoTime());
  }

  private HopService relay(final RelayLimits limits) {
    return new HopService(
        RELAY,
        limits,
        this::now,
        time,
        () -> List.of(Multiaddr.parse("/ip4/1.2.3.4/tcp/5")),
        peer -> Optional.ofNullable(direct.get(peer)));
  }

  /** A peer that is connected to the relay; its own end of the connection. */
  private MemoryConnection peer(final HopService relay, final int number, final String ip) {
    final MemoryConnection.Pair pair =
        MemoryConnection.connect(
            time,
            LATENCY,
            key(number).publicKey(),
            RELAY.publicKey(),
            Multiaddr.parse("/ip4/" + ip + "/tcp/1"));
    pair.listener().handle(HopService.ID, relay::handle);
    direct.put(key(number).peerId(), pair.listener());
    return pair.dialer();
  }

  private MessageStream open(final MemoryConnection from) {
    final Stream stream = from.openStream(List.of(HopService.ID)).getNow(null);
    return new MessageStream(stream, HopService.MAX_MESSAGE, time, Duration.ofHours(1));
  }

  private HopMessage ask(final MessageStream messages, final HopMessage request) {
    final CompletableFuture<byte[]> answer = messages.ask(request.encode());
    time.pass(Duration.ofMillis(100));
    return HopMessage.decode(answer.getNow(new byte[0]));
  }

  private RelayStatus reserve(final MemoryConnection from) {
    return ask(open(from), HopMessage.reserve()).status();
  }

  private RelayStatus connect(final MemoryConnection from, final int target) {
    return ask(open(from), HopMessage.connect(key(target).peerId())).status();
  }

  /** Answers announcements at {@code target} with {@code status}; the streams that were opened. */
  private List<Stream> accept(final MemoryConnection target, final RelayStatus status) {
    final List<Stream> accepted = new ArrayList<>();
    target.handle(
        StopService.ID,
        stream -> {
          final MessageStream messages =
              new MessageStream(stream, HopService.MAX_MESSAGE, time, Duration.ofHours(1));
          Futures.ignore(
              messages
                  .next()
                  .thenCompose(bytes -> messages.send(StopMessage.status(status).encode()))
                  .thenRun(() -> accepted.add(messages.rest())));
        });
    return accepted;
  }

  @Test
  void aReservationSaysUntilWhenAndWhatACircuitCarries() {
    final HopService relay = relay(RelayLimits.DEFAULT);
    final HopMessage granted = ask(open(peer(relay, 1, "9.9.9.1")), HopMessage.reserve());
    final Instant expires = START.plus(Duration.ofHours(1));
    assertThat(granted.reservation().orElseThrow().expires()).isEqualTo(expires);
    assertThat(granted.limit()).contains(new CircuitLimit(Duration.ofMinutes(2), 128 << 10));
    final byte[] voucher = granted.reservation().orElseThrow().voucher().toByteArray();
    assertThat(Voucher.open(voucher))
        .isEqualTo(new Voucher(RELAY.peerId(), key(1).peerId(), expires));
    assertThat(relay.serves(key(1).peerId())).isTrue();
  }

  @Test
  void aReservationEndsWithItsTimeAndWithItsConnection() {
    final HopService relay = relay(RelayLimits.DEFAULT);
    final MemoryConnection source = peer(relay, 1, "9.9.9.1");
    final MemoryConnection target = peer(relay, 2, "9.9.9.2");
    accept(target, RelayStatus.OK);
    assertThat(connect(source, 2)).isEqualTo(RelayStatus.NO_RESERVATION);
    assertThat(reserve(target)).isEqualTo(RelayStatus.OK);
    assertThat(connect(source, 2)).isEqualTo(RelayStatus.OK);
    time.pass(Duration.ofHours(1));
    assertThat(connect(source, 2)).isEqualTo(RelayStatus.NO_RESERVATION);
    assertThat(reserve(target)).isEqualTo(RelayStatus.OK);
    final Connection gone = direct.remove(key(2).peerId());
    assertThat(gone).isNotNull();
    relay.disconnected(gone, "gone");
    direct.put(key(2).peerId(), gone);
    assertThat(connect(source, 2)).isEqualTo(RelayStatus.NO_RESERVATION);
  }

  @Test
  void aFloodOfReservationsIsRefused() {
    final HopService relay =
        relay(RelayLimits.DEFAULT.withReservations(20, 3, Duration.ofHours(1)));
    final MemoryConnection first = peer(relay, 1, "9.9.9.1");
    for (int i = 0; i < 60; i++) {
      assertThat(reserve(first)).isEqualTo(RelayStatus.OK);
    }
    assertThat(reserve(first)).isEqualTo(RelayStatus.RESOURCE_LIMIT_EXCEEDED);
    assertThat(relay.reservations()).isEqualTo(1);
    for (int i = 2; i <= 3; i++) {
      assertThat(reserve(peer(relay, i, "9.9.9.1"))).isEqualTo(RelayStatus.OK);
    }
    assertThat(reserve(peer(relay, 4, "9.9.9.1"))).isEqualTo(RelayStatus.RESERVATION_REFUSED);
    for (int i = 5; i < 22; i++) {
      assertThat(reserve(peer(relay, i, "9.9.8." + i))).isEqualTo(RelayStatus.OK);
    }
    assertThat(reserve(peer(relay, 30, "9.9.7.1"))).isEqualTo(RelayStatus.RESERVATION_REFUSED);
    time.pass(Duration.ofMinutes(1));
    assertThat(reserve(first)).isEqualTo(RelayStatus.OK);
  }

  @Test
  void aFloodOfCircuitsIsRefusedAndThoseThatEndMakeRoom() {
    final HopService relay = relay(RelayLimits.DEFAULT.withCircuits(5, 2, 1000));
    final MemoryConnection target = peer(relay, 1, "9.9.9.1");
    final List<Stream> accepted = accept(target, RelayStatus.OK);
    reserve(target);
    final MemoryConnection source = peer(relay, 2, "9.9.9.2");
    assertThat(connect(source, 1)).isEqualTo(RelayStatus.OK);
    assertThat(connect(source, 1)).isEqualTo(RelayStatus.OK);
    assertThat(connect(source, 1)).isEqualTo(RelayStatus.RESOURCE_LIMIT_EXCEEDED);
    assertThat(connect(peer(relay, 3, "9.9.9.3"), 1))
        .isEqualTo(RelayStatus.RESOURCE_LIMIT_EXCEEDED);
    assertThat(relay.circuits()).isEqualTo(2);
    accepted.getFirst().reset();
    time.pass(LATENCY.multipliedBy(4));
    assertThat(relay.circuits()).isEqualTo(1);
    assertThat(connect(source, 1)).isEqualTo(RelayStatus.OK);
  }

  @Test
  void aTargetThatRefusesOrKeepsSilentCostsNoCircuit() {
    final HopService relay = relay(RelayLimits.DEFAULT);
    final MemoryConnection target = peer(relay, 1, "9.9.9.1");
    reserve(target);
    accept(target, RelayStatus.PERMISSION_DENIED);
    final MemoryConnection source = peer(relay, 2, "9.9.9.2");
    assertThat(connect(source, 1)).isEqualTo(RelayStatus.CONNECTION_FAILED);
    target.handle(StopService.ID, stream -> Futures.ignore(stream.closed()));
    final MessageStream messages = open(source);
    final CompletableFuture<byte[]> answer =
        messages.ask(HopMessage.connect(key(1).peerId()).encode());
    time.pass(Duration.ofSeconds(10));
    assertThat(relay.circuits()).isEqualTo(1);
    time.pass(Duration.ofSeconds(11));
    assertThat(HopMessage.decode(answer.getNow(new byte[0])).status())
        .isEqualTo(RelayStatus.CONNECTION_FAILED);
    assertThat(relay.circuits()).isZero();
  }

  private record Ends(Stream source, Stream target) {}

  private Ends circuit(final HopService relay) {
    final MemoryConnection target = peer(relay, 1, "9.9.9.1");
    final List<Stream> accepted = accept(target, RelayStatus.OK);
    reserve(target);
    final MessageStream messages = open(peer(relay, 2, "9.9.9.2"));
    assertThat(ask(messages, HopMessage.connect(key(1).peerId())).status())
        .isEqualTo(RelayStatus.OK);
    return new Ends(messages.rest(), accepted.getFirst());
  }

  @Test
  void aCircuitEndsWithItsTime() {
    final HopService relay = relay(RelayLimits.DEFAULT);
    final Ends ends = circuit(relay);
    time.pass(Duration.ofSeconds(119));
    assertThat(ends.source().closed()).isNotDone();
    time.pass(Duration.ofSeconds(2));
    assertThat(ends.source().closed()).isDone();
    assertThat(ends.target().closed()).isDone();
    assertThat(relay.circuits()).isZero();
  }

  @Test
  void aCircuitCarriesItsBytesInEachDirectionAndNoMore() {
    final HopService relay = relay(RelayLimits.DEFAULT);
    final Ends ends = circuit(relay);
    for (final Stream[] way :
        new Stream[][] {{ends.source(), ends.target()}, {ends.target(), ends.source()}}) {
      final CompletableFuture<byte[]> read = way[1].read();
      Futures.ignore(way[0].write(new byte[128 << 10]));
      time.pass(Duration.ofSeconds(1));
      assertThat(read.getNow(new byte[0])).hasSize(128 << 10);
    }
    assertThat(ends.source().closed()).isNotDone();
    Futures.ignore(ends.source().write(new byte[1]));
    time.pass(Duration.ofSeconds(1));
    assertThat(ends.source().closed()).isDone();
    assertThat(ends.target().closed()).isDone();
    assertThat(relay.circuits()).isZero();
  }

  @Test
  void oneSideMayCloseBeforeTheOther() {
    final HopService relay = relay(RelayLimits.DEFAULT);
    final Ends ends = circuit(relay);
    Futures.ignore(ends.source().closeWrite());
    final CompletableFuture<byte[]> end = ends.target().read();
    time.pass(Duration.ofSeconds(1));
    assertThat(end.getNow(new byte[1])).isEmpty();
    final CompletableFuture<byte[]> read = ends.source().read();
    Futures.ignore(ends.target().write(new byte[] {7}));
    time.pass(Duration.ofSeconds(1));
    assertThat(read.getNow(new byte[0])).containsExactly(7);
    Futures.ignore(ends.target().closeWrite());
    time.pass(Duration.ofSeconds(1));
    assertThat(relay.circuits()).isZero();
  }

  @Test
  void whateverIsNoRequestIsRefused() {
    final HopService relay = relay(RelayLimits.DEFAULT);
    final MemoryConnection peer = peer(relay, 1, "9.9.9.1");
    assertThat(ask(open(peer), HopMessage.status(RelayStatus.OK)).status())
        .isEqualTo(RelayStatus.UNEXPECTED_MESSAGE);
    final MessageStream garbage = open(peer);
    final CompletableFuture<byte[]> refused = garbage.ask(new byte[] {8, 9});
    final MessageStream huge = open(peer);
    Futures.ignore(huge.stream().write(new byte[] {(byte) 0xff, 0x7f}));
    final CompletableFuture<byte[]> tooLong = huge.next();
    final MessageStream silent = open(peer);
    time.pass(Duration.ofSeconds(1));
    for (final CompletableFuture<byte[]> answer : List.of(refused, tooLong)) {
      assertThat(HopMessage.decode(answer.getNow(new byte[0])).status())
          .isEqualTo(RelayStatus.MALFORMED_MESSAGE);
    }
    assertThat(silent.stream().closed()).isNotDone();
    time.pass(Duration.ofSeconds(20));
    assertThat(silent.stream().closed()).isDone();
    assertThat(peer.streams()).isZero();
  }
}
