// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;

/**
 * How peers on the same network are found (discovery/mdns specification, RFC 6762).
 *
 * @param service what is asked for and announced
 * @param group the multicast group, IPv4
 * @param port its port; that of mDNS is 5353
 * @param interval how often others are asked for
 * @param interfaces the names of the network interfaces to use; if empty, all that are up and can
 *     multicast, loopback not among them
 */
public record MdnsParams(
    String service, InetAddress group, int port, Duration interval, List<String> interfaces) {

  /** The values of the specification, on all interfaces. */
  public static final MdnsParams DEFAULT =
      new MdnsParams(
          "_p2p._udp.local",
          InetAddress.ofLiteral("224.0.0.251"),
          5353,
          Duration.ofSeconds(10),
          List.of());

  /** Keeps a copy. */
  public MdnsParams {
    interfaces = List.copyOf(interfaces);
    if (!group.isMulticastAddress()) {
      throw new IllegalArgumentException("Not a multicast group: " + group);
    }
  }

  /** These parameters on other interfaces and another port. */
  public MdnsParams on(final List<String> names, final int otherPort) {
    return new MdnsParams(service, group, otherPort, interval, names);
  }
}
