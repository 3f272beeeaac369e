// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.log.internal;

import io.calimero.node.storage.log.LogStatistics;

/** Counts what the writer does. */
final class Meter {
  private final long[] forcesByPower = new long[Long.SIZE];
  private long forces;
  private long groups;
  private long frames;
  private long bytes;
  private long nanosTotal;
  private long nanosMax;
  private long nanosLast;
  private int batchMax;
  private int batchLast;
  private long refusedBusy;
  private long refusedFull;

  synchronized void batch(
      final int newGroups, final int newFrames, final long newBytes, final long nanos) {
    forces++;
    groups += newGroups;
    frames += newFrames;
    bytes += newBytes;
    nanosTotal += nanos;
    nanosMax = Math.max(nanosMax, nanos);
    nanosLast = nanos;
    batchMax = Math.max(batchMax, newGroups);
    batchLast = newGroups;
    forcesByPower[Long.SIZE - 1 - Long.numberOfLeadingZeros(Math.max(1, nanos))]++;
  }

  synchronized void busy() {
    refusedBusy++;
  }

  synchronized void full(final int refused) {
    refusedFull += refused;
  }

  synchronized LogStatistics read(
      final int queuedGroups, final long queuedBytes, final int segments) {
    return new LogStatistics(
        forces,
        groups,
        frames,
        bytes,
        nanosTotal,
        nanosMax,
        nanosLast,
        quantile(0.5),
        quantile(0.99),
        batchMax,
        batchLast,
        queuedGroups,
        queuedBytes,
        refusedBusy,
        refusedFull,
        segments);
  }

  /** The upper end of the power of two in which the quantile lies. */
  private long quantile(final double share) {
    long left = (long) Math.ceil(forces * share);
    for (int power = 0; power < forcesByPower.length; power++) {
      left -= forcesByPower[power];
      if (left <= 0) {
        return forces == 0 ? 0 : Math.min(nanosMax, 2L << power);
      }
    }
    return nanosMax;
  }
}
