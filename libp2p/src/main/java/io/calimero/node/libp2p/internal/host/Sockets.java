// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.host;

import io.calimero.node.libp2p.AddressProtocol;
import io.calimero.node.libp2p.Multiaddr;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketException;
import java.util.List;
import java.util.Optional;

/** Between multiaddrs and the addresses of sockets. */
final class Sockets {
  private static final List<AddressProtocol> HOSTS =
      List.of(
          AddressProtocol.IP4,
          AddressProtocol.IP6,
          AddressProtocol.DNS,
          AddressProtocol.DNS4,
          AddressProtocol.DNS6);

  private Sockets() {}

  /**
   * The socket of a plain TCP address; unresolved if it has a name. Empty for any other address.
   */
  static Optional<InetSocketAddress> tcp(final Multiaddr address) {
    final var parts = address.withoutPeer().components();
    if (parts.size() != 2
        || !HOSTS.contains(parts.get(0).protocol())
        || parts.get(1).protocol() != AddressProtocol.TCP) {
      return Optional.empty();
    }
    final String host = parts.get(0).value();
    final int port = parts.get(1).port();
    return switch (parts.get(0).protocol()) {
      case IP4, IP6 -> Optional.of(new InetSocketAddress(host, port));
      default -> Optional.of(InetSocketAddress.createUnresolved(host, port));
    };
  }

  static Multiaddr address(final SocketAddress socket) {
    if (socket instanceof final StreamChannel.Address through) {
      return through.multiaddr();
    }
    if (!(socket instanceof final InetSocketAddress inet) || inet.getAddress() == null) {
      return new Multiaddr(List.of());
    }
    final String literal = inet.getAddress().getHostAddress();
    final int zone = literal.indexOf('%');
    return new Multiaddr(List.of())
        .with(
            inet.getAddress() instanceof Inet4Address ? AddressProtocol.IP4 : AddressProtocol.IP6,
            zone < 0 ? literal : literal.substring(0, zone))
        .with(AddressProtocol.TCP, Integer.toString(inet.getPort()));
  }

  /** The addresses that a server at {@code bound} can be reached at from elsewhere or from here. */
  static List<Multiaddr> reachable(final SocketAddress bound) {
    if (!(bound instanceof final InetSocketAddress inet)
        || !inet.getAddress().isAnyLocalAddress()) {
      return List.of(address(bound));
    }
    final boolean both = inet.getAddress() instanceof Inet6Address;
    try {
      return NetworkInterface.networkInterfaces()
          .flatMap(NetworkInterface::inetAddresses)
          .filter(ip -> both || ip instanceof Inet4Address)
          .filter(ip -> !ip.isLinkLocalAddress())
          .map(ip -> address(new InetSocketAddress(ip, inet.getPort())))
          .toList();
    } catch (final SocketException e) {
      // Without the interfaces there is nothing better to say than what was bound.
      return List.of(address(bound));
    }
  }
}
