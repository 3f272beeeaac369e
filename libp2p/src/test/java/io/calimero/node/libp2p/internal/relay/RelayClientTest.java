// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.relay;

import static io.calimero.node.libp2p.internal.host.Hosts.await;
import static io.calimero.node.libp2p.internal.host.Hosts.connect;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.calimero.node.libp2p.AddressProtocol;
import io.calimero.node.libp2p.AuthenticationException;
import io.calimero.node.libp2p.Connection;
import io.calimero.node.libp2p.ConnectionException;
import io.calimero.node.libp2p.Host;
import io.calimero.node.libp2p.HostListener;
import io.calimero.node.libp2p.LimitException;
import io.calimero.node.libp2p.MalformedException;
import io.calimero.node.libp2p.Multiaddr;
import io.calimero.node.libp2p.PeerId;
import io.calimero.node.libp2p.PrivateKey;
import io.calimero.node.libp2p.RelayLimits;
import io.calimero.node.libp2p.internal.async.EventLoopTimers;
import io.calimero.node.libp2p.internal.async.Futures;
import io.calimero.node.libp2p.internal.async.VirtualTime;
import io.calimero.node.libp2p.internal.host.Hosts;
import io.calimero.node.libp2p.internal.protocols.MemoryConnection;
import io.calimero.node.libp2p.internal.protocols.MessageStream;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Relays that lie, and how a place at one is kept. */
final class RelayClientTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant EXPIRES = START.plus(Duration.ofHours(1));
  private static final PrivateKey RELAY = key(100);
  private static final PrivateKey SELF = key(1);
  private static final Multiaddr AT = Multiaddr.parse("/ip4/1.2.3.4/tcp/5");

  private final VirtualTime time = new VirtualTime();
  private final Hosts hosts = new Hosts();

  @AfterEach
  void stop() {
    hosts.close();
  }

  private static PrivateKey key(final int number) {
    final byte[] seed = new byte[32];
    seed[0] = (byte) number;
    return PrivateKey.ofSeed(seed);
  }

  private Instant now() {
    return START.plusNanos(time.nanoTime());
  }

  private MemoryConnection.Pair connection() {
    return MemoryConnection.connect(
        time, Duration.ofMillis(10), SELF.publicKey(), RELAY.publicKey(), AT);
  }

  /** What the client makes of a relay that answers {@code answer}. */
  private CompletableFuture<RelayClient.Place> reserve(final HopMessage answer) {
    final MemoryConnection.Pair pair = connection();
    pair.listener()
        .handle(
            HopService.ID,
            stream -> {
              final MessageStream messages =
                  new MessageStream(stream, 4096, time, Duration.ofHours(1));
              Futures.ignore(messages.next().thenAccept(bytes -> messages.finish(answer.encode())));
            });
    final CompletableFuture<RelayClient.Place> place =
        new RelayClient(SELF.peerId(), this::now, time).reserve(pair.dialer());
    time.pass(Duration.ofMinutes(1));
    assertThat(pair.dialer().streams()).isZero();
    return place;
  }

  private static HopMessage granted(final Instant expires, final byte[] voucher) {
    final PeerId other = key(3).peerId();
    return new HopMessage(
        HopMessage.Type.STATUS,
        Optional.empty(),
        Optional.of(
            new Reservation(
                expires,
                List.of(
                    Multiaddr.parse("/ip4/5.6.7.8/tcp/9").withPeer(RELAY.peerId()),
                    Multiaddr.parse("/ip4/6.6.6.6/tcp/6").withPeer(other),
                    Multiaddr.parse("/ip4/7.7.7.7/tcp/7"),
                    CircuitAddress.through(AT, other).withPeer(RELAY.peerId())),
                ByteString.copyFrom(voucher))),
        Optional.empty(),
        RelayStatus.OK);
  }

  private static byte[] voucher(final PrivateKey relay, final PrivateKey peer, final Instant at) {
    return new Voucher(relay.peerId(), peer.peerId(), at).seal(relay);
  }

  @Test
  void aRelaySpeaksForItselfOnly() {
    final RelayClient.Place place = await(reserve(granted(EXPIRES, voucher(RELAY, SELF, EXPIRES))));
    assertThat(place.expires()).isEqualTo(EXPIRES);
    assertThat(place.addresses())
        .containsExactly(
            CircuitAddress.through(AT, RELAY.peerId()),
            CircuitAddress.through(Multiaddr.parse("/ip4/5.6.7.8/tcp/9"), RELAY.peerId()));
    // Some relays give no voucher, which the specification allows.
    assertThat(await(reserve(granted(EXPIRES, new byte[0]))).expires()).isEqualTo(EXPIRES);
  }

  @Test
  void aVoucherThatLiesIsNotTaken() {
    for (final byte[] lie :
        List.of(
            voucher(key(3), SELF, EXPIRES),
            voucher(RELAY, key(3), EXPIRES),
            voucher(RELAY, SELF, EXPIRES.plusSeconds(1)),
            new Voucher(RELAY.peerId(), SELF.peerId(), EXPIRES).seal(key(3)))) {
      assertThatThrownBy(() -> await(reserve(granted(EXPIRES, lie))))
          .isInstanceOf(AuthenticationException.class);
    }
    assertThatThrownBy(() -> await(reserve(granted(EXPIRES, new byte[] {1, 2, 3}))))
        .isInstanceOf(MalformedException.class);
  }

  @Test
  void anAnswerThatGrantsNothingIsNotTaken() {
    assertThatThrownBy(() -> await(reserve(granted(START, new byte[0]))))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("expired");
    assertThatThrownBy(() -> await(reserve(HopMessage.status(RelayStatus.OK))))
        .isInstanceOf(MalformedException.class);
    assertThatThrownBy(() -> await(reserve(HopMessage.reserve())))
        .isInstanceOf(MalformedException.class);
    assertThatThrownBy(() -> await(reserve(HopMessage.status(RelayStatus.RESERVATION_REFUSED))))
        .isInstanceOf(LimitException.class);
    assertThatThrownBy(() -> await(reserve(HopMessage.status(RelayStatus.PERMISSION_DENIED))))
        .isInstanceOf(ConnectionException.class);
  }

  @Test
  void onlyARelayThatWasAskedAnnouncesAnybody() {
    final List<Circuit> arrived = new ArrayList<>();
    final StopService stop =
        new StopService(time, peer -> peer.equals(RELAY.peerId()), arrived::add);
    final MemoryConnection.Pair known = connection();
    known.dialer().handle(StopService.ID, stop::handle);
    final MemoryConnection.Pair stranger =
        MemoryConnection.connect(
            time, Duration.ofMillis(10), SELF.publicKey(), key(4).publicKey(), AT);
    stranger.dialer().handle(StopService.ID, stop::handle);
    final CircuitLimit limit = new CircuitLimit(Duration.ofMinutes(1), 7);
    final byte[] announced = StopMessage.connect(key(2).peerId(), limit).encode();
    assertThat(announce(stranger.listener(), announced)).isEqualTo(RelayStatus.PERMISSION_DENIED);
    assertThat(announce(known.listener(), StopMessage.status(RelayStatus.OK).encode()))
        .isEqualTo(RelayStatus.UNEXPECTED_MESSAGE);
    assertThat(announce(known.listener(), new byte[] {8, 0}))
        .isEqualTo(RelayStatus.MALFORMED_MESSAGE);
    assertThat(announce(known.listener(), new byte[] {8, 7}))
        .isEqualTo(RelayStatus.MALFORMED_MESSAGE);
    assertThat(arrived).isEmpty();
    assertThat(announce(known.listener(), announced)).isEqualTo(RelayStatus.OK);
    assertThat(arrived).hasSize(1);
    assertThat(arrived.getFirst().peer()).isEqualTo(key(2).peerId());
    assertThat(arrived.getFirst().limit()).contains(limit);
  }

  private RelayStatus announce(final MemoryConnection from, final byte[] message) {
    final MessageStream messages =
        new MessageStream(
            from.openStream(List.of(StopService.ID)).getNow(null), 4096, time, Duration.ofHours(1));
    final CompletableFuture<byte[]> answer = messages.ask(message);
    time.pass(Duration.ofSeconds(1));
    return StopMessage.decode(answer.getNow(new byte[0])).status();
  }

  @Test
  void aPlaceIsRenewedBeforeItExpiresAndSoughtAgainWhenItIsLost() {
    final AtomicInteger asked = new AtomicInteger();
    final List<List<Multiaddr>> seen = new ArrayList<>();
    final List<MemoryConnection> connections = new ArrayList<>();
    final List<Boolean> refuses = new ArrayList<>(List.of(false));
    final Multiaddr through = CircuitAddress.through(AT, RELAY.peerId());
    final List<RelayListener> self = new ArrayList<>();
    self.add(
        new RelayListener(
            RELAY.peerId(),
            () -> {
              if (connections.isEmpty() || connections.getLast().closed().isDone()) {
                connections.add(connection().dialer());
              }
              return CompletableFuture.completedFuture(connections.getLast());
            },
            connection -> {
              asked.incrementAndGet();
              return refuses.getFirst()
                  ? CompletableFuture.failedFuture(new LimitException("full"))
                  : CompletableFuture.completedFuture(
                      new RelayClient.Place(List.of(through), now().plus(Duration.ofMinutes(60))));
            },
            this::now,
            time,
            time,
            () -> seen.add(self.getFirst().addresses())));
    final RelayListener listener = self.getFirst();
    listener.start();
    assertThat(listener.addresses()).containsExactly(through);
    time.pass(Duration.ofMinutes(44));
    assertThat(asked).hasValue(1);
    time.pass(Duration.ofMinutes(2));
    assertThat(asked).hasValue(2);
    // The connection ends, and another one is made.
    Futures.ignore(connections.getLast().close());
    assertThat(listener.addresses()).isEmpty();
    time.pass(Duration.ofSeconds(2));
    assertThat(listener.addresses()).containsExactly(through);
    assertThat(connections).hasSize(2);
    assertThat(seen).containsExactly(List.of(through), List.of(), List.of(through));
    // A relay that refuses is asked less and less often.
    refuses.set(0, true);
    Futures.ignore(connections.getLast().close());
    asked.set(0);
    time.pass(Duration.ofHours(1));
    assertThat(asked.get()).isBetween(15, 25);
    refuses.set(0, false);
    time.pass(Duration.ofMinutes(6));
    assertThat(listener.addresses()).containsExactly(through);
    listener.stop();
    assertThat(listener.addresses()).isEmpty();
    asked.set(0);
    time.pass(Duration.ofHours(2));
    assertThat(asked).hasValue(0);
  }

  @Test
  void aRelayThatLeadsToSomebodyElseIsFoundOut() {
    final Host relay = hosts.start(builder -> builder.relay(RelayLimits.DEFAULT));
    final Multiaddr through =
        relay.addresses().getFirst().withPeer(relay.id()).with(AddressProtocol.P2P_CIRCUIT, "");
    final CompletableFuture<Void> reached = new CompletableFuture<>();
    final Host wrong =
        hosts.start(
            builder -> builder.listen(List.of(through)),
            host ->
                host.addListener(
                    new HostListener() {
                      @Override
                      public void addressesChanged(final List<Multiaddr> addresses) {
                        reached.complete(null);
                      }
                    }));
    await(reached);
    final EventLoopTimers timers = new EventLoopTimers(GlobalEventExecutor.INSTANCE);
    // From now on whoever wants anybody is led to the wrong one, and under another name.
    final PeerId said = key(5).peerId();
    relay.handle(
        HopService.ID,
        stream -> {
          final MessageStream in = new MessageStream(stream, 4096, timers, Duration.ofSeconds(9));
          final Connection onward = relay.connection(wrong.id()).orElseThrow();
          Futures.ignore(
              in.next()
                  .thenCompose(bytes -> onward.openStream(List.of(StopService.ID)))
                  .thenCompose(
                      stop -> {
                        final MessageStream out =
                            new MessageStream(stop, 4096, timers, Duration.ofSeconds(9));
                        final CircuitLimit none = new CircuitLimit(Duration.ZERO, 0);
                        return out.ask(StopMessage.connect(said, none).encode())
                            .thenCompose(ok -> in.send(HopMessage.status(RelayStatus.OK).encode()))
                            .thenRun(
                                () ->
                                    assertThat(
                                            new Splice(
                                                in.rest(), out.rest(), none, timers, () -> {}))
                                        .isNotNull());
                      }));
        });
    final Host source = hosts.start();
    connect(source, relay);
    assertThatThrownBy(() -> await(source.connect(hosts.start().id(), List.of(through))))
        .isInstanceOf(AuthenticationException.class);
    // The wrong one learns by the last message of the handshake that its peer is not who was said.
    final Connection refused = await(source.connect(wrong.id(), List.of(through)));
    assertThat(await(refused.closed())).isNotEmpty();
    assertThat(wrong.connections()).hasSize(1);
  }
}
