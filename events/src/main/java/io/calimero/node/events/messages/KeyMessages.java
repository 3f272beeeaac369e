// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.messages;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.PublicKey;
import io.calimero.node.events.peers.HandedKey;
import io.calimero.node.events.peers.Membership;
import java.util.List;
import java.util.Optional;

/**
 * Commands about what members of a context encrypt for one another, and their replies. The keys
 * themselves are not on the bus.
 */
public final class KeyMessages {
  private KeyMessages() {}

  /**
   * Puts a message for the members of a context into an envelope.
   *
   * @param context which
   * @param after the position after which it is said: of the entry before the first one that it
   *     tells. The members at that position can read it
   * @param author the peer id of this node
   * @param content what
   */
  public record Seal(ContextId context, long after, String author, Bytes content) {}

  /**
   * A message in its envelope.
   *
   * @param envelope as it travels; nothing while this node has no key of the epoch
   */
  public record Sealed(Optional<Bytes> envelope) {}

  /**
   * Opens an envelope.
   *
   * @param context whose topic brought it
   * @param author the peer id of its author
   * @param envelope as it came
   */
  public record Open(ContextId context, String author, Bytes envelope) {}

  /**
   * What became of an envelope.
   *
   * @param reading whether it could be read
   * @param content what was in it, if it could
   */
  public record Opened(Reading reading, Bytes content) {}

  /** Whether an envelope could be read. */
  public enum Reading {
    /** It was, and its author has the key. */
    READ,
    /** Its key is not here. */
    UNKNOWN_KEY,
    /** It is of an epoch that has ended. */
    ENDED_EPOCH,
    /** It came before. */
    REPEATED,
    /** It is not what was sealed with its key, or not by its author. */
    FORGED,
    /** It is no envelope. */
    MALFORMED
  }

  /**
   * Hands the keys of the present epoch to a member.
   *
   * @param context which
   * @param member who asked, and has proven to be it
   * @param conversation in which it asked
   */
  public record GiveKeys(ContextId context, PublicKey member, Membership conversation) {}

  /**
   * Keys for a member.
   *
   * @param keys those of the present epoch that are here, which may be none
   */
  public record GivenKeys(List<HandedKey> keys) {}

  /**
   * Keeps keys that a member has handed to this node. Durable when it is answered.
   *
   * @param context which
   * @param member in whose name they were asked for; its own key is on this node
   * @param conversation in which they were handed over
   * @param keys the keys
   */
  public record TakeKeys(
      ContextId context, PublicKey member, Membership conversation, List<HandedKey> keys) {}

  /**
   * The keys that were good are kept.
   *
   * @param fresh how many of them were not here
   */
  public record KeysTaken(int fresh) {}
}
