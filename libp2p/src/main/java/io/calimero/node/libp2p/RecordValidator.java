// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p;

/**
 * Says which values may stand under a key, and which of two is the better one (kad-dht
 * specification, "Entry validation"). Pure, quick, and called on the thread of the table.
 */
public interface RecordValidator {
  /** The first that comes is as good as any, whatever it is. */
  RecordValidator ANY = (key, value) -> true;

  /** Whether {@code value} may stand under {@code key}. */
  boolean valid(byte[] key, byte[] value);

  /**
   * Whether {@code candidate} is better than {@code known}, both of them valid. All peers must come
   * to the same answer.
   */
  default boolean better(final byte[] key, final byte[] candidate, final byte[] known) {
    return false;
  }
}
