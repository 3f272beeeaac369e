// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.execution;

import java.time.Duration;

/**
 * When the state of a context is written to a snapshot: when what came since the last one is large,
 * and large beside the state as a whole, so that writing it again and again stays a small multiple
 * of the writing that applications do.
 *
 * @param entries how many entries of the log since the last snapshot make one due
 * @param keys how many keys written since
 * @param bytes how many bytes of keys and values written since
 * @param ratio how large those must be at least beside the state: 0.25 means a quarter
 * @param maxBytes how many bytes written since make one due whatever the ratio, because they are in
 *     memory
 * @param worthwhile from how many entries on a context that is closed gets a snapshot: replaying
 *     fewer is quicker than opening one
 * @param retry how long to wait after one that failed
 */
public record SnapshotOptions(
    long entries,
    long keys,
    long bytes,
    double ratio,
    long maxBytes,
    long worthwhile,
    Duration retry) {
  private static final long MIB = 1024L * 1024;

  /** What a node uses when it is told nothing else. */
  public static SnapshotOptions defaults() {
    return new SnapshotOptions(
        50_000, 50_000, 32 * MIB, 0.25, 128 * MIB, 256, Duration.ofMinutes(1));
  }

  /**
   * Options.
   *
   * @throws IllegalArgumentException if a number is out of its range; the message names it
   */
  public SnapshotOptions {
    Checks.atLeast("snapshot entries", entries, 1);
    Checks.atLeast("snapshot keys", keys, 1);
    Checks.atLeast("snapshot bytes", bytes, 1);
    Checks.atLeast("snapshot maximum bytes", maxBytes, bytes);
    Checks.atLeast("worthwhile snapshot entries", worthwhile, 1);
    Checks.positive("snapshot retry", retry);
    if (!(ratio >= 0 && ratio <= 100)) {
      throw new IllegalArgumentException("snapshot ratio must be from 0 to 100, not " + ratio);
    }
  }
}
