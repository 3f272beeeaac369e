// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.host;

import io.calimero.node.libp2p.PeerId;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Leaves a peer alone for longer and longer when dialling it fails. For one thread. */
final class DialBackoff {
  private static final Duration FIRST = Duration.ofMillis(500);
  private static final Duration LONGEST = Duration.ofMinutes(5);
  private static final int MAX_PEERS = 4096;

  private final Map<PeerId, Pause> pauses = new LinkedHashMap<>();

  private record Pause(int failures, long until) {}

  /** How long {@code peer} is still to be left alone. */
  Optional<Duration> pause(final PeerId peer, final long now) {
    return Optional.ofNullable(pauses.get(peer))
        .map(pause -> Duration.ofNanos(pause.until - now))
        .filter(Duration::isPositive);
  }

  void failed(final PeerId peer, final long now) {
    final Pause last = pauses.remove(peer);
    final int failures = last == null ? 1 : last.failures + 1;
    final Duration pause = FIRST.multipliedBy(1L << Math.min(failures - 1, 20));
    final Duration bounded = pause.compareTo(LONGEST) > 0 ? LONGEST : pause;
    pauses.put(peer, new Pause(failures, now + bounded.toNanos()));
    if (pauses.size() > MAX_PEERS) {
      pauses.remove(pauses.keySet().iterator().next());
    }
  }

  void succeeded(final PeerId peer) {
    pauses.remove(peer);
  }
}
