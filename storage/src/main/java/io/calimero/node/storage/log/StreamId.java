// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.log;

import io.calimero.node.events.ContextId;
import io.calimero.node.events.Hash;

/**
 * Names a stream: one chain of entries in the log.
 *
 * @param hash the hash of the context that the stream belongs to, or zeros for the node's journal
 */
public record StreamId(Hash hash) implements Comparable<StreamId> {
  /** The node's own journal. */
  public static final StreamId JOURNAL = new StreamId(Hash.ZERO);

  /** The stream of a context's entries. */
  public static StreamId of(final ContextId context) {
    return new StreamId(context.hash());
  }

  @Override
  public int compareTo(final StreamId other) {
    return hash.compareTo(other.hash);
  }

  /** The base58 text, or {@code journal}. */
  @Override
  public String toString() {
    return hash.equals(Hash.ZERO) ? "journal" : hash.toString();
  }
}
