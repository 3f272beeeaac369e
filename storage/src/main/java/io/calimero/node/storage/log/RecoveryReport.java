// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.log;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What opening the log found.
 *
 * @param segments how many segments there are
 * @param frames how many frames were read
 * @param bytes how many bytes were read
 * @param streams how many streams the log holds
 * @param tornTail the unfinished write that was cut off, if there was one
 * @param damage the streams that stopped
 * @param remarks what else a person should know, such as a damaged spot that touches no stream
 * @param checkpointUsed whether the index came from its checkpoint rather than from a full scan
 * @param time how long opening took
 */
public record RecoveryReport(
    int segments,
    long frames,
    long bytes,
    int streams,
    Optional<TornTail> tornTail,
    List<Damage> damage,
    List<String> remarks,
    boolean checkpointUsed,
    Duration time) {
  /** Copies the lists. */
  public RecoveryReport {
    damage = List.copyOf(damage);
    remarks = List.copyOf(remarks);
  }

  /**
   * An unfinished write at the end of the log, as a crash leaves it. None of it was acknowledged.
   *
   * @param segment the number of the last segment
   * @param offset from where on it was cut, in bytes
   * @param bytes how many bytes were cut
   * @param putAside the name of the file, in the log's directory, that keeps what was cut, empty if
   *     the disk was too full to keep it
   */
  public record TornTail(long segment, long offset, long bytes, String putAside) {}
}
