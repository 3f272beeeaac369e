// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.js;

import static io.calimero.node.libp2p.internal.host.Hosts.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.libp2p.Host;
import io.calimero.node.libp2p.Mdns;
import io.calimero.node.libp2p.MdnsParams;
import io.calimero.node.libp2p.PeerAddresses;
import io.calimero.node.libp2p.internal.host.Hosts;
import io.calimero.node.libp2p.internal.mdns.LocalMulticast;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/** Multicast DNS with js-libp2p, on the loopback interface. */
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock("multicast")
final class JsMdnsIT {
  private final Hosts hosts = new Hosts();

  @AfterEach
  void stop() {
    hosts.close();
  }

  @Test
  void eachFindsTheOther() {
    final MdnsParams params = LocalMulticast.params();
    try (JsPeer js = JsPeer.start("{\"mdns\":" + params.port() + "}")) {
      final Host host = hosts.start();
      final CompletableFuture<PeerAddresses> found = new CompletableFuture<>();
      final Mdns mdns = await(Mdns.start(host, params, found::complete));
      try {
        assertThat(await(found)).isEqualTo(new PeerAddresses(js.id(), js.addresses()));
        Eventually.holds(() -> !js.ask("discovered").get("peers").isEmpty());
        assertThat(js.ask("discovered").toString())
            .contains(host.id().toString())
            .contains(host.addresses().getFirst().toString());
      } finally {
        await(mdns.stop());
      }
    }
  }
}
