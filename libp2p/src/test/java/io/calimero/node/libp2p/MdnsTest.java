// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p;

import static io.calimero.node.libp2p.internal.host.Hosts.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.calimero.node.libp2p.internal.host.Hosts;
import io.calimero.node.libp2p.internal.mdns.LocalMulticast;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/** Multicast DNS on the loopback interface, on a port of its own. */
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock("multicast")
final class MdnsTest {
  private final Hosts hosts = new Hosts();
  private final List<Mdns> open = new ArrayList<>();

  @AfterEach
  void stop() {
    open.forEach(mdns -> await(mdns.stop()));
    hosts.close();
  }

  private CompletableFuture<PeerAddresses> first(final Host host, final MdnsParams params) {
    final CompletableFuture<PeerAddresses> found = new CompletableFuture<>();
    open.add(await(Mdns.start(host, params, found::complete)));
    return found;
  }

  @Test
  void hostsOnOneNetworkFindOneAnother() {
    final MdnsParams params = LocalMulticast.params();
    final Host left = hosts.start();
    final Host right = hosts.start();
    final CompletableFuture<PeerAddresses> byLeft = first(left, params);
    final CompletableFuture<PeerAddresses> byRight = first(right, params);
    final PeerAddresses found = await(byLeft);
    assertThat(found).isEqualTo(new PeerAddresses(right.id(), right.addresses()));
    assertThat(await(byRight).peer()).isEqualTo(left.id());
    assertThat(open.getFirst().peers()).containsExactly(found);
    assertThat(await(left.connect(found.peer(), found.addresses())).remotePeer())
        .isEqualTo(right.id());
  }

  @Test
  void withoutAnInterfaceTheStartFails() {
    final Host host = hosts.start();
    final MdnsParams nowhere = MdnsParams.DEFAULT.on(List.of("none of that name"), 1);
    assertThatThrownBy(() -> await(Mdns.start(host, nowhere, peer -> {})))
        .isInstanceOf(ConnectionException.class)
        .hasMessageContaining("interface");
  }
}
