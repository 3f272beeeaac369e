// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.messages;

import io.calimero.node.events.ApplicationEvent;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.ConfigurationEvent;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Entry;
import io.calimero.node.events.GuestError;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Head;
import io.calimero.node.events.Outcome;
import io.calimero.node.events.Problem;
import io.calimero.node.events.PublicKey;
import io.calimero.node.events.Transaction;
import java.util.List;
import java.util.Optional;

/** Commands that run applications, and their replies. */
public final class ExecutionMessages {
  private ExecutionMessages() {}

  /**
   * A client's call that may write. Ordered, executed and forced to disk before the reply.
   *
   * @param context where
   * @param executor who calls; the node's own identity in the context if absent
   * @param method the method
   * @param arguments its input
   * @param expectedPrior the entry hash that must be the head, for optimistic locking
   */
  public record Submit(
      ContextId context,
      Optional<PublicKey> executor,
      String method,
      Bytes arguments,
      Optional<Hash> expectedPrior) {}

  /**
   * A client's call that must not write. Runs at the newest committed position and waits for no
   * writer.
   *
   * @param context where
   * @param executor who calls; the node's own identity in the context if absent
   * @param method the method
   * @param arguments its input
   */
  public record Query(
      ContextId context, Optional<PublicKey> executor, String method, Bytes arguments) {}

  /** What became of a client's call. */
  public sealed interface Answer {}

  /**
   * The call wrote; it is in the log and on disk.
   *
   * @param position where in the log
   * @param entryHash its entry hash
   * @param transaction its transaction hash
   * @param outcome what it did
   */
  public record Written(long position, Hash entryHash, Hash transaction, Outcome outcome)
      implements Answer {}

  /**
   * The call wrote nothing and emitted nothing; it is not in the log.
   *
   * @param position the position whose state it read
   * @param outcome what it returned and logged
   */
  public record Read(long position, Outcome outcome) implements Answer {}

  /**
   * The call failed in the guest; nothing was written.
   *
   * @param error why
   * @param logs what it logged before
   */
  public record Failed(GuestError error, List<String> logs) implements Answer {}

  /** The call wants to write, which a query must not. */
  public record WouldWrite() implements Answer {}

  /**
   * Runs transactions one after the other, on top of a head.
   *
   * @param context where
   * @param base the head to build on: the end of the log, or an entry whose force is under way
   * @param now the coordinator's clock, in nanoseconds since 1970
   * @param transactions the transactions, in their order
   */
  public record Execute(
      ContextId context, Head base, long now, List<Transaction.Signed> transactions) {}

  /**
   * Runs the first transaction of a context whose log is not yet written.
   *
   * @param genesis the entry at position 1
   * @param initialization the call of {@code init}, or what came of it if that is attested
   * @param seed what the call sees as random bytes if it uses what only this node has; must be
   *     known to nobody else. Without one it may use nothing of that.
   */
  public record Initialize(
      Entry.Logged genesis, Transaction.Signed initialization, Optional<Hash> seed) {
    /** A call that everybody runs, or one that is attested already. */
    public Initialize(final Entry.Logged genesis, final Transaction.Signed initialization) {
      this(genesis, initialization, Optional.empty());
    }
  }

  /**
   * What became of the transactions: one result each, for the first of them, at least one. The rest
   * was not begun, so that one slow call does not keep its predecessors' answers back.
   *
   * @param results in their order
   */
  public record Executed(List<Result> results) {}

  /** What became of one transaction. */
  public sealed interface Result {}

  /**
   * It wrote; this is its entry, still to be signed.
   *
   * @param entry the entry
   * @param hash its hash
   * @param outcome what it did
   */
  public record Effect(Entry entry, Hash hash, Outcome outcome) implements Result {}

  /**
   * It wrote nothing and emitted nothing.
   *
   * @param position the position whose state it read
   * @param outcome what it returned and logged
   */
  public record NoEffect(long position, Outcome outcome) implements Result {}

  /**
   * It failed in the guest.
   *
   * @param error why
   * @param logs what it logged before
   */
  public record GuestFailure(GuestError error, List<String> logs) implements Result {}

  /**
   * It was not run, or its run was ended by the node.
   *
   * @param problem why
   */
  public record NotRun(Problem problem) implements Result {}

  /**
   * The module has no {@code init}, or no {@code migrate}: the context begins with empty state, or
   * goes on with the one it has.
   */
  public record NoInitializer() implements Result {}

  /**
   * The {@code init} of a new context used what only this node has. What it did is to be signed by
   * its executor and initialized with in its place; what it wrote to private storage is on disk,
   * and counts from its entry on.
   *
   * @param transaction attested
   */
  public record ToSign(Transaction transaction) implements Result {}

  /**
   * Runs the {@code migrate} of the application that a change names, on the state that the one
   * before it has left. Answered with one result.
   *
   * @param context where
   * @param base the head to build on
   * @param now the coordinator's clock, in nanoseconds since 1970
   * @param change an {@code ApplicationUpdated}
   */
  public record Migrate(ContextId context, Head base, long now, ConfigurationEvent.Signed change) {}

  /**
   * Executes entries that a coordinator has ordered, on top of a head.
   *
   * @param context where
   * @param base the head to build on; {@link Head#NONE} for the first entries of a context
   * @param entries verified, without a gap
   */
  public record Replay(ContextId context, Head base, List<Entry.Signed> entries) {}

  /**
   * What executing them gave.
   *
   * @param outcomes of the first of them, which are as the coordinator says; empty for those that
   *     are no transactions
   * @param difference what is wrong with the next one, if one is
   */
  public record Replayed(List<Optional<Outcome>> outcomes, Optional<String> difference) {}

  /**
   * Asks for the state of a context.
   *
   * @param context which
   */
  public record GetState(ContextId context) {}

  /**
   * The state of a context in short.
   *
   * @param head the position that it is the state of
   * @param root the state root
   * @param entries how many keys
   * @param sizeInBytes the bytes of all keys and values
   */
  public record State(Head head, Hash root, long entries, long sizeInBytes) {}

  /**
   * A transaction is on disk and its state can be read.
   *
   * @param context where
   * @param position its position
   * @param entryHash its entry hash
   * @param transaction its transaction hash
   * @param executor who called
   * @param method what was called
   * @param stateRoot the state root at that position
   * @param events what the application emitted
   */
  public record TransactionExecuted(
      ContextId context,
      long position,
      Hash entryHash,
      Hash transaction,
      PublicKey executor,
      String method,
      Hash stateRoot,
      List<ApplicationEvent> events) {}

  /** Asks how applications are run. */
  public record GetEngine() {}

  /**
   * How applications are run.
   *
   * @param compiled whether hot code is compiled
   * @param description the engine and its mode, in words
   */
  public record Engine(boolean compiled, String description) {}
}
