// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.bridge;

import java.time.Duration;

/**
 * What clients of one bridge may take.
 *
 * @param connections how many at once; more are closed as they arrive
 * @param messageSize the bytes of one message; whoever sends a longer one is closed
 * @param registrations how many addresses one connection may listen to
 * @param requests how many commands of one connection are worked on at once; more get {@code BUSY}
 * @param unsent the bytes that may wait for a client that does not read; with more it is cut off
 * @param idleTime how long a connection may send nothing, not even a ping
 */
public record BridgeLimits(
    int connections,
    int messageSize,
    int registrations,
    int requests,
    int unsent,
    Duration idleTime) {
  private static final int MIB = 1 << 20;

  /** What a node gets when its configuration names nothing else. */
  public static final BridgeLimits DEFAULT =
      new BridgeLimits(64, MIB, 64, 64, 4 * MIB, Duration.ofSeconds(60));

  /**
   * Limits, all of them positive.
   *
   * @throws IllegalArgumentException if one is not
   */
  public BridgeLimits {
    if (connections <= 0
        || messageSize <= 0
        || registrations <= 0
        || requests <= 0
        || unsent <= 0
        || !idleTime.isPositive()) {
      throw new IllegalArgumentException("a limit of the bridges that is not positive");
    }
  }
}
