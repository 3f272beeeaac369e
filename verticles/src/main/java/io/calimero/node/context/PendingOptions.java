// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context;

import java.time.Duration;

/**
 * The bounds of the pool of transactions that wait for coordinators on other nodes.
 *
 * @param perContext how many transactions of one context may wait
 * @param total how many may wait in all
 * @param bytesPerContext how many bytes those of one context may have
 * @param bytes how many bytes they may have in all
 * @param inFlight how many of one context are on their way to its coordinator at a time
 * @param patience how long a caller waits before it is told that its transaction is pending
 * @param expiry after how long a transaction is given up
 * @param firstRetry how long to wait after the first try that failed; doubles with each
 * @param lastRetry the longest wait between two tries
 */
public record PendingOptions(
    int perContext,
    int total,
    long bytesPerContext,
    long bytes,
    int inFlight,
    Duration patience,
    Duration expiry,
    Duration firstRetry,
    Duration lastRetry) {
  /** What the node uses when nothing else is said. */
  public static final PendingOptions DEFAULT =
      new PendingOptions(
          4096,
          16_384,
          32L << 20,
          64L << 20,
          256,
          Duration.ofSeconds(5),
          Duration.ofHours(24),
          Duration.ofMillis(250),
          Duration.ofSeconds(5));
}
