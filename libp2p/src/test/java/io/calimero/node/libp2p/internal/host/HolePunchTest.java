// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.host;

import static io.calimero.node.libp2p.internal.host.Hosts.ECHO;
import static io.calimero.node.libp2p.internal.host.Hosts.await;
import static io.calimero.node.libp2p.internal.host.Hosts.readAll;
import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.libp2p.AddressProtocol;
import io.calimero.node.libp2p.Connection;
import io.calimero.node.libp2p.Direction;
import io.calimero.node.libp2p.HolePunchParams;
import io.calimero.node.libp2p.Host;
import io.calimero.node.libp2p.HostListener;
import io.calimero.node.libp2p.Multiaddr;
import io.calimero.node.libp2p.RelayLimits;
import io.calimero.node.libp2p.Stream;
import io.calimero.node.libp2p.internal.async.EventLoopTimers;
import io.calimero.node.libp2p.internal.async.Futures;
import io.calimero.node.libp2p.internal.dcutr.Dcutr;
import io.calimero.node.libp2p.internal.dcutr.HolePunch;
import io.calimero.node.libp2p.internal.protocols.MessageStream;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Relayed connections that become direct ones, on loopback. */
final class HolePunchTest {
  private static final HolePunchParams HERE = HolePunchParams.DEFAULT.withPrivateAddresses();

  private final Hosts hosts = new Hosts();

  @AfterEach
  void stop() {
    hosts.close();
  }

  /** Completes with the first direct connection. */
  private static final class Direct implements HostListener {
    private final CompletableFuture<Connection> found = new CompletableFuture<>();
    private final CompletableFuture<Void> relayEnded = new CompletableFuture<>();
    private final Host relay;

    Direct(final Host relay) {
      this.relay = relay;
    }

    @Override
    public void connected(final Connection connection) {
      if (!connection.remoteAddress().has(AddressProtocol.P2P_CIRCUIT)
          && !connection.remotePeer().equals(relay.id())) {
        found.complete(connection);
      }
    }

    @Override
    public void disconnected(final Connection connection, final String reason) {
      if (connection.remoteAddress().has(AddressProtocol.P2P_CIRCUIT)) {
        relayEnded.complete(null);
      }
    }
  }

  private static Multiaddr through(final Host relay) {
    return relay.addresses().getFirst().withPeer(relay.id()).with(AddressProtocol.P2P_CIRCUIT, "");
  }

  private Host behind(final Host relay, final Direct events, final List<Multiaddr> also) {
    final CompletableFuture<Void> reached = new CompletableFuture<>();
    final Host host =
        hosts.start(
            builder ->
                builder
                    .holePunching(HERE)
                    .listen(
                        java.util.stream.Stream.concat(
                                also.stream(), java.util.stream.Stream.of(through(relay)))
                            .toList()),
            starting -> {
              starting.addListener(events);
              starting.addListener(
                  new HostListener() {
                    @Override
                    public void addressesChanged(final List<Multiaddr> addresses) {
                      reached.complete(null);
                    }
                  });
            });
    await(reached);
    return host;
  }

  private static void echo(final Connection connection) {
    final Stream stream = await(connection.openStream(List.of(ECHO)));
    Futures.ignore(stream.write(new byte[1000]).thenCompose(done -> stream.closeWrite()));
    assertThat(readAll(stream)).hasSize(1000);
  }

  @Test
  void aPeerThatListensIsDialledByTheOneBehindTheRelay() {
    final Host relay = hosts.start(builder -> builder.relay(RelayLimits.DEFAULT));
    final Direct events = new Direct(relay);
    final Host target = behind(relay, events, List.of());
    final Host source = hosts.start(builder -> builder.holePunching(HERE));
    final Connection relayed = await(source.connect(target.id(), List.of(through(relay))));
    final Connection direct = await(events.found);
    assertThat(direct.direction()).isEqualTo(Direction.OUTBOUND);
    echo(direct);
    assertThat(await(relayed.closed())).isNotEmpty();
    await(events.relayEnded);
    assertThat(source.connection(target.id()).orElseThrow().limited()).isFalse();
  }

