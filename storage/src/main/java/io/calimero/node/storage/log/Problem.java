// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.log;

import java.util.Optional;

/**
 * A damaged spot that a verification found.
 *
 * @param segment the number of the segment
 * @param offset where in the segment, in bytes
 * @param bytes how many bytes are concerned
 * @param stream whose entry stood there, if that can be told
 * @param what what is wrong, in words
 * @param settled whether it stops no stream any more, because a repair gave up what was lost or the
 *     stream was ended
 */
public record Problem(
    long segment,
    long offset,
    long bytes,
    Optional<StreamId> stream,
    String what,
    boolean settled) {
  /** A sentence for people. */
  @Override
  public String toString() {
    return "segment "
        + segment
        + ", offset "
        + offset
        + stream.map(id -> ", stream " + id).orElse("")
        + ": "
        + what
        + (settled ? " (settled)" : "");
  }
}
