// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.log;

/**
 * What the log has done since it was opened, for metrics. Times are in nanoseconds.
 *
 * @param forces how many times it forced bytes to disk for a batch
 * @param groups how many groups it acknowledged
 * @param frames how many frames it wrote
 * @param bytes how many bytes it wrote
 * @param forceNanosTotal the time spent forcing
 * @param forceNanosMax the longest force
 * @param forceNanosLast the last force
 * @param forceNanosMedian the median force, to a power of two
 * @param forceNanos99 the 99th percentile of forces, to a power of two
 * @param batchGroupsMax the most groups that shared a force
 * @param batchGroupsLast how many groups shared the last force
 * @param queuedGroups how many groups wait
 * @param queuedBytes how many bytes wait
 * @param refusedBusy how many groups were refused as BUSY
 * @param refusedFull how many groups were refused as STORAGE_FULL
 * @param segments how many segments there are
 */
public record LogStatistics(
    long forces,
    long groups,
    long frames,
    long bytes,
    long forceNanosTotal,
    long forceNanosMax,
    long forceNanosLast,
    long forceNanosMedian,
    long forceNanos99,
    int batchGroupsMax,
    int batchGroupsLast,
    int queuedGroups,
    long queuedBytes,
    long refusedBusy,
    long refusedFull,
    int segments) {}
