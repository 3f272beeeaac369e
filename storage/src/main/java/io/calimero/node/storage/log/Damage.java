// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.log;

/**
 * Why a stream stopped, and where.
 *
 * @param stream the stream
 * @param position the first position that cannot be served
 * @param segment the number of the segment that is damaged
 * @param offset where in the segment, in bytes
 * @param what what is wrong, in words
 */
public record Damage(StreamId stream, long position, long segment, long offset, String what) {
  /** A sentence for people. */
  @Override
  public String toString() {
    return "stream "
        + stream
        + " is damaged at position "
        + position
        + " (segment "
        + segment
        + ", offset "
        + offset
        + "): "
        + what;
  }
}
