// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events;

/**
 * The end of a context's log.
 *
 * @param position the sequence number of the last entry; entries count from 1
 * @param hash its entry hash
 * @param timestamp its time, in nanoseconds since 1970
 */
public record Head(long position, Hash hash, long timestamp) {
  /** The head of an empty log. */
  public static final Head NONE = new Head(0, Hash.ZERO, 0);
}
