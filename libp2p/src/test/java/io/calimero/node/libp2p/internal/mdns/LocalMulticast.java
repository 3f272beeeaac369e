// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.mdns;

import io.calimero.node.libp2p.MdnsParams;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.MulticastSocket;
import java.net.NetworkInterface;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** Multicast that stays on this machine, where it works. */
public final class LocalMulticast {
  private LocalMulticast() {}

  /** On the loopback interface and a free port; skips the test where that has no multicast. */
  public static MdnsParams params() {
    try {
      final int port = freePort();
      final NetworkInterface loopback =
          NetworkInterface.networkInterfaces()
              .filter(LocalMulticast::isLoopback)
              .findFirst()
              .orElseThrow();
      final MdnsParams params = MdnsParams.DEFAULT.on(List.of(loopback.getName()), port);
      Assumptions.assumeTrue(
          works(params, loopback), "Loopback has no multicast here: mDNS is not tested");
      return params;
    } catch (final IOException e) {
      return Assumptions.abort("Loopback has no multicast here: mDNS is not tested: " + e);
    }
  }

  private static int freePort() throws IOException {
    try (DatagramSocket socket = new DatagramSocket()) {
      return socket.getLocalPort();
    }
  }

  private static boolean isLoopback(final NetworkInterface one) {
    try {
      return one.isLoopback();
    } catch (final IOException e) {
      return false;
    }
  }

  private static boolean works(final MdnsParams params, final NetworkInterface loopback)
      throws IOException {
    final InetSocketAddress group = new InetSocketAddress(params.group(), params.port());
    try (MulticastSocket socket = new MulticastSocket(params.port())) {
      socket.setNetworkInterface(loopback);
      socket.joinGroup(group, loopback);
      socket.setSoTimeout(5000);
      socket.send(new DatagramPacket(new byte[] {42}, 1, group));
      final DatagramPacket received = new DatagramPacket(new byte[1], 1);
      socket.receive(received);
      return received.getData()[0] == 42;
    }
  }
}
