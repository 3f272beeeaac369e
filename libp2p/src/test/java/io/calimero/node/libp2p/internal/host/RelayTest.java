// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.host;

import static io.calimero.node.libp2p.internal.host.Hosts.ECHO;
import static io.calimero.node.libp2p.internal.host.Hosts.await;
import static io.calimero.node.libp2p.internal.host.Hosts.connect;
import static io.calimero.node.libp2p.internal.host.Hosts.readAll;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.calimero.node.libp2p.AddressProtocol;
import io.calimero.node.libp2p.AutoNatLimits;
import io.calimero.node.libp2p.AutoNatParams;
import io.calimero.node.libp2p.Connection;
import io.calimero.node.libp2p.ConnectionException;
import io.calimero.node.libp2p.ConnectionGate;
import io.calimero.node.libp2p.Direction;
import io.calimero.node.libp2p.Host;
import io.calimero.node.libp2p.HostBuilder;
import io.calimero.node.libp2p.HostListener;
import io.calimero.node.libp2p.LimitException;
import io.calimero.node.libp2p.MalformedException;
import io.calimero.node.libp2p.Multiaddr;
import io.calimero.node.libp2p.PeerInfo;
import io.calimero.node.libp2p.Reachability;
import io.calimero.node.libp2p.RelayLimits;
import io.calimero.node.libp2p.Stream;
import io.calimero.node.libp2p.StreamException;
import io.calimero.node.libp2p.internal.async.EventLoopTimers;
import io.calimero.node.libp2p.internal.async.Futures;
import io.calimero.node.libp2p.internal.relay.RelayClient;
import io.calimero.node.libp2p.internal.relay.StopService;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Peers that meet through a relay, on loopback. */
final class RelayTest {
  private static final RelayLimits FREE = RelayLimits.DEFAULT.withCircuit(Duration.ZERO, 0);

  private final Hosts hosts = new Hosts();

  @AfterEach
  void stop() {
    hosts.close();
  }

  private Host relay(final RelayLimits limits) {
    return hosts.start(builder -> builder.relay(limits));
  }

  /** A host that is reached through {@code relay} only. */
  private Host behind(final Host relay) {
    final Host host = hosts.start(builder -> builder.listen(List.of(through(relay))));
    await(reached(host));
    return host;
  }

  private static Multiaddr through(final Host relay) {
    return relay.addresses().getFirst().withPeer(relay.id()).with(AddressProtocol.P2P_CIRCUIT, "");
  }

  private static CompletableFuture<List<Multiaddr>> reached(final Host host) {
    final CompletableFuture<List<Multiaddr>> reached = new CompletableFuture<>();
    host.addListener(
        new HostListener() {
          @Override
          public void addressesChanged(final List<Multiaddr> addresses) {
            if (!addresses.isEmpty()) {
              reached.complete(addresses);
            }
          }
        });
    if (!host.addresses().isEmpty()) {
      reached.complete(host.addresses());
    }
    return reached;
  }

  private static void echo(final Stream stream, final int size) {
    final byte[] sent = new byte[size];
    new Random(size).nextBytes(sent);
    Futures.ignore(stream.write(sent).thenCompose(done -> stream.closeWrite()));
    assertThat(readAll(stream)).isEqualTo(sent);
  }

  @Test
  void anEchoGoesThroughARelayBothWays() {
    final Host relay = relay(FREE);
    final Host target = behind(relay);
    assertThat(target.addresses()).containsExactly(through(relay));
    final CompletableFuture<Connection> inbound = new CompletableFuture<>();
    target.addListener(
        new HostListener() {
          @Override
          public void connected(final Connection connection) {
            inbound.complete(connection);
          }
        });
    final Host source = hosts.start();
    final Connection connection =
        await(source.connect(target.addresses().getFirst().withPeer(target.id())));
    assertThat(connection.remotePeer()).isEqualTo(target.id());
    assertThat(connection.direction()).isEqualTo(Direction.OUTBOUND);
    assertThat(connection.remoteAddress()).isEqualTo(through(relay));
    assertThat(connection.limited()).isFalse();
    echo(await(connection.openStream(List.of(ECHO))), 3 << 20);
    final Connection back = await(inbound);
    assertThat(back.remotePeer()).isEqualTo(source.id());
    assertThat(back.direction()).isEqualTo(Direction.INBOUND);
    echo(await(back.openStream(List.of(ECHO))), 3 << 20);
    assertThat(await(source.ping(target.id()))).isPositive();
    await(connection.close());
    assertThat(await(back.closed())).isNotEmpty();
  }

