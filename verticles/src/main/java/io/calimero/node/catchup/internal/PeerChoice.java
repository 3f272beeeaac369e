// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.catchup.internal;

import io.calimero.node.events.ContextId;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Whom to ask first: those who did not fail lately, of these who has most, of these who was
 * fastest. Who failed is asked after the others, never left out. On the loop.
 */
final class PeerChoice {
  private static final int PEERS = 1024;
  private static final int HEADS = 64;

  private final Map<String, Standing> records =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(final Map.Entry<String, Standing> eldest) {
          return size() > PEERS;
        }
      };

  private final Map<ContextId, Map<String, Long>> heads = new HashMap<>();

  private record Standing(int failures, long perSecond) {
    static final Standing NONE = new Standing(0, 0);
  }

  /** A peer says how far its log of a context goes. */
  void heard(final ContextId context, final String peer, final long position) {
    final Map<String, Long> known = heads.computeIfAbsent(context, _ -> new HashMap<>());
    if (known.size() < HEADS || known.containsKey(peer)) {
      known.put(peer, position);
    }
  }

  /** A peer answered to the end, at this speed if there was anything to tell one by. */
  void answered(final String peer, final long perSecond) {
    final Standing before = records.getOrDefault(peer, Standing.NONE);
    records.put(
        peer,
        new Standing(
            0,
            perSecond == 0
                ? before.perSecond
                : before.perSecond == 0 ? perSecond : (before.perSecond + perSecond) / 2));
  }

  /** A peer did not answer to the end. */
  void failed(final String peer) {
    final Standing before = records.getOrDefault(peer, Standing.NONE);
    records.put(peer, new Standing(before.failures + 1, before.perSecond));
  }

  /** A context has caught up, or is gone: what was said of its heads is of no use any more. */
  void forget(final ContextId context) {
    heads.remove(context);
  }

  /** How far the log of the context goes with any of these peers, as they have said. */
  long furthest(final ContextId context, final List<String> peers) {
    final Map<String, Long> known = heads.getOrDefault(context, Map.of());
    return peers.stream().mapToLong(peer -> known.getOrDefault(peer, 0L)).max().orElse(0);
  }

  /** The candidates, the best first. */
  List<String> order(final ContextId context, final Set<String> candidates) {
    final Map<String, Long> known = heads.getOrDefault(context, Map.of());
    final Map<String, Standing> found = new HashMap<>();
    candidates.forEach(peer -> found.put(peer, records.getOrDefault(peer, Standing.NONE)));
    return candidates.stream()
        .sorted(
            Comparator.<String>comparingInt(
                    peer -> found.getOrDefault(peer, Standing.NONE).failures)
                .thenComparing(
                    Comparator.<String>comparingLong(peer -> known.getOrDefault(peer, 0L))
                        .reversed())
                .thenComparing(
                    Comparator.<String>comparingLong(
                            peer -> found.getOrDefault(peer, Standing.NONE).perSecond)
                        .reversed()))
        .toList();
  }
}
