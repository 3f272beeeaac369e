// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p;

import io.calimero.node.libp2p.internal.gossip.HostPubSub;
import java.security.SecureRandom;
import java.time.InstantSource;

/** Makes a {@link PubSub} that speaks gossipsub 1.1 over a {@link Host}. */
public final class GossipSub {
  private GossipSub() {}

  /**
   * Starts gossip over {@code host}, which must not have begun to connect to anybody yet.
   *
   * @param key the host's key, which signs what is published
   */
  public static PubSub start(final Host host, final PrivateKey key, final GossipParams params) {
    return start(host, key, params, new SecureRandom(), InstantSource.system());
  }

  /** The same with choices from {@code random}, and first message numbers from {@code clock}. */
  public static PubSub start(
      final Host host,
      final PrivateKey key,
      final GossipParams params,
      final SecureRandom random,
      final InstantSource clock) {
    final HostPubSub pubSub = new HostPubSub(host, key, params, random, clock);
    pubSub.start();
    return pubSub;
  }
}
