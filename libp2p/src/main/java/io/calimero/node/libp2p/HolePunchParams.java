// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p;

import java.time.Duration;

/**
 * How a relayed connection is replaced by a direct one (DCUtR).
 *
 * @param attempts how often both sides dial at once
 * @param dialTime how long one attempt may take
 * @param grace how long streams on the relayed connection may go on once there is a direct one
 * @param privateAddresses whether addresses are dialled that the Internet does not route: for
 *     networks of one's own
 */
public record HolePunchParams(
    int attempts, Duration dialTime, Duration grace, boolean privateAddresses) {
  /** What a node on the Internet does well with. */
  public static final HolePunchParams DEFAULT =
      new HolePunchParams(3, Duration.ofSeconds(5), Duration.ofSeconds(30), false);

  /** These parameters, and private addresses are dialled too. */
  public HolePunchParams withPrivateAddresses() {
    return new HolePunchParams(attempts, dialTime, grace, true);
  }
}
