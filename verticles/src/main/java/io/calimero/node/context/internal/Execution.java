// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal;

import io.calimero.node.events.BlobId;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.Problem;
import io.calimero.node.events.messages.ApplicationMessages.ModuleDescription;
import io.calimero.node.events.messages.AttestationMessages.Attempt;
import io.calimero.node.events.messages.AttestationMessages.Attest;
import io.calimero.node.events.messages.AttestationMessages.Ordinary;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * What the core asks of execution. Stages fail with {@link io.calimero.node.events.NodeException}.
 */
public interface Execution {

  /** Runs transactions on top of a head. */
  CompletionStage<Executed> execute(Execute request);

  /**
   * Runs a call for its author, who vouches for it. Unless overridden there is no private storage,
   * and every call is for everybody to run.
   */
  default CompletionStage<Attempt> attest(final Attest request) {
    return CompletableFuture.completedStage(new Ordinary());
  }

  /** Runs {@code init} on top of a first entry. */
  CompletionStage<Executed> initialize(Initialize request);

  /** Runs the {@code migrate} of a new application on top of a head. */
  CompletionStage<Executed> migrate(Migrate request);

  /** Executes a log once more, and makes the state anew. */
  CompletionStage<Reexecuted> reexecute(Reexecute request);

  /** Runs what a coordinator elsewhere has ordered. */
  CompletionStage<Replayed> replay(Replay request);

  /** Checks that bytes are a module that can be installed. */
  CompletionStage<ModuleDescription> check(Bytes module);

  /** Describes an installed module. */
  CompletionStage<ModuleDescription> describe(BlobId module);

  /** The state of a context in short. */
  default CompletionStage<State> state(final GetState request) {
    return CompletableFuture.failedStage(
        Problem.of(Problem.Code.NOT_READY, "no state is known here").toException());
  }

  /** Runs a call that must not write. */
  CompletionStage<Answer> query(Query query);
}
