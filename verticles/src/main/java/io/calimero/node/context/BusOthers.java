// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context;

import io.calimero.node.context.internal.Others;
import io.calimero.node.events.bus.Bus;
import io.calimero.node.events.bus.Topics;
import io.calimero.node.events.messages.CatchupMessages.Change;
import io.calimero.node.events.messages.CatchupMessages.Fetch;
import io.calimero.node.events.messages.CatchupMessages.Submit;
import io.calimero.node.events.messages.ExecutionMessages.Answer;
import io.calimero.node.events.messages.MembershipMessages.Compare;
import io.calimero.node.events.messages.MembershipMessages.Compared;
import io.calimero.node.events.messages.MembershipMessages.HasMet;
import io.calimero.node.events.messages.MembershipMessages.Knock;
import io.calimero.node.events.messages.MembershipMessages.Met;
import io.calimero.node.events.messages.NetworkMessages.GetStatus;
import io.calimero.node.events.messages.NetworkMessages.Status;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** The other nodes, by way of the bus. */
record BusOthers(Bus bus) implements Others {
  @Override
  public CompletionStage<List<String>> addresses() {
    return bus.request(Topics.NETWORK_STATUS, new GetStatus())
        .map(Status::addresses)
        .toCompletionStage();
  }

  @Override
  public CompletionStage<?> fetch(final Fetch request) {
    return bus.request(Topics.CONTEXT_FETCH, request).toCompletionStage();
  }

  @Override
  public CompletionStage<Answer> submit(final Submit request) {
    return bus.request(Topics.TRANSACTION_SUBMIT, request).toCompletionStage();
  }

  @Override
  public CompletionStage<?> change(final Change request) {
    return bus.request(Topics.CHANGE_SUBMIT, request).toCompletionStage();
  }

  @Override
  public CompletionStage<?> knock(final Knock request) {
    return bus.request(Topics.CONTEXT_KNOCK, request).toCompletionStage();
  }

  @Override
  public CompletionStage<Boolean> hasMet(final HasMet request) {
    return bus.request(Topics.CONTEXT_HAS_MET, request).map(Met::met).toCompletionStage();
  }

  @Override
  public CompletionStage<Compared> compare(final Compare request) {
    return bus.request(Topics.CONTEXT_COMPARE, request).toCompletionStage();
  }
}
