// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p;

import io.calimero.node.libp2p.internal.kad.HostKad;
import java.security.SecureRandom;
import java.time.InstantSource;

/** Makes a {@link Dht} that speaks kad-dht over a {@link Host}. */
public final class Kademlia {
  private Kademlia() {}

  /** Starts to take part over {@code host}; peers are those that it is or gets connected to. */
  public static Dht start(final Host host, final KadParams params) {
    return start(host, params, new SecureRandom(), InstantSource.system());
  }

  /** The same with choices from {@code random} and the time of day from {@code clock}. */
  public static Dht start(
      final Host host,
      final KadParams params,
      final SecureRandom random,
      final InstantSource clock) {
    final HostKad kad = new HostKad(host, params, random, clock);
    kad.start();
    return kad;
  }
}
