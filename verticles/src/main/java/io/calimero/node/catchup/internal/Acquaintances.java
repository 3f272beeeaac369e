// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.catchup.internal;

import io.calimero.node.events.ContextId;
import io.calimero.node.events.PublicKey;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The members whose nodes were met since this one started, as far as there is room. On the loop.
 */
final class Acquaintances {
  private static final int KEPT = 10_000;

  private final Map<Acquaintance, String> met = new LinkedHashMap<>();

  private record Acquaintance(ContextId context, PublicKey member) {}

  /** A peer has proven to speak for a member. */
  void met(final ContextId context, final PublicKey member, final String peer) {
    final Acquaintance acquaintance = new Acquaintance(context, member);
    met.remove(acquaintance);
    met.put(acquaintance, peer);
    if (met.size() > KEPT) {
      met.remove(met.keySet().iterator().next());
    }
  }

  /** The peer that has, if one has. */
  Optional<String> peer(final ContextId context, final PublicKey member) {
    return Optional.ofNullable(met.get(new Acquaintance(context, member)));
  }

  /** Those that have for members of a context. */
  Set<String> peers(final ContextId context) {
    final Set<String> peers = new HashSet<>();
    met.forEach(
        (acquaintance, peer) -> {
          if (acquaintance.context.equals(context)) {
            peers.add(peer);
          }
        });
    return peers;
  }

  /** Whether a peer has. */
  boolean has(final ContextId context, final PublicKey member) {
    return met.containsKey(new Acquaintance(context, member));
  }
}
