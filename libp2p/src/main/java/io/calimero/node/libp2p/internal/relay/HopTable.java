// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.relay;

import io.calimero.node.libp2p.PeerId;
import io.calimero.node.libp2p.RelayLimits;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Who has a place at this relay, and how many circuits there are. Safe for several threads. */
final class HopTable {
  private final RelayLimits limits;
  private final Map<PeerId, Place> places = new LinkedHashMap<>();
  private final Map<PeerId, Integer> from = new HashMap<>();
  private final Map<PeerId, Integer> to = new HashMap<>();
  private int circuits;

  private record Place(String address, Instant expires) {}

  HopTable(final RelayLimits limits) {
    this.limits = limits;
  }

  /**
   * Gives {@code peer} a place, or keeps it the one it has.
   *
   * @param address its IP address
   * @return until when; empty if there is no room
   */
  synchronized Optional<Instant> reserve(
      final PeerId peer, final String address, final Instant now) {
    places.values().removeIf(place -> !place.expires.isAfter(now));
    final long same =
        places.entrySet().stream()
            .filter(place -> !place.getKey().equals(peer))
            .filter(place -> place.getValue().address.equals(address))
            .count();
    final boolean full = places.size() >= limits.reservations() && !places.containsKey(peer);
    if (full || same >= limits.reservationsPerAddress()) {
      return Optional.empty();
    }
    // On the wire there are whole seconds, and both ends mean the same moment.
    final Instant expires =
        Instant.ofEpochSecond(now.plus(limits.reservationTime()).getEpochSecond());
    places.put(peer, new Place(address, expires));
    return Optional.of(expires);
  }

  synchronized boolean has(final PeerId peer, final Instant now) {
    final Place place = places.get(peer);
    return place != null && place.expires.isAfter(now);
  }

  synchronized void forget(final PeerId peer) {
    places.remove(peer);
  }

  /** Counts one more circuit; false if it is one too many. */
  synchronized boolean open(final PeerId source, final PeerId target) {
    if (circuits >= limits.circuits()
        || from.getOrDefault(source, 0) >= limits.circuitsPerPeer()
        || to.getOrDefault(target, 0) >= limits.circuitsPerPeer()) {
      return false;
    }
    circuits++;
    from.merge(source, 1, Integer::sum);
    to.merge(target, 1, Integer::sum);
    return true;
  }

  synchronized void close(final PeerId source, final PeerId target) {
    circuits--;
    from.computeIfPresent(source, (peer, count) -> count == 1 ? null : count - 1);
    to.computeIfPresent(target, (peer, count) -> count == 1 ? null : count - 1);
  }

  synchronized int circuits() {
    return circuits;
  }

  synchronized int places() {
    return places.size();
  }
}
