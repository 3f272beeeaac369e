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
import io.calimero.node.libp2p.HostBuilder;
import io.calimero.node.libp2p.HostLimits;
import io.calimero.node.libp2p.HostListener;
import io.calimero.node.libp2p.PeerInfo;
import io.calimero.node.libp2p.Stream;
import io.calimero.node.libp2p.StreamException;
import io.calimero.node.libp2p.internal.async.Futures;
import io.calimero.node.libp2p.internal.host.Hosts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Connections with js-libp2p: who dials, what is agreed on, what is carried, how it ends. */
@Execution(ExecutionMode.CONCURRENT)
final class JsConnectionIT {
  private static final HostLimits IMPATIENT =
      HostLimits.DEFAULT.withKeepAlive(Duration.ofSeconds(2), Duration.ofSeconds(6));

  private final Hosts hosts = new Hosts();

  @AfterEach
  void stop() {
    hosts.close();
  }

  private static String address(final Host host) {
    return host.addresses().getFirst().withPeer(host.id()).toString();
  }

  /** What carries a connection: where the JVM's host listens, the options of js, what is agreed. */
  enum Carrier {
    NOISE("/ip4/127.0.0.1/tcp/0", "{}", "/noise", "/yamux/1.0.0"),
    TLS("/ip4/127.0.0.1/tcp/0", "{\"security\":[\"tls\"]}", "/tls/1.0.0", "/yamux/1.0.0"),
    WEBSOCKET(
        "/ip4/127.0.0.1/tcp/0/ws",
        "{\"listen\":[\"/ip4/127.0.0.1/tcp/0/ws\"]}",
        "/noise",
        "/yamux/1.0.0"),
    QUIC(
        "/ip4/127.0.0.1/udp/0/quic-v1",
        "{\"quic\":true,\"listen\":[\"/ip4/127.0.0.1/udp/0/quic-v1\"]}",
        "/tls/1.0.0",
        "/quic-v1");

    private final String listen;
    private final String js;
    private final String security;
    private final String muxer;

    Carrier(final String listen, final String js, final String security, final String muxer) {
      this.listen = listen;
      this.js = js;
      this.security = security;
      this.muxer = muxer;
    }

    /** How js names what secures it. */
    String jsSecurity() {
      return this == QUIC ? "native" : security;
    }
  }

  @ParameterizedTest
  @EnumSource
  void aDialToJsCarriesEverything(final Carrier carrier) {
    try (JsPeer js = JsPeer.start(carrier.js)) {
      final Host host = hosts.start(builder -> builder.listen(carrier.listen));
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
      assertThat(connection.security()).isEqualTo(carrier.security);
      assertThat(connection.muxer()).isEqualTo(carrier.muxer);
      for (int i = 0; i < 3; i++) {
        assertThat(await(host.ping(js.id()))).isPositive();
      }
      echo(connection, 8 << 20);
      manyStreams(connection);
      js.ask("handle", "protocol", "/pushed/1");
      assertThat(await(identified).agentVersion()).contains("js-libp2p");
    }
  }

  @ParameterizedTest
  @EnumSource
  void aDialFromJsCarriesEverything(final Carrier carrier) {
    try (JsPeer js = JsPeer.start(carrier.js)) {
      final Host host =
          hosts.start(builder -> builder.versions("tester/1", "/test/1").listen(carrier.listen));
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
      assertThat(dialled.get("security").asText()).isEqualTo(carrier.jsSecurity());
      assertThat(await(connected).remotePeer()).isEqualTo(js.id());
      assertThat(await(connected).security()).isEqualTo(carrier.security);
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
  @CsvSource(
      delimiter = '|',
      value = {
        "tls,noise  | mplex,yamux | tls,noise | /tls/1.0.0",
        "noise,tls  | yamux,mplex | tls,noise | /noise",
        "noise      | yamux       | tls,noise | /noise",
        "tls        | yamux       | noise,tls | /tls/1.0.0",
        "tls,noise  | yamux       | noise     | /noise",
        "noise,tls  | yamux       | tls       | /tls/1.0.0"
      })
  void aDialFromJsFallsBackToWhatIsCommon(
      final String theirs, final String muxers, final String ours, final String agreed) {
    try (JsPeer js = JsPeer.start(offering(theirs, muxers))) {
      final Host host = hosts.start(builder -> builder.security(protocols(ours)));
      final JsonNode dialled = js.ask("dial", "to", address(host));
      assertThat(dialled.get("security").asText()).isEqualTo(agreed);
      assertThat(dialled.get("muxer").asText()).isEqualTo("/yamux/1.0.0");
      assertThat(js.ask("ping", "peer", host.id().toString()).get("times")).hasSize(3);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "tls,noise | mplex,yamux | tls,noise | /tls/1.0.0",
        "noise     | mplex,yamux | tls,noise | /noise",
        "tls       | yamux       | noise,tls | /tls/1.0.0"
      })
  void aDialToJsFallsBackToWhatIsCommon(
      final String theirs, final String muxers, final String ours, final String agreed) {
    try (JsPeer js = JsPeer.start(offering(theirs, muxers))) {
      final Host host = hosts.start(builder -> builder.security(protocols(ours)));
      final Connection connection = await(host.connect(js.id(), js.addresses()));
      assertThat(connection.security()).isEqualTo(agreed);
      assertThat(connection.muxer()).isEqualTo("/yamux/1.0.0");
      assertThat(await(host.ping(js.id()))).isPositive();
    }
  }

  private static String offering(final String security, final String muxers) {
    return "{\"security\":[%s],\"muxers\":[%s]}".formatted(quoted(security), quoted(muxers));
  }

  private static String quoted(final String names) {
    return "\"" + names.replace(",", "\",\"") + "\"";
  }

  private static List<String> protocols(final String names) {
    return Arrays.stream(names.split(","))
        .map(name -> name.equals("tls") ? HostBuilder.TLS : HostBuilder.NOISE)
        .toList();
  }

  @ParameterizedTest
  @EnumSource
  void theDeathOfJsEndsTheConnectionAndItsStreams(final Carrier carrier) {
    try (JsPeer js = JsPeer.start(carrier.js)) {
      // A peer that dies without a word is only missed over QUIC, after the time without packets.
      final Host host = hosts.start(builder -> builder.limits(IMPATIENT));
      final Connection connection = await(host.connect(js.id(), js.addresses()));
      final Stream stream = await(connection.openStream(List.of(ECHO)));
      final CompletableFuture<byte[]> read = stream.read();
      js.kill();
      assertThat(await(connection.closed())).isNotEmpty();
      assertThatThrownBy(() -> await(read)).isInstanceOf(StreamException.class);
      assertThat(host.connections()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void jsSurvivesTheEndOfThisSide(final Carrier carrier) {
    try (JsPeer js = JsPeer.start(carrier.js)) {
      final Host host = hosts.start();
      final Connection connection = await(host.connect(js.id(), js.addresses()));
      await(connection.openStream(List.of(ECHO)));
      await(host.stop());
      final Host next = hosts.start();
      await(next.connect(js.id(), js.addresses()));
      assertThat(await(next.ping(js.id()))).isPositive();
    }
  }

  @ParameterizedTest
  @EnumSource
  void jsNoticesTheDeathOfThisSide(final Carrier carrier) {
    try (JsPeer js = JsPeer.start(carrier.js);
        MortalHost mortal = MortalHost.start(js)) {
      assertThat(js.ask("connections").get("peers").get(0).asText()).isEqualTo(mortal.id());
      mortal.kill();
      js.ask("gone", "peer", mortal.id());
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
