// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.autonat;

import io.calimero.node.libp2p.AddressComponent;
import io.calimero.node.libp2p.AddressProtocol;
import io.calimero.node.libp2p.Connection;
import io.calimero.node.libp2p.HostListener;
import io.calimero.node.libp2p.Multiaddr;
import io.calimero.node.libp2p.PeerId;
import io.calimero.node.libp2p.PeerInfo;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Where others see this host, and so where it might be reached: their IP address for it, with the
 * ports that it listens on, in the hope that a router between hands them on. Safe for use by several
 * threads.
 */
public final class ObservedAddresses implements HostListener {
  /** What one peer says may be meant to mislead. */
  private static final int MIN_WITNESSES = 2;

  private static final int MAX_ADDRESSES = 8;
  private static final int MAX_WITNESSES = 16;

  private final Supplier<List<Multiaddr>> listening;
  private final Map<AddressComponent, Set<PeerId>> witnesses = new LinkedHashMap<>();

  /** For a host that listens at {@code listening}. */
  public ObservedAddresses(final Supplier<List<Multiaddr>> listening) {
    this.listening = listening;
  }

  @Override
  public void identified(final Connection connection, final PeerInfo info) {
    if (!connection.remoteAddress().has(AddressProtocol.P2P_CIRCUIT)) {
      info.observedAddress()
          .filter(seen -> !seen.has(AddressProtocol.P2P_CIRCUIT))
          .flatMap(seen -> seen.components().stream().findFirst())
          .filter(
              ip ->
                  ip.protocol() == AddressProtocol.IP4 || ip.protocol() == AddressProtocol.IP6)
          .ifPresent(ip -> seen(ip, connection.remotePeer()));
    }
  }

  private synchronized void seen(final AddressComponent ip, final PeerId by) {
    final Set<PeerId> all = witnesses.computeIfAbsent(ip, unknown -> new LinkedHashSet<>());
    if (all.size() < MAX_WITNESSES) {
      all.add(by);
    }
    if (witnesses.size() > MAX_ADDRESSES) {
      witnesses.remove(witnesses.keySet().iterator().next());
    }
  }

  /** Where this host listens, and where it might be reached besides. */
  public List<Multiaddr> candidates() {
    final List<Multiaddr> own = listening.get();
    final Set<Multiaddr> all = new LinkedHashSet<>(own);
    for (final AddressComponent ip : trusted()) {
      for (final Multiaddr address : own) {
        if (address.components().getFirst().protocol() == ip.protocol()) {
          final List<AddressComponent> parts = new ArrayList<>(address.components());
          parts.set(0, ip);
          all.add(new Multiaddr(parts));
        }
      }
    }
    return List.copyOf(all);
  }

  private synchronized List<AddressComponent> trusted() {
    return witnesses.entrySet().stream()
        .filter(entry -> entry.getValue().size() >= MIN_WITNESSES)
        .map(Map.Entry::getKey)
        .toList();
  }
}
