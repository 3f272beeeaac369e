// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.execution;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What execution does now, for metrics.
 *
 * @param compiled whether hot code of applications is compiled
 * @param loadedContexts how many contexts are in memory
 * @param unsnapshottedBytes how many bytes of their state are in no snapshot
 * @param pools what the pools do, by their names: {@code write}, {@code read}, {@code load}, {@code
 *     snapshot}
 */
public record ExecutionStatistics(
    boolean compiled,
    int loadedContexts,
    long unsnapshottedBytes,
    SortedMap<String, PoolStatistics> pools) {

  /** Statistics; the map is copied. */
  public ExecutionStatistics {
    pools = Collections.unmodifiableSortedMap(new TreeMap<>(pools));
  }

  /**
   * What a pool does now.
   *
   * @param running how many tasks run
   * @param threads how many can run
   * @param queued how many wait
   */
  public record PoolStatistics(int running, int threads, int queued) {}
}
