// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.autonat;

import static io.calimero.node.libp2p.internal.host.Hosts.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.libp2p.Connection;
import io.calimero.node.libp2p.Host;
import io.calimero.node.libp2p.Multiaddr;
import io.calimero.node.libp2p.Stream;
import io.calimero.node.libp2p.internal.async.EventLoopTimers;
import io.calimero.node.libp2p.internal.host.Hosts;
import io.calimero.node.libp2p.internal.protocols.MessageStream;
import io.calimero.node.libp2p.js.JsPeer;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * What js-libp2p answers. It dials no private address, and tests leave loopback alone, so it
 * refuses; which it can only do after it has read the request.
 */
@Execution(ExecutionMode.CONCURRENT)
final class JsAutoNatIT {
  private final Hosts hosts = new Hosts();

  @AfterEach
  void stop() {
    hosts.close();
  }

  private static byte[] ask(
      final Connection connection, final String protocol, final byte[] request) {
    final Stream stream = await(connection.openStream(List.of(protocol)));
    return await(
        new MessageStream(
                stream,
                AutoNatServer.MAX_MESSAGE,
                new EventLoopTimers(GlobalEventExecutor.INSTANCE),
                Duration.ofSeconds(20))
            .ask(request));
  }

  @Test
  void jsReadsTheRequestsAndItsAnswersAreUnderstood() {
    try (JsPeer js = JsPeer.start("{\"autonat\":true}")) {
      final Host host = hosts.start();
      final Connection connection = await(host.connect(js.id(), js.addresses()));
      final byte[] one =
          ask(
              connection,
              AutoNatServer.V1,
              new DialMessage.Dial(host.id(), host.addresses()).encode());
      final DialMessage.Response refused = (DialMessage.Response) DialMessage.decode(one);
      assertThat(refused.status()).isEqualTo(DialMessage.Status.E_DIAL_REFUSED);
      assertThat(refused.text()).contains("dialable");
      final Multiaddr unspoken = Multiaddr.parse("/ip4/127.0.0.1/udp/1/quic-v1");
      final byte[] two =
          ask(
              connection,
              AutoNatServer.V2_REQUEST,
              ProbeMessage.Request.about(List.of(unspoken), 7).encode());
      assertThat(ProbeMessage.decode(two))
          .isEqualTo(new ProbeMessage.Response(ProbeMessage.DIAL_REFUSED, 0, 0));
    }
  }
}
