// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.js;

import static io.calimero.node.libp2p.internal.host.Hosts.ECHO;
import static io.calimero.node.libp2p.internal.host.Hosts.await;
import static io.calimero.node.libp2p.internal.host.Hosts.readAll;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.calimero.node.libp2p.AddressProtocol;
import io.calimero.node.libp2p.Connection;
import io.calimero.node.libp2p.Host;
import io.calimero.node.libp2p.HostListener;
import io.calimero.node.libp2p.Multiaddr;
import io.calimero.node.libp2p.PeerId;
import io.calimero.node.libp2p.RelayLimits;
import io.calimero.node.libp2p.Stream;
import io.calimero.node.libp2p.internal.async.Futures;
import io.calimero.node.libp2p.internal.host.Hosts;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Circuits with js-libp2p in each of the three places. */
@Execution(ExecutionMode.CONCURRENT)
final class JsRelayIT {
  private final Hosts hosts = new Hosts();

  @AfterEach
  void stop() {
    hosts.close();
  }

  private static Multiaddr through(final Multiaddr at, final PeerId relay) {
    return at.withPeer(relay).with(AddressProtocol.P2P_CIRCUIT, "");
  }

  private static String address(final Host host) {
    return host.addresses().getFirst().withPeer(host.id()).toString();
  }

  private static final class Events implements HostListener {
    private final CompletableFuture<List<Multiaddr>> reached = new CompletableFuture<>();
    private final CompletableFuture<Connection> relayed = new CompletableFuture<>();

    @Override
    public void addressesChanged(final List<Multiaddr> addresses) {
      if (!addresses.isEmpty()) {
        reached.complete(addresses);
      }
    }

    @Override
    public void connected(final Connection connection) {
      if (connection.remoteAddress().has(AddressProtocol.P2P_CIRCUIT)) {
        relayed.complete(connection);
      }
    }
  }

  /** A host that is reached through {@code relay} only, and has not started. */
  private Host behind(final JsPeer relay, final Events events) {
    return hosts.start(
        builder -> builder.listen(List.of(through(relay.addresses().getFirst(), relay.id()))),
        host -> host.addListener(events));
  }

  private static void echo(final Stream stream, final int size) {
    final byte[] sent = new byte[size];
    new Random(size).nextBytes(sent);
    Futures.ignore(stream.write(sent).thenCompose(done -> stream.closeWrite()));
    assertThat(readAll(stream)).isEqualTo(sent);
  }

  @Test
  void aHostIsReachedThroughARelayOfJs() {
    try (JsPeer relay = JsPeer.start("{\"relay\":\"free\"}");
        JsPeer js = JsPeer.start("{\"circuit\":true}")) {
      final Events events = new Events();
      final Host target = behind(relay, events);
      final Multiaddr address = await(events.reached).getFirst();
      // A JVM host, and then one of js, reach it.
      final Host source = hosts.start();
      final Connection connection = await(source.connect(target.id(), List.of(address)));
      assertThat(connection.limited()).isFalse();
      echo(await(connection.openStream(List.of(ECHO))), 1 << 20);
      echo(await(await(events.relayed).openStream(List.of(ECHO))), 1 << 20);
      js.ask("dial", "to", address.withPeer(target.id()).toString());
      final JsonNode echo = js.ask("echo", "peer", target.id().toString(), "size", 1 << 20);
      assertThat(echo.get("same").asBoolean()).isTrue();
      final Connection back = target.connection(js.id()).orElseThrow();
      echo(await(back.openStream(List.of(ECHO))), 1 << 20);
    }
  }

  @Test
  void theLimitsOfARelayOfJsAreKnownAtBothEnds() {
    try (JsPeer relay = JsPeer.start("{\"relay\":\"limited\"}")) {
      final Events events = new Events();
      final Host target = behind(relay, events);
      final Host source = hosts.start();
      final Connection connection = await(source.connect(target.id(), await(events.reached)));
      assertThat(connection.limited()).isTrue();
      assertThat(await(events.relayed).limited()).isTrue();
      echo(await(connection.openStreamEvenIfLimited(List.of(ECHO))), 10_000);
    }
  }

  @Test
  void jsIsReachedThroughARelayOfTheJvm() {
    final Host relay =
        hosts.start(builder -> builder.relay(RelayLimits.DEFAULT.withCircuit(Duration.ZERO, 0)));
    final Multiaddr through = through(relay.addresses().getFirst(), relay.id());
    try (JsPeer js = JsPeer.start("{\"circuit\":true,\"through\":[\"" + through + "\"]}");
        JsPeer other = JsPeer.start("{\"circuit\":true}")) {
      assertThat(js.ask("addresses").get("addresses").toString()).contains(through.toString());
      final Host source = hosts.start();
      final Connection connection = await(source.connect(js.id(), List.of(through)));
      assertThat(connection.limited()).isFalse();
      echo(await(connection.openStream(List.of(ECHO))), 1 << 20);
      final JsonNode back = js.ask("echo", "peer", source.id().toString(), "size", 1 << 20);
      assertThat(back.get("same").asBoolean()).isTrue();
      other.ask("dial", "to", through.withPeer(js.id()).toString());
      final JsonNode echo = other.ask("echo", "peer", js.id().toString(), "size", 1 << 20);
      assertThat(echo.get("same").asBoolean()).isTrue();
      assertThat(other.ask("dial", "to", address(relay)).get("peer").asText())
          .isEqualTo(relay.id().toString());
    }
  }
}
