// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.autonat;

import io.calimero.node.libp2p.AddressProtocol;
import io.calimero.node.libp2p.Multiaddr;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Optional;

/** What an address says about where it leads. */
public final class Ips {
  private Ips() {}

  /** The IP address, if there is a number and not a name. */
  public static Optional<InetAddress> of(final Multiaddr address) {
    return address
        .value(AddressProtocol.IP4)
        .or(() -> address.value(AddressProtocol.IP6))
        .map(InetAddress::ofLiteral);
  }

  /** Whether the Internet routes the address. */
  public static boolean isPublic(final Multiaddr address) {
    return of(address).filter(Ips::isPublic).isPresent();
  }

  private static boolean isPublic(final InetAddress ip) {
    if (ip.isLoopbackAddress()
        || ip.isAnyLocalAddress()
        || ip.isLinkLocalAddress()
        || ip.isSiteLocalAddress()
        || ip.isMulticastAddress()) {
      return false;
    }
    final int first = ip.getAddress()[0] & 0xff;
    final int second = ip.getAddress()[1] & 0xff;
    if (ip instanceof Inet4Address) {
      // "This" network, what carriers share among their customers, benchmarks, and the reserved.
      return first != 0
          && !(first == 100 && second >= 64 && second < 128)
          && !(first == 198 && (second == 18 || second == 19))
          && first < 240;
    }
    // Unique local addresses.
    return (first & 0xfe) != 0xfc;
  }
}
