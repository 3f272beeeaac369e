// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p;

import static io.calimero.node.libp2p.internal.host.Hosts.ECHO;
import static io.calimero.node.libp2p.internal.host.Hosts.await;
import static io.calimero.node.libp2p.internal.host.Hosts.connect;
import static io.calimero.node.libp2p.internal.host.Hosts.readAll;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.calimero.node.libp2p.internal.async.Futures;
import io.calimero.node.libp2p.internal.host.Hosts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class HostTest {
  private final Hosts hosts = new Hosts();

  @AfterEach
  void stop() {
    hosts.close();
  }

  @Test
  void whatIsSentComesBackWhole() {
    final Host one = hosts.start();
    final Host two = hosts.start();
    final Connection connection = connect(one, two);
    assertThat(connection.remotePeer()).isEqualTo(two.id());
    assertThat(connection.security()).isEqualTo("/tls/1.0.0");
    assertThat(connection.muxer()).isEqualTo("/yamux/1.0.0");
    final byte[] sent = new byte[8 << 20];
    new Random(1).nextBytes(sent);
    final Stream stream = await(connection.openStream(List.of(ECHO)));
    final CompletableFuture<Void> written =
        stream.write(sent).thenCompose(done -> stream.closeWrite());
    assertThat(readAll(stream)).isEqualTo(sent);
    await(written);
    await(stream.closed());
    assertThat(connection.streams()).isZero();
  }

  @Test
  void whatIsAnnouncedIsToldInPlaceOfWhereAHostListens() {
    final List<Multiaddr> elsewhere = List.of(Multiaddr.parse("/ip4/127.0.0.9/tcp/2428"));
    final Host one = hosts.start(builder -> builder.announce(elsewhere));
    final Host two = hosts.start();
    final CompletableFuture<PeerInfo> told = new CompletableFuture<>();
    two.addListener(
        new HostListener() {
          @Override
          public void identified(final Connection connection, final PeerInfo info) {
            told.complete(info);
          }
        });
    connect(one, two);
    assertThat(await(told).listenAddresses()).isEqualTo(elsewhere);
    assertThat(one.addresses()).isEqualTo(elsewhere);
    assertThat(one.listening()).isNotEmpty().doesNotContainAnyElementsOf(elsewhere);
  }

  @Test
  void peersIdentifyThemselvesAndTellOfChanges() {
    final Host one = hosts.start(builder -> builder.versions("tester/1", "/test/1"));
    final Host two = hosts.start();
    final CompletableFuture<PeerInfo> first = new CompletableFuture<>();
    final CompletableFuture<PeerInfo> changed = new CompletableFuture<>();
    two.addListener(
        new HostListener() {
          @Override
          public void identified(final Connection connection, final PeerInfo info) {
            first.complete(info);
            if (info.protocols().contains("/new/1")) {
              changed.complete(info);
            }
          }
        });
    final CompletableFuture<PeerInfo> ofTwo = new CompletableFuture<>();
    one.addListener(
        new HostListener() {
          @Override
          public void identified(final Connection connection, final PeerInfo info) {
            ofTwo.complete(info);
          }
        });
    connect(one, two);
    final PeerInfo info = await(first);
    assertThat(info.agentVersion()).isEqualTo("tester/1");
    assertThat(info.protocolVersion()).isEqualTo("/test/1");
    assertThat(info.protocols()).contains(ECHO, "/ipfs/ping/1.0.0");
    assertThat(info.listenAddresses()).isEqualTo(one.addresses());
    assertThat(info.observedAddress()).isPresent();
    assertThat(two.peers().addresses(one.id())).isEqualTo(one.addresses());
    await(ofTwo);
    one.handle("/new/1", Stream::reset);
    assertThat(await(changed).protocols()).contains("/new/1");
  }

  @Test
  void aPingTakesTimeAndCanBeRepeated() {
    final Host one = hosts.start();
    final Host two = hosts.start();
    connect(one, two);
    for (int i = 0; i < 3; i++) {
      assertThat(await(one.ping(two.id()))).isPositive();
      assertThat(await(two.ping(one.id()))).isLessThan(Duration.ofSeconds(20));
    }
  }

  @Test
  void anUnknownProtocolIsRefusedAndTheConnectionLives() {
    final Host one = hosts.start();
    final Host two = hosts.start();
    final Connection connection = connect(one, two);
    assertThatThrownBy(() -> await(connection.openStream(List.of("/no/1", "/no/2"))))
        .isInstanceOf(NegotiationException.class)
        .hasMessageContaining("/no/2");
    final Stream stream = await(connection.openStream(List.of("/no/1", ECHO)));
    assertThat(stream.protocol()).isEqualTo(ECHO);
    stream.reset();
  }

  @Test
  void aPeerThatIsNotTheOneDialledIsRefused() {
    final Host one = hosts.start();
    final Host two = hosts.start();
    final Host three = hosts.start();
    assertThatThrownBy(() -> await(one.connect(three.id(), two.addresses())))
        .isInstanceOf(AuthenticationException.class)
        .hasMessageContaining(two.id().toString());
    assertThatThrownBy(() -> await(one.connect(one.addresses().getFirst())))
        .isInstanceOf(AuthenticationException.class)
        .hasMessageContaining("myself");
  }

  @Test
  void aHundredStreamsShareAConnection() {
    final Host one = hosts.start();
    final Host two = hosts.start();
    final Connection connection = connect(one, two);
    final List<Stream> streams = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      streams.add(await(connection.openStream(List.of(ECHO))));
    }
    final byte[] sent = new byte[100_000];
    for (final Stream stream : streams) {
      Futures.ignore(stream.write(sent).thenCompose(done -> stream.closeWrite()));
    }
    for (final Stream stream : streams) {
      assertThat(readAll(stream)).hasSize(sent.length);
    }
  }

  @Test
  void aSlowReaderHoldsTheWriterUp() {
    final Host one = hosts.start();
    final Host two = hosts.start();
    final CompletableFuture<Stream> taken = new CompletableFuture<>();
    two.handle("/slow/1", taken::complete);
    final Connection connection = connect(one, two);
    final Stream stream = await(connection.openStream(List.of("/slow/1")));
    final Stream slow = await(taken);
    await(stream.write(new byte[128 << 10]));
    final CompletableFuture<Void> beyond = stream.write(new byte[2 << 20]);
    assertThatThrownBy(() -> await(stream.write(new byte[1])))
        .isInstanceOf(LimitException.class)
        .hasMessageContaining("queued");
    // The connection itself is not held up by it.
    await(one.ping(two.id()));
    assertThat(beyond).isNotDone();
    int read = 0;
    while (read < (128 << 10) + (2 << 20)) {
      read += await(slow.read()).length;
    }
    await(beyond);
    stream.reset();
    assertThatThrownBy(() -> await(slow.read())).isInstanceOf(StreamException.class);
    assertThatThrownBy(() -> await(stream.write(new byte[1]))).isInstanceOf(StreamException.class);
  }

  @Test
  void bothMayDialAtTheSameTime() {
    final Host one = hosts.start();
    final Host two = hosts.start();
    final CompletableFuture<Connection> there = one.connect(two.id(), two.addresses());
    final CompletableFuture<Connection> back = two.connect(one.id(), one.addresses());
    for (final Connection connection : List.of(await(there), await(back))) {
      final Stream stream = await(connection.openStream(List.of(ECHO)));
      await(stream.closeWrite());
      assertThat(readAll(stream)).isEmpty();
    }
  }

  @Test
  void theEndOfAConnectionIsToldToBothAndEndsItsStreams() {
    final Host one = hosts.start();
    final Host two = hosts.start();
    final CompletableFuture<String> told = new CompletableFuture<>();
    two.addListener(
        new HostListener() {
          @Override
          public void disconnected(final Connection connection, final String reason) {
            told.complete(reason);
          }
        });
    final Connection connection = connect(one, two);
    final Stream stream = await(connection.openStream(List.of(ECHO)));
    final CompletableFuture<byte[]> read = stream.read();
    assertThat(await(connection.close())).isEqualTo("closed on this side");
    assertThatThrownBy(() -> await(read)).isInstanceOf(StreamException.class);
    assertThat(await(told)).isNotEmpty();
    assertThat(one.connections()).isEmpty();
    assertThatThrownBy(() -> await(connection.openStream(List.of(ECHO))))
        .isInstanceOf(ConnectionException.class);
  }
}
