// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.messages;

import io.calimero.node.events.ContextId;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Problem;
import io.calimero.node.events.PublicKey;
import java.util.Optional;

/** What becomes of transactions that are not ordered where they are signed. */
public final class TransactionMessages {
  private TransactionMessages() {}

  /**
   * Asks what became of a transaction.
   *
   * @param context where
   * @param transaction its hash
   */
  public record GetTransaction(ContextId context, Hash transaction) {}

  /** What became of a transaction, as far as this node knows. Times: nanoseconds since 1970. */
  public sealed interface Fate {}

  /**
   * It is on this node's disk and is handed to the coordinator again and again.
   *
   * @param since when it was taken
   * @param until when this node gives up
   * @param tries how often it was handed over without an answer, since the node was started
   * @param problem why it is not confirmed yet, if it was tried
   */
  public record Pending(long since, long until, int tries, Optional<String> problem)
      implements Fate {}

  /**
   * It is in this node's log.
   *
   * @param position where
   * @param entryHash its entry hash
   */
  public record Confirmed(long position, Hash entryHash) implements Fate {}

  /**
   * It was executed, and wrote and emitted nothing; it is in no log.
   *
   * @param position the position whose state it read
   */
  public record WroteNothing(long position) implements Fate {}

  /**
   * It is not in the log and never will be.
   *
   * @param code which kind of problem; nothing if the application itself failed
   * @param reason why, for people
   * @param at when
   */
  public record Rejected(Optional<Problem.Code> code, String reason, long at) implements Fate {}

  /**
   * This node has given up. If the coordinator has it all the same, it may still be confirmed.
   *
   * @param since when it was taken
   * @param at when
   */
  public record Expired(long since, long at) implements Fate {}

  /** This node knows nothing of it, or does no longer. */
  public record Unknown() implements Fate {}

  /**
   * A transaction is not confirmed yet, and its caller was told so.
   *
   * @param context where
   * @param transaction its hash
   * @param executor who calls
   * @param method what is called
   * @param problem why it is not confirmed yet, if that is known
   */
  public record TransactionPending(
      ContextId context,
      Hash transaction,
      PublicKey executor,
      String method,
      Optional<String> problem) {}

  /**
   * A pending transaction was rejected.
   *
   * @param context where
   * @param transaction its hash
   * @param executor who called
   * @param method what was called
   * @param code which kind of problem; nothing if the application itself failed
   * @param reason why
   */
  public record TransactionRejected(
      ContextId context,
      Hash transaction,
      PublicKey executor,
      String method,
      Optional<Problem.Code> code,
      String reason) {}

  /**
   * This node has given a pending transaction up.
   *
   * @param context where
   * @param transaction its hash
   * @param executor who called
   * @param method what was called
   * @param since when it was taken, in nanoseconds since 1970
   */
  public record TransactionExpired(
      ContextId context, Hash transaction, PublicKey executor, String method, long since) {}
}
