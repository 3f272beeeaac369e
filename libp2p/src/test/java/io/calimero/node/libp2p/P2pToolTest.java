// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p;

import static io.calimero.node.libp2p.internal.host.Hosts.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.calimero.node.libp2p.internal.host.Hosts;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class P2pToolTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Hosts hosts = new Hosts();

  @AfterEach
  void stop() {
    hosts.close();
  }

  private static Multiaddr address(final Host host) {
    return host.addresses().getFirst().withPeer(host.id());
  }

  @Test
  void aNodeCanBeLookedAt() {
    final Host host = hosts.start(builder -> builder.versions("tester/1", "/test/1"));
    try (P2pTool tool = P2pTool.connect(address(host), PATIENCE)) {
      assertThat(tool.connection().remotePeer()).isEqualTo(host.id());
      assertThat(tool.ping()).isPositive();
      assertThat(tool.info().agentVersion()).isEqualTo("tester/1");
      assertThat(tool.info().protocols()).contains(Hosts.ECHO);
      final P2pTool.Echo echo = tool.echo(P2pTool.ECHO, 1 << 20);
      assertThat(echo.bytes()).isEqualTo(1 << 20);
      assertThat(echo.same()).isTrue();
      assertThatThrownBy(() -> tool.peers("/calimero/kad/1.0.0"))
          .isInstanceOf(NegotiationException.class);
    }
  }

  @Test
  void thePeersThatANodeKnowsAreTold() {
    final Host host = hosts.start();
    final Host other = hosts.start();
    final Dht table = Kademlia.start(host, KadParams.DEFAULT);
    final Dht others = Kademlia.start(other, KadParams.DEFAULT);
    final CompletableFuture<Void> identified = new CompletableFuture<>();
    host.addListener(
        new HostListener() {
          @Override
          public void identified(final Connection connection, final PeerInfo info) {
            identified.complete(null);
          }
        });
    Hosts.connect(other, host);
    await(identified);
    try (P2pTool tool = P2pTool.connect(address(host), PATIENCE)) {
      assertThat(tool.peers(KadParams.DEFAULT.protocol()))
          .containsExactly(new PeerAddresses(other.id(), other.addresses()));
    }
    await(table.stop());
    await(others.stop());
  }

  @Test
  void whatIsWrongIsSaid() {
    final Multiaddr nobody = Multiaddr.parse("/ip4/127.0.0.1/tcp/1");
    assertThatThrownBy(() -> P2pTool.connect(nobody, PATIENCE))
        .isInstanceOf(ConnectionException.class)
        .hasMessageContaining("Cannot connect to /ip4/127.0.0.1/tcp/1");
  }
}
