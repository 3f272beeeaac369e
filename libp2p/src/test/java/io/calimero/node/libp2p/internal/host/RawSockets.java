// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.host;

import static io.calimero.node.libp2p.internal.host.Hosts.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.libp2p.Host;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;

/** What hostile peers do to a host by hand, and how to see that it does not mind. */
final class RawSockets {
  private static final int PATIENCE_MILLIS = 30_000;

  private RawSockets() {}

  /** A TCP connection with the host, with nothing said. */
  static Socket socket(final Host host) throws IOException {
    final InetSocketAddress to =
        Wire.of(host.addresses().getFirst())
            .flatMap(wire -> wire.socket(host.addresses().getFirst()))
            .orElseThrow();
    final Socket socket = new Socket(to.getAddress(), to.getPort());
    socket.setSoTimeout(PATIENCE_MILLIS);
    return socket;
  }

  /** Reads until the host hangs up. */
  static void assertHungUp(final Socket socket) throws IOException {
    try (socket;
        InputStream in = socket.getInputStream()) {
      in.transferTo(OutputStream.nullOutputStream());
    } catch (final SocketException e) {
      assertThat(e).hasMessageContaining("reset");
    }
  }

  /** Another peer is served as if nothing had happened. */
  static void assertAlive(final Hosts hosts, final Host host) {
    final Host friend = hosts.start();
    Hosts.connect(friend, host);
    assertThat(await(friend.ping(host.id()))).isPositive();
  }
}
