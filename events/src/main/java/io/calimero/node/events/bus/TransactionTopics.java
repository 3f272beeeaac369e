// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.bus;

import static io.calimero.node.events.bus.Scope.CLUSTER;
import static io.calimero.node.events.bus.Scope.LOCAL;
import static io.calimero.node.events.bus.Timeouts.CALL;
import static io.calimero.node.events.bus.Timeouts.LONG;
import static io.calimero.node.events.bus.Timeouts.SHORT;

import io.calimero.node.events.messages.AttestationMessages;
import io.calimero.node.events.messages.ExecutionMessages;
import io.calimero.node.events.messages.TransactionMessages;

/**
 * Transactions and what they read and write, and what is told of them. A part of {@link Topics}.
 */
sealed interface TransactionTopics permits Topics {
  /** A call that may write. Answered by context, when it is on disk. */
  CommandTopic<ExecutionMessages.Submit, ExecutionMessages.Answer> SUBMIT =
      CommandTopic.of(
          "calimero.v1.execute",
          ExecutionMessages.Submit.class,
          ExecutionMessages.Answer.class,
          CLUSTER,
          CALL,
          4096);

  /** A call that must not write. Answered by execution. */
  CommandTopic<ExecutionMessages.Query, ExecutionMessages.Answer> QUERY =
      CommandTopic.of(
          "calimero.v1.query",
          ExecutionMessages.Query.class,
          ExecutionMessages.Answer.class,
          CLUSTER,
          CALL,
          1024);

  /** Runs transactions on top of a head. Answered by execution, asked by context. */
  CommandTopic<ExecutionMessages.Execute, ExecutionMessages.Executed> TRANSACTIONS_EXECUTE =
      CommandTopic.of(
          "calimero.v1.transactions.execute",
          ExecutionMessages.Execute.class,
          ExecutionMessages.Executed.class,
          LOCAL,
          LONG,
          4096);

  /** Runs a call for its author, who vouches for it. Answered by execution, asked by context. */
  CommandTopic<AttestationMessages.Attest, AttestationMessages.Attempt> TRANSACTION_ATTEST =
      CommandTopic.of(
          "calimero.v1.transaction.attest",
          AttestationMessages.Attest.class,
          AttestationMessages.Attempt.class,
          LOCAL,
          LONG,
          1024);

  /** Runs {@code init} on top of a first entry. Answered by execution, asked by context. */
  CommandTopic<ExecutionMessages.Initialize, ExecutionMessages.Executed> CONTEXT_INITIALIZE =
      CommandTopic.of(
          "calimero.v1.context.initialize",
          ExecutionMessages.Initialize.class,
          ExecutionMessages.Executed.class,
          LOCAL,
          LONG,
          64);

  /** Gets the state of a context in short. Answered by execution. */
  CommandTopic<ExecutionMessages.GetState, ExecutionMessages.State> STATE_GET =
      CommandTopic.of(
          "calimero.v1.state.get",
          ExecutionMessages.GetState.class,
          ExecutionMessages.State.class,
          CLUSTER,
          CALL,
          256);

  /** Asks how applications are run. Answered by execution. */
  CommandTopic<ExecutionMessages.GetEngine, ExecutionMessages.Engine> ENGINE_GET =
      CommandTopic.of(
          "calimero.v1.engine.get",
          ExecutionMessages.GetEngine.class,
          ExecutionMessages.Engine.class,
          CLUSTER,
          SHORT,
          16);

  /** Executes entries of a coordinator elsewhere. Answered by execution, asked by context. */
  CommandTopic<ExecutionMessages.Replay, ExecutionMessages.Replayed> ENTRIES_REPLAY =
      CommandTopic.of(
          "calimero.v1.entries.replay",
          ExecutionMessages.Replay.class,
          ExecutionMessages.Replayed.class,
          LOCAL,
          LONG,
          4096);

  /** Runs the {@code migrate} of a new application. Answered by execution, asked by context. */
  CommandTopic<ExecutionMessages.Migrate, ExecutionMessages.Executed> MIGRATION_EXECUTE =
      CommandTopic.of(
          "calimero.v1.migration.execute",
          ExecutionMessages.Migrate.class,
          ExecutionMessages.Executed.class,
          LOCAL,
          CALL,
          64);

  /** Tells what became of a transaction. Answered by context. */
  CommandTopic<TransactionMessages.GetTransaction, TransactionMessages.Fate> TRANSACTION_GET =
      CommandTopic.of(
          "calimero.v1.transaction.get",
          TransactionMessages.GetTransaction.class,
          TransactionMessages.Fate.class,
          CLUSTER,
          SHORT,
          256);

  /** A transaction is on disk and its state can be read. Published by execution. */
  EventTopic<ExecutionMessages.TransactionExecuted> TRANSACTION_EXECUTED =
      EventTopic.of(
          "calimero.v1.transaction.executed", ExecutionMessages.TransactionExecuted.class, CLUSTER);

  /** A caller was told that its transaction waits for the coordinator. Published by context. */
  EventTopic<TransactionMessages.TransactionPending> TRANSACTION_PENDING =
      EventTopic.of(
          "calimero.v1.transaction.pending", TransactionMessages.TransactionPending.class, CLUSTER);

  /** A pending transaction was rejected. Published by context. */
  EventTopic<TransactionMessages.TransactionRejected> TRANSACTION_REJECTED =
      EventTopic.of(
          "calimero.v1.transaction.rejected",
          TransactionMessages.TransactionRejected.class,
          CLUSTER);

  /** A pending transaction was given up. Published by context. */
  EventTopic<TransactionMessages.TransactionExpired> TRANSACTION_EXPIRED =
      EventTopic.of(
          "calimero.v1.transaction.expired", TransactionMessages.TransactionExpired.class, CLUSTER);
}
