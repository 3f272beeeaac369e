// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context;

import io.calimero.node.context.internal.Execution;
import io.calimero.node.events.BlobId;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.bus.Bus;
import io.calimero.node.events.bus.Topics;
import io.calimero.node.events.messages.ApplicationMessages.CheckModule;
import io.calimero.node.events.messages.ApplicationMessages.DescribeModule;
import io.calimero.node.events.messages.ApplicationMessages.ModuleDescription;
import io.calimero.node.events.messages.AttestationMessages.Attempt;
import io.calimero.node.events.messages.AttestationMessages.Attest;
import io.calimero.node.events.messages.ExecutionMessages.Answer;
import io.calimero.node.events.messages.ExecutionMessages.Execute;
import io.calimero.node.events.messages.ExecutionMessages.Executed;
import io.calimero.node.events.messages.ExecutionMessages.GetState;
import io.calimero.node.events.messages.ExecutionMessages.Initialize;
import io.calimero.node.events.messages.ExecutionMessages.Migrate;
import io.calimero.node.events.messages.ExecutionMessages.Query;
import io.calimero.node.events.messages.ExecutionMessages.Replay;
import io.calimero.node.events.messages.ExecutionMessages.Replayed;
import io.calimero.node.events.messages.ExecutionMessages.State;
import io.calimero.node.events.messages.MembershipMessages.Reexecute;
import io.calimero.node.events.messages.MembershipMessages.Reexecuted;
import java.util.concurrent.CompletionStage;

/** What runs applications, by way of the bus. */
record BusExecution(Bus bus) implements Execution {
  @Override
  public CompletionStage<Executed> execute(final Execute request) {
    return bus.request(Topics.TRANSACTIONS_EXECUTE, request).toCompletionStage();
  }

  @Override
  public CompletionStage<Attempt> attest(final Attest request) {
    return bus.request(Topics.TRANSACTION_ATTEST, request).toCompletionStage();
  }

  @Override
  public CompletionStage<Executed> initialize(final Initialize request) {
    return bus.request(Topics.CONTEXT_INITIALIZE, request).toCompletionStage();
  }

  @Override
  public CompletionStage<Executed> migrate(final Migrate request) {
    return bus.request(Topics.MIGRATION_EXECUTE, request).toCompletionStage();
  }

  @Override
  public CompletionStage<Reexecuted> reexecute(final Reexecute request) {
    return bus.request(Topics.CONTEXT_REEXECUTE, request).toCompletionStage();
  }

  @Override
  public CompletionStage<Replayed> replay(final Replay request) {
    return bus.request(Topics.ENTRIES_REPLAY, request).toCompletionStage();
  }

  @Override
  public CompletionStage<ModuleDescription> check(final Bytes module) {
    return bus.request(Topics.MODULE_CHECK, new CheckModule(module)).toCompletionStage();
  }

  @Override
  public CompletionStage<ModuleDescription> describe(final BlobId module) {
    return bus.request(Topics.MODULE_DESCRIBE, new DescribeModule(module)).toCompletionStage();
  }

  @Override
  public CompletionStage<State> state(final GetState request) {
    return bus.request(Topics.STATE_GET, request).toCompletionStage();
  }

  @Override
  public CompletionStage<Answer> query(final Query query) {
    return bus.request(Topics.QUERY, query).toCompletionStage();
  }
}