  @Test
  void aCircuitIsSecuredByTlsAsWell() {
    final Host relay = relay(FREE);
    final List<String> tls = List.of(HostBuilder.TLS, HostBuilder.NOISE);
    final CompletableFuture<Void> reached = new CompletableFuture<>();
    final Multiaddr through = through(relay);
    final Host target =
        hosts.start(
            builder -> builder.security(tls).listen(List.of(through)),
            host ->
                host.addListener(
                    new HostListener() {
                      @Override
                      public void addressesChanged(final List<Multiaddr> addresses) {
                        reached.complete(null);
                      }
                    }));
    await(reached);
    final Host source = hosts.start(builder -> builder.security(tls));
    final Connection connection = await(source.connect(target.id(), List.of(through)));
    assertThat(connection.security()).isEqualTo(HostBuilder.TLS);
    echo(await(connection.openStream(List.of(ECHO))), 3 << 20);
  }

  @Test
  void aRelayThatIsKnownNeedsNoAddress() {
    final Host relay = relay(FREE);
    final Host target = behind(relay);
    final Host source = hosts.start();
    connect(source, relay);
    final Multiaddr address =
        Multiaddr.parse("/p2p/" + relay.id() + "/p2p-circuit/p2p/" + target.id());
    assertThat(await(source.connect(address)).remotePeer()).isEqualTo(target.id());
  }

  @Test
  void whatIsAnnouncedThroughARelayIsKnownToOthers() {
    final Host relay = relay(FREE);
    final Host target = behind(relay);
    final Host friend = hosts.start();
    final CompletableFuture<List<Multiaddr>> announced = new CompletableFuture<>();
    friend.addListener(
        new HostListener() {
          @Override
          public void identified(final Connection connection, final PeerInfo info) {
            announced.complete(info.listenAddresses());
          }
        });
    connect(target, friend);
    assertThat(await(announced)).containsExactly(through(relay));
    await(friend.connection(target.id()).orElseThrow().close());
    final Connection connection = await(friend.connect(target.id(), List.of()));
    assertThat(connection.remoteAddress()).isEqualTo(through(relay));
  }

  @Test
  void streamsOnALimitedConnectionHaveToBeAskedFor() {
    final Host relay = relay(RelayLimits.DEFAULT);
    final Host target = behind(relay);
    final Host source = hosts.start();
    final Connection connection = connect(source, target);
    assertThat(connection.limited()).isTrue();
    assertThatThrownBy(() -> await(connection.openStream(List.of(ECHO))))
        .isInstanceOf(LimitException.class)
        .hasMessageContaining("limits");
    echo(await(connection.openStreamEvenIfLimited(List.of(ECHO))), 1000);
    assertThat(await(source.ping(target.id()))).isPositive();
    assertThat(await(reachedLimited(target)).limited()).isTrue();
  }

  private static CompletableFuture<Connection> reachedLimited(final Host target) {
    return CompletableFuture.completedFuture(
        target.connections().stream()
            .filter(connection -> connection.remoteAddress().has(AddressProtocol.P2P_CIRCUIT))
            .findFirst()
            .orElseThrow());
  }

  @Test
  void aCircuitIsCutAfterItsBytesAndAfterItsTime() {
    final Host relay = relay(RelayLimits.DEFAULT.withCircuit(Duration.ofMinutes(1), 20_000));
    final Host target = behind(relay);
    final Host source = hosts.start();
    final Connection connection = connect(source, target);
    final Stream stream = await(connection.openStreamEvenIfLimited(List.of(ECHO)));
    Futures.ignore(stream.write(new byte[100_000]));
    assertThat(await(connection.closed())).isNotEmpty();
    final Host brief = relay(RelayLimits.DEFAULT.withCircuit(Duration.ofSeconds(3), 0));
    final Host other = behind(brief);
    final Connection short1 = connect(source, other);
    assertThat(await(short1.closed())).isNotEmpty();
    assertThat(relay.connections()).hasSize(2);
  }

  @Test
  void reservationsAndCircuitsBeyondTheLimitsAreRefused() {
    final Host relay =
        relay(FREE.withReservations(1, 8, Duration.ofHours(1)).withCircuits(8, 1, 60));
    final Host target = behind(relay);
    final Host late = hosts.start();
    final Connection connection = connect(late, relay);
    assertThatThrownBy(() -> await(client(late).reserve(connection)))
        .isInstanceOf(LimitException.class)
        .hasMessageContaining("RESERVATION_REFUSED");
    connect(late, target);
    final Host third = hosts.start();
    assertThatThrownBy(() -> connect(third, target))
        .isInstanceOf(LimitException.class)
        .hasMessageContaining("RESOURCE_LIMIT_EXCEEDED");
    // Whoever has no place is not reached, and a place ends with the connection.
    assertThatThrownBy(() -> await(client(target).connect(connection(target, relay), third.id())))
        .isInstanceOf(ConnectionException.class)
        .hasMessageContaining("NO_RESERVATION");
  }

