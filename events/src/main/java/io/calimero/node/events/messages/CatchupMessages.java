// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.messages;

import io.calimero.node.events.ConfigurationEvent;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Hash;
import io.calimero.node.events.PublicKey;
import io.calimero.node.events.Transaction;
import java.util.List;
import java.util.Optional;

/** Commands about having what other members have, and reaching the coordinator. */
public final class CatchupMessages {
  private CatchupMessages() {}

  /**
   * Fetches a context that is not on this node yet. Answered when its first entries are.
   *
   * @param context which
   * @param member in whose name
   * @param inviter a member, who is believed to be one
   * @param addresses where members are, each ending with its peer
   */
  public record Fetch(
      ContextId context, PublicKey member, PublicKey inviter, List<String> addresses) {}

  /** It was done. */
  public record Done() {}

  /**
   * Has a transaction ordered by the coordinator, on another node. Answered when the coordinator
   * has answered; its entry comes to this node by itself.
   *
   * @param transaction signed by a member of this node
   * @param after the transaction that must have been dealt with before it, if one is under way
   * @param since behind which position its entry is, if it has one: 0 if nothing is known of it
   */
  public record Submit(Transaction.Signed transaction, Optional<Hash> after, long since) {}

  /**
   * Has a change ordered by the coordinator, on another node. Answered when this node has it too.
   *
   * @param change signed by a member of this node
   */
  public record Change(ConfigurationEvent.Signed change) {}

  /**
   * Asks how far a context is in having what others have.
   *
   * @param context which
   */
  public record GetSync(ContextId context) {}

  /**
   * Asks other members for what is new in a context, without waiting for its turn.
   *
   * @param context which
   */
  public record StartSync(ContextId context) {}

  /** What is being done about having what others have. */
  public enum Phase {
    /** Nothing is known to be missing. */
    IDLE,
    /** Something may be missing, and no other member is connected. */
    WAITING,
    /** The module of the application is being fetched. */
    APPLICATION,
    /** Entries are being fetched and executed. */
    TRANSACTIONS,
    /** The state at a checkpoint is being fetched. */
    SNAPSHOT,
    /** Nobody could be asked to the end: it is tried again. */
    BACKING_OFF,
    /** Another member has another history: somebody has to look at this. */
    FORKED
  }

  /**
   * How far a context is in having what others have. Also a notice, told when a phase begins, a few
   * times a second while it lasts, and when all is here.
   *
   * @param context which
   * @param phase what is being done
   * @param position the last position that is on this node's disk
   * @param head the furthest position that this node has heard of
   * @param done how much of the phase is done: entries, or keys of a state, or bytes of a module
   * @param whole how much the phase is in all, 0 if that is not known
   * @param perSecond how much of it a second
   * @param peer who is being asked
   * @param failures how many times in a row nobody could be asked to the end
   * @param lastError what went wrong the last time, for people
   * @param initialized whether the context can be read on this node
   */
  public record Sync(
      ContextId context,
      Phase phase,
      long position,
      long head,
      long done,
      long whole,
      long perSecond,
      Optional<String> peer,
      int failures,
      Optional<String> lastError,
      boolean initialized) {}
}
