// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.host;

import io.calimero.node.libp2p.AddressComponent;
import io.calimero.node.libp2p.AddressProtocol;
import io.calimero.node.libp2p.ConnectionException;
import io.calimero.node.libp2p.Multiaddr;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Replaces the name at the start of an address by the numbers it stands for. */
final class Resolver {
  private static final int MAX_RESULTS = 8;

  private Resolver() {}

  static CompletableFuture<List<Multiaddr>> resolve(final Multiaddr address) {
    final AddressProtocol kind =
        address.components().isEmpty()
            ? AddressProtocol.P2P
            : address.components().getFirst().protocol();
    return switch (kind) {
      case DNS, DNS4, DNS6 -> lookUp(address, kind);
      default -> CompletableFuture.completedFuture(List.of(address));
    };
  }

  /** The system's resolver blocks, which a virtual thread may. */
  private static CompletableFuture<List<Multiaddr>> lookUp(
      final Multiaddr address, final AddressProtocol kind) {
    final CompletableFuture<List<Multiaddr>> resolved = new CompletableFuture<>();
    final String name = address.components().getFirst().value();
    Thread.ofVirtual()
        .name("libp2p-resolve")
        .start(
            () -> {
              try {
                resolved.complete(replace(address, kind, InetAddress.getAllByName(name)));
              } catch (final UnknownHostException e) {
                resolved.completeExceptionally(
                    new ConnectionException("The name " + name + " does not resolve", e));
              }
            });
    return resolved;
  }

  private static List<Multiaddr> replace(
      final Multiaddr address, final AddressProtocol kind, final InetAddress[] found) {
    return Arrays.stream(found)
        .filter(
            ip ->
                kind == AddressProtocol.DNS
                    || (kind == AddressProtocol.DNS4) == (ip instanceof Inet4Address))
        .limit(MAX_RESULTS)
        .map(
            ip -> {
              final List<AddressComponent> parts = new ArrayList<>(address.components());
              parts.set(
                  0,
                  new AddressComponent(
                      ip instanceof Inet4Address ? AddressProtocol.IP4 : AddressProtocol.IP6,
                      ip.getHostAddress()));
              return new Multiaddr(parts);
            })
        .toList();
  }
}
