// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.log;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.Hash;

/**
 * Where a stream begins that does not begin with its first entry: the entry behind it has the next
 * position and names this hash.
 *
 * @param stream whose
 * @param position of the last entry that is not in this log, at least 1
 * @param hash the hash of that entry
 * @param payload what stands in place of what is missing; the log stores it and does not read it
 */
public record StreamBase(StreamId stream, long position, Hash hash, Bytes payload) {
  /** Checks the position. */
  public StreamBase {
    if (position < 1) {
      throw new IllegalArgumentException("a stream that begins behind " + position);
    }
  }
}
