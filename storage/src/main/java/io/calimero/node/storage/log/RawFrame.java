// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.log;

import io.calimero.node.events.Hash;
import java.util.Optional;

/**
 * A frame as it stands in the log, whatever it is.
 *
 * @param segment the number of the segment
 * @param offset where it begins in the segment, in bytes
 * @param length of the payload, or of the bytes concerned if it is not whole
 * @param kind what it is
 * @param stream whose it is, if that can be told
 * @param position the entry's position, 0 if that cannot be told
 * @param hash the entry's hash, {@link Hash#ZERO} if that cannot be told
 * @param more whether its group goes on with the next frame
 * @param problem what is wrong with it, empty if it is whole
 */
public record RawFrame(
    long segment,
    long offset,
    long length,
    Kind kind,
    Optional<StreamId> stream,
    long position,
    Hash hash,
    boolean more,
    String problem) {
  /** What a frame is. */
  public enum Kind {
    /** An entry. */
    ENTRY,
    /** The end of a stream. */
    END,
    /** A repair of a stream. */
    CUT,
    /** A note of the log to itself. */
    NOTE,
    /** Where a stream begins that does not begin with its first entry. */
    BASE,
    /** Bytes of which nothing can be told. */
    UNREADABLE
  }

  /** Whether it is whole. */
  public boolean isWhole() {
    return problem.isEmpty();
  }
}
