// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p;

import java.time.Duration;

/**
 * How a host finds out whether it can be dialled (AutoNAT).
 *
 * @param every how often others are asked again
 * @param confidence how many have to agree
 * @param privateAddresses whether addresses are asked about that the Internet does not route: for
 *     networks of one's own
 */
public record AutoNatParams(Duration every, int confidence, boolean privateAddresses) {
  /** What a node on the Internet does well with. */
  public static final AutoNatParams DEFAULT = new AutoNatParams(Duration.ofMinutes(15), 3, false);

  /** Checks that there is something to go by. */
  public AutoNatParams {
    if (confidence < 1 || !every.isPositive()) {
      throw new IllegalArgumentException("Nobody would ever be asked");
    }
  }
}
