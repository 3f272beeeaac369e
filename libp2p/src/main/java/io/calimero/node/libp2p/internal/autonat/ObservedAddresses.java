// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.autonat;

import io.calimero.node.libp2p.AddressComponent;
import io.calimero.node.libp2p.AddressProtocol;
import io.calimero.node.libp2p.Connection;
import io.calimero.node.libp2p.Direction;
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
 * ports that it listens on, in the hope that a router between hands them on. Safe for use by
 * several threads.
 */
public final class ObservedAddresses implements HostListener {
  /** What one peer says may be meant to mislead. */
  private static final int TRUSTED = 2;

  private static final int MAX_ADDRESSES = 16;
  private static final int MAX_WITNESSES = 16;

  private final Supplier<List<Multiaddr>> listening;
  private final boolean samePort;

  /** Who has seen which address; one that is only an IP address goes with any port. */
  private final Map<Multiaddr, Set<PeerId>> witnesses = new LinkedHashMap<>();

  /**
   * For a host that listens at {@code listening}.
   *
   * @param samePort whether it dials from the ports it listens on, so that the port that others see
   *     leads back to it
   */
  public ObservedAddresses(final Supplier<List<Multiaddr>> listening, final boolean samePort) {
    this.listening = listening;
    this.samePort = samePort;
  }

  @Override
  public void identified(final Connection connection, final PeerInfo info) {
    if (connection.remoteAddress().has(AddressProtocol.P2P_CIRCUIT)
        || info.observedAddress().isEmpty()) {
      return;
    }
    final List<AddressComponent> seen = info.observedAddress().get().withoutPeer().components();
    if (!isIp(seen.getFirst())) {
      return;
    }
    seen(new Multiaddr(seen.subList(0, 1)), connection.remotePeer());
    if (samePort
        && connection.direction() == Direction.OUTBOUND
        && seen.size() == 2
        && seen.getLast().protocol() == AddressProtocol.TCP) {
      seen(new Multiaddr(seen), connection.remotePeer());
    }
  }

  private static boolean isIp(final AddressComponent part) {
    return part.protocol() == AddressProtocol.IP4 || part.protocol() == AddressProtocol.IP6;
  }

  private synchronized void seen(final Multiaddr address, final PeerId by) {
    final Set<PeerId> all = witnesses.computeIfAbsent(address, unknown -> new LinkedHashSet<>());
    if (all.size() < MAX_WITNESSES) {
      all.add(by);
    }
    if (witnesses.size() > MAX_ADDRESSES) {
      witnesses.remove(witnesses.keySet().iterator().next());
    }
  }

  /** Where this host listens, and where it might be reached besides, as several peers say. */
  public List<Multiaddr> candidates() {
    return candidates(TRUSTED);
  }

  /** As above, but one peer's word is enough: for what does no harm if it is wrong. */
  public List<Multiaddr> guesses() {
    return candidates(1);
  }

  private List<Multiaddr> candidates(final int enough) {
    final List<Multiaddr> own = listening.get();
    final Set<Multiaddr> all = new LinkedHashSet<>(own);
    for (final Multiaddr seen : seenBy(enough)) {
      final AddressComponent ip = seen.components().getFirst();
      if (seen.components().size() > 1) {
        all.add(seen);
        continue;
      }
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

  private synchronized List<Multiaddr> seenBy(final int enough) {
    return witnesses.entrySet().stream()
        .filter(entry -> entry.getValue().size() >= enough)
        .map(Map.Entry::getKey)
        .toList();
  }
}
