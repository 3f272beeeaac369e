// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.peers;

import io.calimero.node.events.ContextId;
import io.calimero.node.events.Domain;
import io.calimero.node.events.Entry;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Head;
import io.calimero.node.events.Transaction;
import io.calimero.node.events.codec.MalformedException;
import java.util.List;
import java.util.Optional;

/**
 * What members say to all members of a context, on the topic that {@link #topic} names. It travels
 * in an {@link Envelope}.
 *
 * <p>New messages go to the end: they travel by number.
 */
public sealed interface GossipMessage {
  /** How many entries a message may have. */
  int MAX_ENTRIES = 1024;

  /** How large a message should be at most, as the network carries it. */
  int MAX_BYTES = 512 << 10;

  /** The topic of a context: the text of {@link #rendezvous}. */
  static String topic(final ContextId context) {
    return rendezvous(context).toString();
  }

  /**
   * Names a context to its members, and tells its identifier to nobody else: topics are told to
   * every peer.
   */
  static Hash rendezvous(final ContextId context) {
    return Domain.RENDEZVOUS.digest(context.hash().toByteArray());
  }

  /**
   * New entries, from the coordinator.
   *
   * @param entries at least one, each following the one before
   */
  record Entries(List<Entry.Signed> entries) implements GossipMessage {
    /**
     * Entries.
     *
     * @throws MalformedException if there are none, or more than a message may have
     */
    public Entries {
      if (entries.isEmpty() || entries.size() > MAX_ENTRIES) {
        throw new MalformedException(entries.size() + " entries");
      }
    }
  }

  /**
   * Where the log of whoever says so ends. Said from time to time, so that a missed last entry is
   * noticed; believed by nobody, it only makes those ask who are behind.
   *
   * @param context whose log
   * @param head its end
   */
  record HeadNotice(ContextId context, Head head) implements GossipMessage {}

  /**
   * A transaction whose author's node has no stream to the coordinator. Passed on by members; only
   * its entry tells the author that it was ordered.
   *
   * @param transaction signed by a member
   * @param after the transaction that must have been dealt with before it, if one is under way
   */
  record Submitted(Transaction.Signed transaction, Optional<Hash> after) implements GossipMessage {}
}
