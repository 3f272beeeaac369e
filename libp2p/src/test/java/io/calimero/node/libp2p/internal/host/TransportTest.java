// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.host;

import static io.calimero.node.libp2p.internal.host.Hosts.ECHO;
import static io.calimero.node.libp2p.internal.host.Hosts.await;
import static io.calimero.node.libp2p.internal.host.Hosts.connect;
import static io.calimero.node.libp2p.internal.host.Hosts.readAll;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.calimero.node.libp2p.AuthenticationException;
import io.calimero.node.libp2p.Connection;
import io.calimero.node.libp2p.ConnectionException;
import io.calimero.node.libp2p.ConnectionGate;
import io.calimero.node.libp2p.Host;
import io.calimero.node.libp2p.HostBuilder;
import io.calimero.node.libp2p.HostLimits;
import io.calimero.node.libp2p.Libp2pException;
import io.calimero.node.libp2p.LimitException;
import io.calimero.node.libp2p.Multiaddr;
import io.calimero.node.libp2p.PrivateKey;
import io.calimero.node.libp2p.Stream;
import io.calimero.node.libp2p.StreamException;
import io.calimero.node.libp2p.internal.async.Futures;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds of a connection whatever carries it. */
final class TransportTest {
  private static final String TCP = "/ip4/127.0.0.1/tcp/0";
  private static final String WEBSOCKET = "/ip4/127.0.0.1/tcp/0/ws";
  private static final String QUIC = "/ip4/127.0.0.1/udp/0/quic-v1";
  private static final String QUIC6 = "/ip6/::1/udp/0/quic-v1";

  private final Hosts hosts = new Hosts();

  @AfterEach
  void stop() {
    hosts.close();
  }

  private Host listening(final String address) {
    return hosts.start(builder -> builder.listen(address));
  }

  private static HostConfig config(final String... addresses) {
    return new HostConfig(
        PrivateKey.generate(new SecureRandom()),
        Arrays.stream(addresses).map(Multiaddr::parse).toList(),
        List.of(),
        List.of(),
        List.of(HostBuilder.NOISE),
        HostLimits.DEFAULT,
        ConnectionGate.OPEN,
        "agent",
        "protocol",
        new SecureRandom(),
        InstantSource.system(),
        Optional.empty(),
        1,
        Optional.empty(),
        NatOptions.NONE);
  }

  @ParameterizedTest
  @ValueSource(strings = {TCP, WEBSOCKET, QUIC, QUIC6})
  void whatIsSentComesBackWhole(final String address) {
    final Host one = hosts.start();
    final Host two = listening(address);
    final Connection connection = connect(one, two);
    assertThat(connection.remoteAddress()).isEqualTo(two.addresses().getFirst());
    assertThat(two.addresses().getFirst().toString())
        .startsWith(address.substring(0, address.indexOf("/0") + 1))
        .endsWith(address.substring(address.indexOf("/0") + 2));
    final byte[] sent = new byte[8 << 20];
    new Random(1).nextBytes(sent);
    final Stream stream = await(connection.openStream(List.of(ECHO)));
    final CompletableFuture<Void> written =
        stream.write(sent).thenCompose(done -> stream.closeWrite());
    assertThat(readAll(stream)).isEqualTo(sent);
    await(written);
    await(stream.closed());
    assertThat(connection.streams()).isZero();
    assertThat(await(two.ping(one.id()))).isPositive();
  }

