// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.host;

import static io.calimero.node.libp2p.internal.host.Hosts.ECHO;
import static io.calimero.node.libp2p.internal.host.Hosts.await;
import static io.calimero.node.libp2p.internal.host.Hosts.connect;
import static io.calimero.node.libp2p.internal.host.RawSockets.assertAlive;
import static io.calimero.node.libp2p.internal.host.RawSockets.assertHungUp;
import static io.calimero.node.libp2p.internal.host.RawSockets.socket;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.calimero.node.libp2p.Connection;
import io.calimero.node.libp2p.ConnectionException;
import io.calimero.node.libp2p.ConnectionGate;
import io.calimero.node.libp2p.Direction;
import io.calimero.node.libp2p.Host;
import io.calimero.node.libp2p.HostLimits;
import io.calimero.node.libp2p.HostListener;
import io.calimero.node.libp2p.LimitException;
import io.calimero.node.libp2p.MalformedException;
import io.calimero.node.libp2p.Multiaddr;
import io.calimero.node.libp2p.PeerId;
import io.calimero.node.libp2p.PeerInfo;
import io.calimero.node.libp2p.Stream;
import io.calimero.node.libp2p.StreamException;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Peers that mean harm, or are broken: the host stays up, and they lose the connection. */
final class HostilePeerTest {
  private static final byte[] HELLO =
      "\u0013/multistream/1.0.0\n\u0007/noise\n".getBytes(StandardCharsets.US_ASCII);

  private final Hosts hosts = new Hosts();

  @AfterEach
  void stop() {
    hosts.close();
  }

  @Test
  void aSlowLorisIsHungUpOn() throws IOException {
    final Host host =
        hosts.start(
            builder ->
                builder.limits(
                    HostLimits.DEFAULT.withTimes(
                        Duration.ofMillis(300), Duration.ofSeconds(10), Duration.ofMinutes(1))));
    final Socket silent = socket(host);
    final Socket halfway = socket(host);
    halfway.getOutputStream().write(HELLO);
    halfway.getOutputStream().write(new byte[] {0, 32, 1, 2, 3});
    assertHungUp(silent);
    assertHungUp(halfway);
    assertAlive(hosts, host);
  }

  @Test
  void garbageIsHungUpOn() throws IOException {
    final Host host = hosts.start();
    final long seed = System.nanoTime();
    final Random random = new Random(seed);
    for (int i = 0; i < 50; i++) {
      final byte[] garbage = new byte[random.nextInt(1, 4096)];
      random.nextBytes(garbage);
      // A first byte that announces a length that is not allowed, so that it need not wait.
      garbage[0] = 0;
      final Socket socket = socket(host);
      if (i % 2 == 0) {
        socket.getOutputStream().write(HELLO);
        garbage[0] = (byte) 0xff;
      }
      send(socket, garbage);
      assertHungUp(socket);
    }
    assertAlive(hosts, host);
  }

