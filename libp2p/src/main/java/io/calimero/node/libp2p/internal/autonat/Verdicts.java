// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.autonat;

import io.calimero.node.libp2p.Multiaddr;
import io.calimero.node.libp2p.PeerId;
import io.calimero.node.libp2p.Reachability;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What others say about the addresses of this host; each peer counts once. For several threads. */
final class Verdicts {
  private static final int MAX_ADDRESSES = 64;
  private static final int MAX_VOTES = 16;

  private final int confidence;
  private final Map<Multiaddr, Map<PeerId, Boolean>> votes = new LinkedHashMap<>();

  Verdicts(final int confidence) {
    this.confidence = confidence;
  }

  synchronized void vote(final Multiaddr address, final PeerId voter, final boolean reached) {
    final Map<PeerId, Boolean> all =
        votes.computeIfAbsent(address, unknown -> new LinkedHashMap<>());
    all.remove(voter);
    all.put(voter, reached);
    trim(all, MAX_VOTES);
    trim(votes, MAX_ADDRESSES);
  }

  private static void trim(final Map<?, ?> map, final int max) {
    if (map.size() > max) {
      map.remove(map.keySet().iterator().next());
    }
  }

  synchronized Reachability of(final Multiaddr address) {
    final Map<PeerId, Boolean> all = votes.getOrDefault(address, Map.of());
    final long yes = all.values().stream().filter(reached -> reached).count();
    final long no = all.size() - yes;
    if (yes >= confidence && yes > no) {
      return Reachability.PUBLIC;
    }
    return no >= confidence && no > yes ? Reachability.PRIVATE : Reachability.UNKNOWN;
  }

  /** Of a host with these addresses: public if one of them is, private if all of them are. */
  synchronized Reachability of(final List<Multiaddr> addresses) {
    boolean allPrivate = !addresses.isEmpty();
    for (final Multiaddr address : addresses) {
      switch (of(address)) {
        case PUBLIC -> {
          return Reachability.PUBLIC;
        }
        case PRIVATE -> {}
        case UNKNOWN -> allPrivate = false;
      }
    }
    return allPrivate ? Reachability.PRIVATE : Reachability.UNKNOWN;
  }
}
