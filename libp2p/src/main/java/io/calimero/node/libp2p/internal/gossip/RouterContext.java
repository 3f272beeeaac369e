// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.gossip;

import io.calimero.node.libp2p.GossipParams;
import io.calimero.node.libp2p.PeerId;
import io.calimero.node.libp2p.internal.async.Timers;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/**
 * What the parts of a router share.
 *
 * @param self this host
 * @param params the parameters
 * @param timers the time
 * @param random the choices
 * @param transport the way to peers
 * @param peers the peers
 * @param scores what they are worth
 */
record RouterContext(
    PeerId self,
    GossipParams params,
    Timers timers,
    RandomGenerator random,
    GossipTransport transport,
    GossipPeers peers,
    PeerScores scores) {

  long now() {
    return timers.nanoTime();
  }

  double score(final PeerId peer) {
    return scores.score(peer);
  }

  /** Those of {@code candidates} that fit, in random order. */
  List<PeerId> shuffled(final Collection<PeerId> candidates, final Predicate<PeerId> fits) {
    final List<PeerId> fitting = new ArrayList<>(candidates.size());
    for (final PeerId candidate : candidates) {
      if (fits.test(candidate)) {
        fitting.add(candidate);
      }
    }
    Collections.shuffle(fitting, Random.from(random));
    return fitting;
  }
}