  @ParameterizedTest
  @ValueSource(strings = {TCP, WEBSOCKET, QUIC})
  void manyStreamsShareAConnection(final String address) {
    final Host two = listening(address);
    final Connection connection = connect(hosts.start(), two);
    final List<Stream> streams = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      streams.add(await(connection.openStream(List.of(ECHO))));
    }
    for (int i = 0; i < 100; i++) {
      final Stream stream = streams.get(i);
      Futures.ignore(stream.write(new byte[1000 + i]));
      Futures.ignore(stream.closeWrite());
    }
    for (int i = 0; i < 100; i++) {
      assertThat(readAll(streams.get(i))).hasSize(1000 + i);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {TCP, WEBSOCKET, QUIC})
  void aSlowReaderHoldsUpItsWriterAndNobodyElse(final String address) {
    final Host two = listening(address);
    final CompletableFuture<Stream> slow = new CompletableFuture<>();
    two.handle("/slow/1", slow::complete);
    final Connection connection = connect(hosts.start(), two);
    final Stream stream = await(connection.openStream(List.of("/slow/1")));
    final byte[] much = new byte[4 << 20];
    new Random(2).nextBytes(much);
    final CompletableFuture<Void> written =
        stream.write(much).thenCompose(done -> stream.closeWrite());
    // The echo goes there and back while the other stream is stuck.
    final Stream other = await(connection.openStream(List.of(ECHO)));
    Futures.ignore(other.write(new byte[1 << 20]).thenCompose(done -> other.closeWrite()));
    assertThat(readAll(other)).hasSize(1 << 20);
    assertThat(written).isNotDone();
    assertThatThrownBy(() -> await(stream.write(new byte[1])))
        .isInstanceOf(LimitException.class)
        .hasMessageContaining("queued");
    assertThat(readAll(await(slow))).isEqualTo(much);
    await(written);
  }

  @ParameterizedTest
  @ValueSource(strings = {TCP, WEBSOCKET, QUIC})
  void aResetEndsBothSidesOfAStreamOnly(final String address) {
    final Host two = listening(address);
    final CompletableFuture<Stream> taken = new CompletableFuture<>();
    two.handle("/reset/1", taken::complete);
    final Connection connection = connect(hosts.start(), two);
    final Stream stream = await(connection.openStream(List.of("/reset/1")));
    final CompletableFuture<byte[]> read = await(taken).read();
    stream.reset();
    assertThatThrownBy(() -> await(read)).isInstanceOf(StreamException.class);
    assertThatThrownBy(() -> await(stream.read())).isInstanceOf(StreamException.class);
    assertThatThrownBy(() -> await(stream.write(new byte[1]))).isInstanceOf(StreamException.class);
    await(stream.closed());
    await(await(taken).closed());
    assertThat(await(two.ping(two.connections().getFirst().remotePeer()))).isPositive();
    assertThat(connection.closed()).isNotDone();
  }