  private static Connection connection(final Host from, final Host to) {
    return from.connection(to.id()).orElseThrow();
  }

  private static RelayClient client(final Host host) {
    return new RelayClient(
        host.id(), InstantSource.system(), new EventLoopTimers(GlobalEventExecutor.INSTANCE));
  }

  @Test
  void aPlaceIsTakenAgainWhenTheRelayComesBack() {
    final Host relay = relay(FREE);
    final Host target = behind(relay);
    final CompletableFuture<Void> lost = new CompletableFuture<>();
    final CompletableFuture<Void> found = new CompletableFuture<>();
    target.addListener(
        new HostListener() {
          @Override
          public void addressesChanged(final List<Multiaddr> addresses) {
            if (addresses.isEmpty()) {
              lost.complete(null);
            } else if (lost.isDone()) {
              found.complete(null);
            }
          }
        });
    await(connection(relay, target).close());
    await(lost);
    await(found);
    assertThat(connect(hosts.start(), target).remotePeer()).isEqualTo(target.id());
  }

  @Test
  void aRelayedConnectionGetsNoPlaceAndNoFurtherCircuit() {
    final Host relay = relay(FREE);
    final Host second = hosts.start(builder -> builder.relay(FREE).listen(List.of(through(relay))));
    await(reached(second));
    final Host source = hosts.start();
    final Connection relayed = connect(source, second);
    assertThatThrownBy(() -> await(client(source).reserve(relayed)))
        .isInstanceOf(ConnectionException.class)
        .hasMessageContaining("PERMISSION_DENIED");
    final Multiaddr twice =
        Multiaddr.parse(through(relay) + "/p2p/" + second.id() + "/p2p-circuit");
    assertThatThrownBy(() -> await(source.connect(hosts.start().id(), List.of(twice))))
        .isInstanceOf(ConnectionException.class);
    assertThatThrownBy(() -> hosts.start(builder -> builder.listen(twice.toString())))
        .isInstanceOf(MalformedException.class);
  }

  @Test
  void aTargetThatDoesNotAnswerCostsNothingForLong() {
    final Host relay = relay(FREE);
    final Host target = behind(relay);
    target.handle(StopService.ID, Stream::reset);
    final Host source = hosts.start();
    assertThatThrownBy(() -> connect(source, target))
        .isInstanceOf(ConnectionException.class)
        .hasMessageContaining("CONNECTION_FAILED");
  }

  @Test
  void aCircuitEndsWithEitherEnd() {
    final Host relay = relay(FREE);
    final Host target = behind(relay);
    final Host source = hosts.start();
    final Connection connection = connect(source, target);
    final Stream stream = await(connection.openStream(List.of(ECHO)));
    final CompletableFuture<byte[]> read = stream.read();
    await(relay.connection(target.id()).orElseThrow().close());
    assertThat(await(connection.closed())).isNotEmpty();
    assertThatThrownBy(() -> await(read)).isInstanceOf(StreamException.class);
  }

  @Test
  void aHostThatCannotBeDialledIsReachedThroughTheRelayThatItKnows() {
    final ConnectionGate inOnly =
        new ConnectionGate() {
          @Override
          public boolean allows(final Multiaddr address, final Direction direction) {
            return direction == Direction.INBOUND;
          }
        };
    final Host relay =
        hosts.start(
            builder ->
                builder
                    .relay(FREE)
                    .autoNatServer(AutoNatLimits.DEFAULT.withPrivateAddresses())
                    .gate(inOnly));
    final Multiaddr at = relay.addresses().getFirst().withPeer(relay.id());
    final Multiaddr through = through(relay);
    final CompletableFuture<Void> reached = new CompletableFuture<>();
    final Host target =
        hosts.start(
            builder ->
                builder
                    .autoNat(new AutoNatParams(Duration.ofMinutes(1), 1, true))
                    .autoRelay(List.of(at)),
            host ->
                host.addListener(
                    new HostListener() {
                      @Override
                      public void addressesChanged(final List<Multiaddr> addresses) {
                        if (addresses.contains(through)) {
                          reached.complete(null);
                        }
                      }
                    }));
    assertThat(target.addresses()).hasSize(1);
    connect(target, relay);
    await(reached);
    assertThat(target.reachability()).isEqualTo(Reachability.PRIVATE);
    final Connection connection = await(hosts.start().connect(target.id(), List.of(through)));
    assertThat(connection.remoteAddress()).isEqualTo(through);
  }
}
