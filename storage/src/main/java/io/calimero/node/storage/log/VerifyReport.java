// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.log;

import java.util.List;
import java.util.SortedMap;

/**
 * What a verification found.
 *
 * @param segments how many segments there are
 * @param frames how many frames were whole
 * @param bytes how many bytes of frames were read
 * @param heads the streams and their heads
 * @param problems the damaged spots, in the order of the log
 * @param damage the streams that would stop at opening
 * @param unfinishedBytes how many bytes of an unfinished write stand at the end: of a running node,
 *     or left by a crash. They are no damage
 */
public record VerifyReport(
    int segments,
    long frames,
    long bytes,
    SortedMap<StreamId, StreamHead> heads,
    List<Problem> problems,
    List<Damage> damage,
    long unfinishedBytes) {
  /** Copies the lists. */
  public VerifyReport {
    problems = List.copyOf(problems);
    damage = List.copyOf(damage);
  }

  /** Whether nothing is wrong that is not settled. */
  public boolean isClean() {
    return damage.isEmpty() && problems.stream().allMatch(Problem::settled);
  }
}
