// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.host;

import static io.calimero.node.libp2p.internal.host.Hosts.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.libp2p.Host;
import io.calimero.node.libp2p.Libp2pException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;

/** What hostile peers do to a host by hand, and how to see that it does not mind. */
final class RawSockets {
  private static final int PATIENCE_MILLIS = 90_000;

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

  /**
   * Another peer is served as if nothing had happened; if need be the next one, for a host that is
   * set to hang up on slow peers may find an honest one too slow on a machine with much to do.
   */
  static void assertAlive(final Hosts hosts, final Host host) {
    final Host friend = friend(hosts, host);
    assertThat(await(friend.ping(host.id()))).isPositive();
  }

  private static Host friend(final Hosts hosts, final Host host) {
    for (int tries = 1; ; tries++) {
      final Host friend = hosts.start();
      try {
        Hosts.connect(friend, host);
        return friend;
      } catch (final Libp2pException e) {
        assertThat(tries).as("tries, the last of which failed: %s", e).isLessThan(10);
      }
    }
  }
}
