// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.protocols;

import io.calimero.node.libp2p.PeerId;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Counts what peers ask for, and says when it is too much: so often in a span of time, each peer
 * and all of them together. Safe for use by several threads.
 */
public final class Quota {
  private final int perPeer;
  private final int inAll;
  private final long span;
  private final LongSupplier nanoTime;
  private final Map<PeerId, Integer> taken = new HashMap<>();
  private int all;
  private long begun;

  /** Allows {@code perPeer} and {@code inAll} within each {@code span} of {@code nanoTime}. */
  public Quota(
      final int perPeer, final int inAll, final Duration span, final LongSupplier nanoTime) {
    this.perPeer = perPeer;
    this.inAll = inAll;
    this.span = span.toNanos();
    this.nanoTime = nanoTime;
    begun = nanoTime.getAsLong();
  }

  /** Whether {@code peer} may ask once more. */
  public synchronized boolean take(final PeerId peer) {
    final long now = nanoTime.getAsLong();
    if (now - begun >= span) {
      begun = now;
      all = 0;
      taken.clear();
    }
    if (all >= inAll || taken.getOrDefault(peer, 0) >= perPeer) {
      return false;
    }
    all++;
    taken.merge(peer, 1, Integer::sum);
    return true;
  }
}
