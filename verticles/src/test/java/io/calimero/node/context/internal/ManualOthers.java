// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal;

import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.messages.CatchupMessages.Change;
import io.calimero.node.events.messages.CatchupMessages.Fetch;
import io.calimero.node.events.messages.CatchupMessages.Submit;
import io.calimero.node.events.messages.ExecutionMessages.Answer;
import io.calimero.node.events.messages.MembershipMessages.Compare;
import io.calimero.node.events.messages.MembershipMessages.Compared;
import io.calimero.node.events.messages.MembershipMessages.HasMet;
import io.calimero.node.events.messages.MembershipMessages.Knock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Other nodes that do what the test says; nobody is there until it says something. */
final class ManualOthers implements Others {
  Optional<Function<Fetch, CompletionStage<?>>> fetching = Optional.empty();
  Optional<Function<Submit, CompletionStage<Answer>>> ordering = Optional.empty();

  Optional<Function<Change, CompletionStage<?>>> changing = Optional.empty();
  Optional<Function<Knock, CompletionStage<?>>> knocking = Optional.empty();
  Optional<Compared> compared = Optional.empty();
  boolean met = true;

  @Override
  public CompletionStage<List<String>> addresses() {
    return CompletableFuture.completedStage(List.of("/ip4/192.0.2.7/tcp/1/p2p/peer"));
  }

  @Override
  public CompletionStage<?> fetch(final Fetch request) {
    return fetching.isPresent() ? fetching.get().apply(request) : nobody();
  }

  @Override
  public CompletionStage<Answer> submit(final Submit request) {
    return ordering.isPresent() ? ordering.get().apply(request) : nobody();
  }

  @Override
  public CompletionStage<?> change(final Change request) {
    return changing.isPresent() ? changing.get().apply(request) : nobody();
  }

  @Override
  public CompletionStage<?> knock(final Knock request) {
    return knocking.isPresent() ? knocking.get().apply(request) : nobody();
  }

  @Override
  public CompletionStage<Boolean> hasMet(final HasMet request) {
    return CompletableFuture.completedStage(met);
  }

  @Override
  public CompletionStage<Compared> compare(final Compare request) {
    return compared.isPresent() ? CompletableFuture.completedStage(compared.get()) : nobody();
  }

  private static <T> CompletionStage<T> nobody() {
    return CompletableFuture.failedStage(
        Problem.of(Code.PEER_UNREACHABLE, "nobody is there").toException());
  }
}
