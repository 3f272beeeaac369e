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
   */
  public record Submit(Transaction.Signed transaction, Optional<Hash> after) {}

  /**
   * Has a change ordered by the coordinator, on another node. Answered when this node has it too.
   *
   * @param change signed by a member of this node
   */
  public record Change(ConfigurationEvent.Signed change) {}
}
