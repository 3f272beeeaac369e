// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.network.internal;

import io.calimero.node.libp2p.AddressProtocol;
import io.calimero.node.libp2p.MalformedException;
import io.calimero.node.libp2p.Multiaddr;
import io.calimero.node.libp2p.PeerId;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;

/** Addresses and peers as text, and what can be said of them. */
public final class Addresses {
  private static final int MAX_ADDRESSES = 64;

  private Addresses() {}

  /**
   * The address at which to listen.
   *
   * @param host an IP address
   * @throws MalformedException if it is none
   */
  public static Multiaddr listen(final String host, final int port) {
    return Multiaddr.parse(
        "/" + (host.contains(":") ? "ip6" : "ip4") + "/" + host + "/tcp/" + port);
  }

  static PeerId peer(final String text) {
    return PeerId.parse(text);
  }

  static List<Multiaddr> parse(final List<String> texts) {
    if (texts.size() > MAX_ADDRESSES) {
      throw new MalformedException("more than " + MAX_ADDRESSES + " addresses of one peer");
    }
    return texts.stream().map(Multiaddr::parse).toList();
  }

  static List<String> ofPeer(final List<Multiaddr> addresses, final PeerId peer) {
    return addresses.stream().map(address -> address.withPeer(peer).toString()).toList();
  }

  /** Whether an address is one of the public internet. */
  static boolean isPublic(final Multiaddr address) {
    final Optional<String> ip =
        address.value(AddressProtocol.IP4).or(() -> address.value(AddressProtocol.IP6));
    if (ip.isEmpty() || address.has(AddressProtocol.P2P_CIRCUIT)) {
      return false;
    }
    try {
      // What the component holds is a number, so nothing is looked up.
      final InetAddress parsed = InetAddress.getByName(ip.get());
      return !parsed.isAnyLocalAddress()
          && !parsed.isLoopbackAddress()
          && !parsed.isLinkLocalAddress()
          && !parsed.isSiteLocalAddress()
          && !parsed.isMulticastAddress()
          && !isShared(parsed.getAddress())
          && !isUniqueLocal(parsed);
    } catch (final UnknownHostException e) {
      return false;
    }
  }

  /** 100.64.0.0/10, between a provider and its customers (RFC 6598). */
  private static boolean isShared(final byte[] ip) {
    return ip.length == 4 && ip[0] == 100 && (ip[1] & 0xc0) == 64;
  }

  /** fc00::/7 (RFC 4193). */
  private static boolean isUniqueLocal(final InetAddress ip) {
    return ip instanceof Inet6Address && (ip.getAddress()[0] & 0xfe) == 0xfc;
  }
}
