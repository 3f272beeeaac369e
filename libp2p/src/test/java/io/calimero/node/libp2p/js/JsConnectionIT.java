// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.js;

import static io.calimero.node.libp2p.internal.host.Hosts.ECHO;
import static io.calimero.node.libp2p.internal.host.Hosts.await;
import static io.calimero.node.libp2p.internal.host.Hosts.readAll;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.calimero.node.libp2p.Connection;
import io.calimero.node.libp2p.Host;
import io.calimero.node.libp2p.HostListener;
import io.calimero.node.libp2p.PeerInfo;
import io.calimero.node.libp2p.Stream;
import io.calimero.node.libp2p.StreamException;
import io.calimero.node.libp2p.internal.async.Futures;
import io.calimero.node.libp2p.internal.host.Hosts;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections with js-libp2p: who dials, what is agreed on, what is carried, how it ends. */
final class JsConnectionIT {
  private final Hosts hosts = new Hosts();

  @AfterEach
  void stop() {
    hosts.close();
  }

  private static String address(final Host host) {
    return host.addresses().getFirst().withPeer(host.id()).toString();
  }

  @Test
  void aDialToJsCarriesEverything() {
    try (JsPeer js = JsPeer.start()) {
      final Host host = hosts.start();
      final CompletableFuture<PeerInfo> identified = new CompletableFuture<>();
      host.addListener(
          new HostListener() {
            @Override
            public void identified(final Connection connection, final PeerInfo info) {
              if (info.protocols().contains("/pushed/1")) {
                identified.complete(info);
              }
            }
          });
      final Connection connection = await(host.connect(js.id(), js.addresses()));
      assertThat(connection.security()).isEqualTo("/noise");
      assertThat(connection.muxer()).isEqualTo("/yamux/1.0.0");
      for (int i = 0; i < 3; i++) {
        assertThat(await(host.ping(js.id()))).isPositive();
      }
      echo(connection, 8 << 20);
      manyStreams(connection);
      js.ask("handle", "protocol", "/pushed/1");
      assertThat(await(identified).agentVersion()).contains("js-libp2p");
    }
  }

  @Test
  void aDialFromJsCarriesEverything() {
    try (JsPeer js = JsPeer.start()) {
      final Host host = hosts.start(builder -> builder.versions("tester/1", "/test/1"));
      final CompletableFuture<Connection> connected = new CompletableFuture<>();
      final CompletableFuture<PeerInfo> identified = new CompletableFuture<>();
      host.addListener(
          new HostListener() {
            @Override
            public void connected(final Connection connection) {
              connected.complete(connection);
            }

            @Override
            public void identified(final Connection connection, final PeerInfo info) {
              identified.complete(info);
            }
          });
      final String self = host.id().toString();
      final JsonNode dialled = js.ask("dial", "to", address(host));
      assertThat(dialled.get("peer").asText()).isEqualTo(self);
      assertThat(dialled.get("security").asText()).isEqualTo("/noise");
      assertThat(await(connected).remotePeer()).isEqualTo(js.id());
      assertThat(js.ask("ping", "peer", self).get("times")).hasSize(3);
      final JsonNode echo = js.ask("echo", "peer", self, "size", 8 << 20);
      assertThat(echo.get("length").asInt()).isEqualTo(8 << 20);
      assertThat(echo.get("same").asBoolean()).isTrue();
      assertThat(js.ask("streams", "peer", self, "count", 100).get("total").asInt())
          .isEqualTo(100_000);
      assertThat(await(identified).protocols()).contains("/ipfs/ping/1.0.0");
      final JsonNode info = js.ask("info", "peer", self);
      assertThat(info.get("agent").asText()).isEqualTo("tester/1");
      assertThat(info.get("version").asText()).isEqualTo("/test/1");
      assertThat(info.get("protocols").toString()).contains(ECHO);
      assertThat(info.get("addresses").toString()).contains(host.addresses().getFirst().toString());
      echo(await(connected), 1 << 20);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"security\":[\"tls\",\"noise\"],\"muxers\":[\"mplex\",\"yamux\"]}",
        "{\"security\":[\"noise\",\"tls\"],\"muxers\":[\"yamux\",\"mplex\"]}"
      })
  void aPeerThatOffersMoreFallsBackToWhatIsCommon(final String options) {
    try (JsPeer js = JsPeer.start(options)) {
      final Host host = hosts.start();
      final JsonNode dialled = js.ask("dial", "to", address(host));
      assertThat(dialled.get("security").asText()).isEqualTo("/noise");
      assertThat(dialled.get("muxer").asText()).isEqualTo("/yamux/1.0.0");
      assertThat(js.ask("ping", "peer", host.id().toString()).get("times")).hasSize(3);
    }
  }

  @Test
  void theDeathOfJsEndsTheConnectionAndItsStreams() {
    try (JsPeer js = JsPeer.start()) {
      final Host host = hosts.start();
      final Connection connection = await(host.connect(js.id(), js.addresses()));
      final Stream stream = await(connection.openStream(List.of(ECHO)));
      final CompletableFuture<byte[]> read = stream.read();
      js.kill();
      assertThat(await(connection.closed())).isNotEmpty();
      assertThatThrownBy(() -> await(read)).isInstanceOf(StreamException.class);
      assertThat(host.connections()).isEmpty();
    }
  }

  @Test
  void jsSurvivesTheEndOfThisSide() {
    try (JsPeer js = JsPeer.start()) {
      final Host host = hosts.start();
      final Connection connection = await(host.connect(js.id(), js.addresses()));
      await(connection.openStream(List.of(ECHO)));
      await(host.stop());
      final Host next = hosts.start();
      await(next.connect(js.id(), js.addresses()));
      assertThat(await(next.ping(js.id()))).isPositive();
    }
  }

  private static void echo(final Connection connection, final int size) {
    final byte[] sent = new byte[size];
    new Random(size).nextBytes(sent);
    final Stream stream = await(connection.openStream(List.of(ECHO)));
    Futures.ignore(stream.write(sent).thenCompose(done -> stream.closeWrite()));
    assertThat(readAll(stream)).isEqualTo(sent);
  }

  private static void manyStreams(final Connection connection) {
    final List<Stream> streams = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      streams.add(await(connection.openStream(List.of(ECHO))));
    }
    for (final Stream stream : streams) {
      Futures.ignore(stream.write(new byte[1000]).thenCompose(done -> stream.closeWrite()));
    }
    for (final Stream stream : streams) {
      assertThat(readAll(stream)).hasSize(1000);
    }
  }
}
