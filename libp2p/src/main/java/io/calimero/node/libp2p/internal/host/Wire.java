// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.host;

import io.calimero.node.libp2p.AddressComponent;
import io.calimero.node.libp2p.AddressProtocol;
import io.calimero.node.libp2p.Multiaddr;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What carries bytes between two machines, and how its addresses are written. */
enum Wire {
  /** TCP, secured and multiplexed by what both sides agree on. */
  TCP(AddressProtocol.TCP, Optional.empty()),
  /** The same inside of a WebSocket. */
  WEBSOCKET(AddressProtocol.TCP, Optional.of(AddressProtocol.WS)),
  /** QUIC version 1, which secures and multiplexes by itself. */
  QUIC(AddressProtocol.UDP, Optional.of(AddressProtocol.QUIC_V1));

  private final AddressProtocol port;
  private final Optional<AddressProtocol> above;

  Wire(final AddressProtocol port, final Optional<AddressProtocol> above) {
    this.port = port;
    this.above = above;
  }

  /** What {@code address}, of a number and not of a name, is reached by. */
  static Optional<Wire> of(final Multiaddr address) {
    return Arrays.stream(values()).filter(wire -> wire.socket(address).isPresent()).findFirst();
  }

  /** The socket of {@code address}; empty if that is an address of something else, or a name. */
  Optional<InetSocketAddress> socket(final Multiaddr address) {
    final List<AddressComponent> parts = address.withoutPeer().components();
    if (parts.size() != (above.isPresent() ? 3 : 2)
        || parts.get(1).protocol() != port
        || !above.stream().allMatch(layer -> parts.get(2).protocol() == layer)) {
      return Optional.empty();
    }
    return switch (parts.getFirst().protocol()) {
      case IP4, IP6 ->
          Optional.of(new InetSocketAddress(parts.getFirst().value(), parts.get(1).port()));
      default -> Optional.empty();
    };
  }

  /** The address of {@code socket}; an empty one for sockets that are not of IP. */
  Multiaddr address(final SocketAddress socket) {
    if (socket instanceof final StreamChannel.Address through) {
      return through.multiaddr();
    }
    if (!(socket instanceof final InetSocketAddress inet) || inet.getAddress() == null) {
      return new Multiaddr(List.of());
    }
    final String literal = inet.getAddress().getHostAddress();
    final int zone = literal.indexOf('%');
    final Multiaddr address =
        new Multiaddr(List.of())
            .with(
                inet.getAddress() instanceof Inet4Address
                    ? AddressProtocol.IP4
                    : AddressProtocol.IP6,
                zone < 0 ? literal : literal.substring(0, zone))
            .with(port, Integer.toString(inet.getPort()));
    return above.map(layer -> address.with(layer, "")).orElse(address);
  }

  /** The addresses that a server at {@code bound} can be reached at from elsewhere or from here. */
  List<Multiaddr> reachable(final SocketAddress bound) {
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
