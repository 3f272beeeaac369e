// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.log;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.Hash;

/**
 * One entry of a stream, as bytes.
 *
 * @param stream the stream it belongs to
 * @param position its number in the stream, from 1 without a gap
 * @param prior the hash of the entry before it, {@link Hash#ZERO} at position 1
 * @param hash its own hash; the log stores it and does not compute it
 * @param payload what the entry says
 */
public record Frame(StreamId stream, long position, Hash prior, Hash hash, Bytes payload) {
  /** Checks what can be checked of one frame alone. */
  public Frame {
    if (position < 1) {
      throw new IllegalArgumentException("positions count from 1, not " + position);
    }
    if (position == 1 && !prior.equals(Hash.ZERO)) {
      throw new IllegalArgumentException("position 1 has no entry before it");
    }
  }
}
