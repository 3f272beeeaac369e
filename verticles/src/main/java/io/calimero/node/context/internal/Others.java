// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal;

import io.calimero.node.events.messages.CatchupMessages.Change;
import io.calimero.node.events.messages.CatchupMessages.Fetch;
import io.calimero.node.events.messages.CatchupMessages.Submit;
import io.calimero.node.events.messages.ExecutionMessages.Answer;
import io.calimero.node.events.messages.MembershipMessages.Compare;
import io.calimero.node.events.messages.MembershipMessages.Compared;
import io.calimero.node.events.messages.MembershipMessages.HasMet;
import io.calimero.node.events.messages.MembershipMessages.Knock;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * What the core asks of other nodes. Stages fail with {@link
 * io.calimero.node.events.NodeException}.
 */
public interface Others {
  /** Where this node is, for those it invites. */
  CompletionStage<List<String>> addresses();

  /** Fetches a context that is being joined. */
  CompletionStage<?> fetch(Fetch request);

  /** Has a transaction ordered. */
  CompletionStage<Answer> submit(Submit request);

  /** Has a change ordered. */
  CompletionStage<?> change(Change request);

  /** Has an open invitation honoured. */
  CompletionStage<?> knock(Knock request);

  /** Whether a member's node was met since this one started. */
  CompletionStage<Boolean> hasMet(HasMet request);

  /** Compares the end of a log with that of the coordinator's. */
  CompletionStage<Compared> compare(Compare request);
}
