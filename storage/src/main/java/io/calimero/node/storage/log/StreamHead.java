// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.log;

import io.calimero.node.events.Hash;

/**
 * The durable end of a stream.
 *
 * @param position the position of its last entry
 * @param hash the hash of its last entry
 */
public record StreamHead(long position, Hash hash) {
  /** The head of a stream without entries. */
  public static final StreamHead NONE = new StreamHead(0, Hash.ZERO);
}