  private static void send(final Socket socket, final byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
    } catch (final IOException e) {
      // The host may have hung up before everything was sent, which is what is hoped for.
      assertThat(e).hasMessageMatching("(?s).*(reset|pipe).*");
    }
  }

  @Test
  void aStreamThatNeverAgreesIsReset() {
    final Host host =
        hosts.start(
            builder ->
                builder.limits(
                    HostLimits.DEFAULT.withTimes(
                        Duration.ofSeconds(10), Duration.ofSeconds(2), Duration.ofMinutes(1))));
    final Host peer = hosts.start();
    final P2pConnection connection = (P2pConnection) connect(peer, host);
    final RawStream raw = raw(connection);
    final CompletableFuture<byte[]> hello = raw.read();
    await(raw.write(new byte[] {0x13}));
    assertThat(await(hello)).hasSize(20);
    assertThatThrownBy(() -> await(raw.read())).isInstanceOf(StreamException.class);
    assertThat(await(peer.ping(host.id()))).isPositive();
  }

  private static RawStream raw(final P2pConnection connection) {
    final CompletableFuture<RawStream> opened = new CompletableFuture<>();
    connection.loop().execute(() -> opened.complete(connection.session().open()));
    return await(opened);
  }

  @Test
  void streamsBeyondTheLimitAreRefused() {
    final HostLimits few = HostLimits.DEFAULT.withHandshakesAndStreams(256, 10);
    final Host host = hosts.start(builder -> builder.limits(few));
    final Host peer = hosts.start();
    host.handle("/hold/1", stream -> assertThat(stream.protocol()).isEqualTo("/hold/1"));
    final Connection connection = connect(peer, host);
    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 20; i++) {
                await(connection.openStream(List.of("/hold/1")));
              }
            })
        .isInstanceOf(StreamException.class);
    assertThat(connection.closed()).isNotDone();
    final Connection other = connect(host, peer);
    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 20; i++) {
                await(other.openStream(List.of(ECHO)));
              }
            })
        .isInstanceOf(LimitException.class);
  }

  @Test
  void aHandlerThatFailsCostsItsStreamOnly() {
    final Host host = hosts.start();
    host.handle(
        "/fails/1",
        stream -> {
          throw new IllegalStateException("on purpose");
        });
    final Host peer = hosts.start();
    final Connection connection = connect(peer, host);
    final Stream stream = await(connection.openStream(List.of("/fails/1")));
    assertThatThrownBy(() -> await(stream.read())).isInstanceOf(StreamException.class);
    assertThat(await(peer.ping(host.id()))).isPositive();
  }

  @Test
  void connectionsBeyondTheLimitsAreClosed() {
    final Host host =
        hosts.start(builder -> builder.limits(HostLimits.DEFAULT.withConnections(2, 1, 64)));
    // Who dials is done before the other end is, which takes in what it finishes first.
    final Semaphore taken = new Semaphore(0);
    host.addListener(
        new HostListener() {
          @Override
          public void connected(final Connection connection) {
            taken.release();
          }
        });
    final Host one = hosts.start();
    connect(one, host);
    taken.acquireUninterruptibly();
    // A second one from the same peer, and then too many in all.
    final Connection second = await(one.connect(host.addresses().getFirst()));
    assertThat(await(second.closed())).isNotEmpty();
    connect(hosts.start(), host);
    taken.acquireUninterruptibly();
    final Host third = hosts.start();
    assertThatThrownBy(() -> connect(third, host)).isInstanceOf(ConnectionException.class);
    assertThat(host.connections()).hasSize(2);
  }

  @Test
  void theGateKeepsPeersAndAddressesOut() {
    final Host stranger = hosts.start();
    final Host host =
        hosts.start(
            builder ->
                builder.gate(
                    new ConnectionGate() {
                      @Override
                      public boolean allows(final PeerId peer, final Direction direction) {
                        return !peer.equals(stranger.id());
                      }

                      @Override
                      public boolean allows(final Multiaddr address, final Direction direction) {
                        return direction == Direction.INBOUND;
                      }
                    }));
    final Connection connection = connect(stranger, host);
    assertThat(await(connection.closed())).isNotEmpty();
    assertThatThrownBy(() -> connect(host, stranger)).isInstanceOf(ConnectionException.class);
    assertAlive(hosts, host);
  }

  @Test
  void aBannedPeerIsRefused() {
    final Host host = hosts.start();
    final Host peer = hosts.start();
    host.peers().adjustReputation(peer.id(), -1000);
    assertThat(host.peers().reputation(peer.id())).isEqualTo(-100);
    assertThat(await(connect(peer, host).closed())).isNotEmpty();
    assertThatThrownBy(() -> connect(host, peer))
        .isInstanceOf(ConnectionException.class)
        .hasMessageContaining("banned");
  }

  @Test
  void anUnusedConnectionIsClosedAndAUsedOneIsNot() {
    final Host host =
        hosts.start(
            builder ->
                builder.limits(
                    HostLimits.DEFAULT.withTimes(
                        Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofSeconds(2))));
    final Host idle = hosts.start();
    final Host busy = hosts.start();
    final Connection unused = connect(host, idle);
    final Connection used = connect(host, busy);
    final Stream stream = await(used.openStream(List.of(ECHO)));
    assertThat(await(unused.closed())).isEqualTo("nobody uses it");
    assertThat(used.closed()).isNotDone();
    stream.reset();
    assertThat(await(used.closed())).isEqualTo("nobody uses it");
  }

  @Test
  void bootstrapPeersAreDialledAgainAndKept() throws InterruptedException {
    final Host peer = hosts.start();
    final BlockingQueue<Connection> connected = new LinkedBlockingQueue<>();
    peer.addListener(
        new HostListener() {
          @Override
          public void connected(final Connection connection) {
            connected.add(connection);
          }
        });
    final List<Multiaddr> addresses = List.of(peer.addresses().getFirst().withPeer(peer.id()));
    final Host host = hosts.start(builder -> builder.bootstrap(addresses));
    final Connection first = connected.poll(90, TimeUnit.SECONDS);
    assertThat(first).isNotNull().extracting(Connection::remotePeer).isEqualTo(host.id());
    await(peer.connection(host.id()).orElseThrow().close());
    assertThat(connected.poll(90, TimeUnit.SECONDS)).isNotNull();
    assertThatThrownBy(() -> hosts.start(builder -> builder.bootstrap(peer.addresses())))
        .isInstanceOf(MalformedException.class);
  }

  @Test
  void aPeerThatDoesNotAnswerIsLeftAloneForAWhile() throws IOException {
    final Host host = hosts.start();
    final Host gone = hosts.start();
    final List<Multiaddr> addresses = gone.addresses();
    await(gone.stop());
    assertThatThrownBy(() -> await(host.connect(gone.id(), addresses)))
        .isInstanceOf(ConnectionException.class)
        .hasMessageContaining("Cannot connect");
    assertThatThrownBy(() -> await(host.connect(gone.id(), addresses)))
        .isInstanceOf(ConnectionException.class)
        .hasMessageContaining("left alone");
  }

  @Test
  void aDialTriesEveryAddressAndNames() {
    final Host host = hosts.start();
    final Host peer = hosts.start();
    final String port = peer.addresses().getFirst().toString().replaceAll(".*/", "");
    final Connection connection =
        await(
            host.connect(
                peer.id(),
                List.of(
                    Multiaddr.parse("/ip4/127.0.0.1/udp/1/quic-v1"),
                    Multiaddr.parse("/ip4/127.0.0.1/tcp/1"),
                    Multiaddr.parse("/dns4/localhost/tcp/" + port))));
    assertThat(connection.remoteAddress().toString()).endsWith("/tcp/" + port);
    assertThatThrownBy(
            () ->
                await(
                    host.connect(
                        hosts.start().id(),
                        List.of(Multiaddr.parse("/ip4/127.0.0.1/udp/1/webrtc-direct")))))
        .hasMessageContaining("None of these");
  }

  @Test
  void aPortThatIsTakenIsSaidSo() {
    final Host host = hosts.start();
    final String taken = host.addresses().getFirst().toString();
    assertThatThrownBy(() -> hosts.start(builder -> builder.listen(taken)))
        .isInstanceOf(ConnectionException.class)
        .hasMessageContaining(taken);
  }

  @Test
  void whatIsKnownOfPeersSurvivesARestart(@TempDir final Path folder) throws IOException {
    final Path file = folder.resolve("peers");
    final Host peer = hosts.start();
    final Host before = hosts.start(builder -> builder.peerFile(file));
    final CompletableFuture<Void> identified = new CompletableFuture<>();
    before.addListener(
        new HostListener() {
          @Override
          public void identified(final Connection connection, final PeerInfo info) {
            identified.complete(null);
          }
        });
    connect(before, peer);
    await(identified);
    before.peers().adjustReputation(peer.id(), 7);
    await(before.stop());
    final Host after = hosts.start(builder -> builder.peerFile(file));
    assertThat(after.peers().addresses(peer.id())).isEqualTo(peer.addresses());
    assertThat(after.peers().reputation(peer.id())).isEqualTo(7);
    assertThat(await(after.ping(peer.id()))).isPositive();
    await(after.stop());
    Files.write(file, new byte[] {1, 2, 3});
    assertThat(hosts.start(builder -> builder.peerFile(file)).peers().peers()).isEmpty();
  }
}