  @ParameterizedTest
  @ValueSource(strings = {TCP, WEBSOCKET, QUIC})
  void theEndOfAHostEndsItsConnectionsAndStreams(final String address) {
    final Host one = hosts.start();
    final Host two = listening(address);
    final Connection connection = connect(one, two);
    final Stream stream = await(connection.openStream(List.of(ECHO)));
    final CompletableFuture<byte[]> read = stream.read();
    await(two.stop());
    assertThat(await(connection.closed())).isNotEmpty();
    assertThatThrownBy(() -> await(read)).isInstanceOf(StreamException.class);
    assertThatThrownBy(() -> await(connection.openStream(List.of(ECHO))))
        .isInstanceOf(ConnectionException.class);
    assertThat(one.connections()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {TCP, WEBSOCKET, QUIC})
  void anotherPeerThanExpectedIsRefused(final String address) {
    final Host one = hosts.start();
    final Host two = listening(address);
    final PrivateKey other = PrivateKey.ofSeed(new byte[32]);
    assertThatThrownBy(() -> await(one.connect(other.peerId(), two.addresses())))
        .isInstanceOf(AuthenticationException.class)
        .hasMessageContaining(two.id().toString());
    assertThatThrownBy(() -> await(one.connect(one.addresses().getFirst())))
        .isInstanceOf(AuthenticationException.class);
    connect(hosts.start(), two);
  }

  @ParameterizedTest
  @ValueSource(strings = {TCP, WEBSOCKET, QUIC})
  void streamsBeyondTheLimitAreRefused(final String address) {
    final HostLimits few = HostLimits.DEFAULT.withHandshakesAndStreams(256, 10);
    final Host host = hosts.start(builder -> builder.limits(few).listen(address));
    final Host peer = hosts.start();
    host.handle("/hold/1", stream -> assertThat(stream.protocol()).isEqualTo("/hold/1"));
    final Connection connection = connect(peer, host);
    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 20; i++) {
                await(connection.openStream(List.of("/hold/1")));
              }
            })
        .isInstanceOf(Libp2pException.class);
    assertThat(connection.closed()).isNotDone();
  }

  @ParameterizedTest
  @ValueSource(strings = {TCP, WEBSOCKET, QUIC})
  void aStreamWithoutAProtocolInCommonIsRefused(final String address) {
    final Connection connection = connect(hosts.start(), listening(address));
    assertThatThrownBy(() -> await(connection.openStream(List.of("/unknown/1"))))
        .isInstanceOf(Libp2pException.class)
        .hasMessageContaining("speaks none");
    assertThat(await(connection.openStream(List.of("/unknown/1", ECHO))).protocol())
        .isEqualTo(ECHO);
  }

  @Test
  void aQuietQuicConnectionIsKeptUp() throws InterruptedException {
    final HostLimits brisk =
        HostLimits.DEFAULT.withKeepAlive(Duration.ofSeconds(1), Duration.ofSeconds(5));
    final Host one = hosts.start(builder -> builder.limits(brisk));
    final Host two = hosts.start(builder -> builder.limits(brisk).listen(QUIC));
    final CountDownLatch asked = new CountDownLatch(7);
    // Whoever asks first breaks the silence for both.
    for (final Host host : List.of(one, two)) {
      host.handle(
          "/ipfs/ping/1.0.0",
          stream -> {
            asked.countDown();
            Hosts.echo(stream);
          });
    }
    final Connection connection = connect(one, two);
    // Seven periods of silence are longer than the time after which QUIC gives a peer up.
    assertThat(asked.await(90, TimeUnit.SECONDS)).isTrue();
    assertThat(connection.closed()).isNotDone();
  }

  @Test
  void whyAQuicConnectionEndsIsTold() {
    final Host one = hosts.start();
    final Host two = listening(QUIC);
    final Connection connection = connect(one, two);
    assertThat(connection.security()).isEqualTo(HostBuilder.TLS);
    assertThat(connection.muxer()).isEqualTo("/quic-v1");
    await(connection.openStream(List.of(ECHO)));
    await(two.connections().getFirst().close());
    assertThat(await(connection.closed())).contains("closed on this side");
    final Host three = hosts.start();
    two.peers().adjustReputation(three.id(), -1000);
    assertThat(await(connect(three, two).closed())).contains("this peer is banned");
  }

  @Test
  void addressesOfEveryKindAreTriedForOnePeer() {
    final Host two =
        hosts.start(
            builder ->
                builder.listen(
                    List.of(
                        Multiaddr.parse(TCP), Multiaddr.parse(QUIC), Multiaddr.parse(WEBSOCKET))));
    assertThat(two.addresses()).hasSize(3);
    final List<Multiaddr> dead =
        List.of(
            Multiaddr.parse("/ip4/127.0.0.1/udp/1/quic-v1"),
            Multiaddr.parse("/ip4/127.0.0.1/tcp/1"),
            Multiaddr.parse("/ip4/127.0.0.1/tcp/1/ws"));
    for (final Multiaddr alive : two.addresses()) {
      final List<Multiaddr> all = new ArrayList<>(dead);
      all.add(alive);
      final Connection connection = await(hosts.start().connect(two.id(), all));
      assertThat(connection.remoteAddress()).isEqualTo(alive);
    }
  }

  @Test
  void withoutTheNativeLibraryOfQuicTcpGoesOn() {
    final Optional<String> missing = Optional.of("not for this platform");
    final NettyHost host = new NettyHost(config(QUIC, TCP), missing);
    try {
      await(host.start());
      assertThat(host.addresses()).hasSize(1);
      final Host friend = listening(QUIC);
      assertThat(await(friend.connect(host.id(), host.addresses())).muxer())
          .isEqualTo("/yamux/1.0.0");
      assertThatThrownBy(() -> await(host.connect(hosts.start().id(), friend.addresses())))
          .isInstanceOf(ConnectionException.class)
          .hasMessageContaining("None of these can be dialled");
    } finally {
      await(host.stop());
    }
    final NettyHost only = new NettyHost(config(QUIC), missing);
    assertThatThrownBy(() -> await(only.start()))
        .isInstanceOf(ConnectionException.class)
        .hasMessageContaining("Cannot listen");
  }
}