  @Test
  void bothDialWhenTheOneThatCameCannotBeDialled() {
    final Host relay = hosts.start(builder -> builder.relay(RelayLimits.DEFAULT));
    final Direct events = new Direct(relay);
    final Host target = behind(relay, events, List.of(Multiaddr.parse("/ip4/127.0.0.1/tcp/0")));
    final Host source = hosts.start(builder -> builder.holePunching(HERE).listen(List.of()));
    // Only the relay's address is known; the direct one is learned by DCUtR.
    final Connection relayed = await(source.connect(target.id(), List.of(through(relay))));
    assertThat(relayed.remoteAddress()).isEqualTo(through(relay));
    final Connection direct = await(events.found);
    assertThat(direct.direction()).isEqualTo(Direction.INBOUND);
    echo(direct);
    assertThat(await(relayed.closed())).isNotEmpty();
    echo(await(source.connect(target.id(), List.of())));
  }

  @Test
  void dialsLeaveFromThePortThatIsListenedOnAsLongAsItIsFree() {
    final Host host = hosts.start(builder -> builder.holePunching(HERE));
    final Host peer = hosts.start();
    final Connection connection = Hosts.connect(host, peer);
    assertThat(connection.localAddress()).isEqualTo(host.addresses().getFirst());
    // Whoever answers has taken the connection in.
    assertThat(await(host.ping(peer.id()))).isPositive();
    assertThat(peer.connection(host.id()).orElseThrow().remoteAddress())
        .isEqualTo(host.addresses().getFirst());
    final Connection second =
        await(((NettyHost) host).dial(peer.id(), peer.addresses(), Direction.OUTBOUND));
    assertThat(second.localAddress()).isNotEqualTo(connection.localAddress());
    echo(second);
    final Host other = hosts.start();
    assertThat(Hosts.connect(host, other).localAddress()).isEqualTo(host.addresses().getFirst());
    // And others are still let in there.
    echo(Hosts.connect(hosts.start(), host));
  }

  /** Joins two that both dial: each gets a connection that the other has dialled as well. */
  private static final class Crossing implements AutoCloseable {
    private final ServerSocket server = new ServerSocket(0, 2, InetAddress.getLoopbackAddress());

    Crossing() throws IOException {
      Thread.ofVirtual().start(this::join);
    }

    Multiaddr address() {
      return Multiaddr.parse("/ip4/127.0.0.1/tcp/" + server.getLocalPort());
    }

    private void join() {
      try (Socket one = server.accept();
          Socket other = server.accept()) {
        final Thread back = Thread.ofVirtual().start(() -> carry(other, one));
        carry(one, other);
        back.join();
      } catch (final IOException e) {
        // The test is over.
        assertThat(e).hasMessageMatching("(?s).*");
      } catch (final InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private static void carry(final Socket from, final Socket to) {
      try {
        from.getInputStream().transferTo(to.getOutputStream());
        to.shutdownOutput();
      } catch (final IOException e) {
        // One of them hung up, which the other one sees.
        assertThat(e).hasMessageMatching("(?s).*");
      }
    }

    @Override
    public void close() throws IOException {
      server.close();
    }
  }

  @Test
  void onAConnectionThatBothHaveDialledTheOneThatBeganIsTheServer() throws IOException {
    final Host relay = hosts.start(builder -> builder.relay(RelayLimits.DEFAULT));
    final Direct events = new Direct(relay);
    final Host target = behind(relay, events, List.of());
    final Host source = hosts.start(builder -> builder.holePunching(HERE).listen(List.of()));
    try (Crossing crossing = new Crossing()) {
      // The test answers for the source, as if it were seen at the crossing.
      source.handle(
          Dcutr.ID,
          stream -> {
            final MessageStream messages =
                new MessageStream(
                    stream,
                    4096,
                    new EventLoopTimers(GlobalEventExecutor.INSTANCE),
                    Duration.ofSeconds(20));
            final byte[] here =
                new HolePunch(HolePunch.Type.CONNECT, List.of(crossing.address())).encode();
            Futures.ignore(
                messages
                    .next()
                    .thenCompose(connect -> messages.ask(here))
                    .thenCompose(
                        sync ->
                            ((NettyHost) source)
                                .dial(
                                    target.id(), List.of(crossing.address()), Direction.OUTBOUND)));
          });
      Futures.ignore(source.connect(target.id(), List.of(through(relay))));
      final Connection direct = await(events.found);
      assertThat(direct.remotePeer()).isEqualTo(source.id());
      assertThat(direct.direction()).isEqualTo(Direction.INBOUND);
      assertThat(direct.remoteAddress()).isEqualTo(crossing.address());
      echo(direct);
    }
  }
}
