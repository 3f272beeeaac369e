// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal.pending;

import io.calimero.node.context.internal.pending.Item.Stage;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.messages.ExecutionMessages.Answer;
import io.calimero.node.events.messages.ExecutionMessages.Failed;
import io.calimero.node.events.messages.ExecutionMessages.Read;
import io.calimero.node.events.messages.ExecutionMessages.WouldWrite;
import io.calimero.node.events.messages.ExecutionMessages.Written;
import io.calimero.node.events.messages.TransactionMessages.Fate;
import io.calimero.node.events.messages.TransactionMessages.Rejected;
import io.calimero.node.events.messages.TransactionMessages.WroteNothing;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** What becomes of a transaction by what its coordinator says. */
final class Judge implements Lane.Verdicts {
  /** What goes wrong at the coordinator so often is not tried any more. */
  private static final int MAX_BUGS = 8;

  private final Outside outside;
  private final Endings endings;

  /** Who ends what is judged. */
  interface Endings {
    /** Without an entry; on disk before anyone is told. */
    void settle(Item item, Fate fate, Consumer<CompletableFuture<Answer>> tell);

    /** With an entry that never comes here. */
    void skipped(Item item, Written written);

    /** It may be ordered or not, and nobody will tell. */
    void giveUp(Item item, Problem problem);
  }

  Judge(final Outside outside, final Endings endings) {
    this.outside = outside;
    this.endings = endings;
  }

  @Override
  public void answered(final Item item, final Answer answer) {
    switch (answer) {
      case Written written when isSkipped(item, written) -> endings.skipped(item, written);
      case Written written -> {
        item.stage = Stage.ORDERED;
        item.orderedAt = outside.now();
        item.written = Optional.of(written);
        item.problem =
            Optional.of(
                "ordered at position " + written.position() + "; the entry is on its way here");
      }
      case Read read ->
          endings.settle(item, new WroteNothing(read.position()), told -> told.complete(answer));
      case Failed failed ->
          endings.settle(
              item,
              new Rejected(Optional.empty(), failed.error().message(), outside.now()),
              told -> told.complete(answer));
      case WouldWrite _ ->
          impossible(item, Problem.of(Code.INTERNAL, "the coordinator's answer has no meaning"));
    }
  }

  /** As long as it waits here, no entry that came to this node is its own. */
  @Override
  public long since(final Item item) {
    return isUnseen(item)
        ? item.taken.head()
        : Math.max(item.taken.head(), outside.head(item.transaction().context()));
  }

  @Override
  public boolean failed(final Item item, final Problem problem) {
    item.problem = Optional.of(problem.message());
    if (problem.code() == Code.LOG_BEGINS_LATER && isUnseen(item)) {
      endings.giveUp(item, Problem.of(Code.TIMEOUT, Wording.lost(item, problem), item.hash()));
      return false;
    }
    if (problem.code() == Code.INTERNAL) {
      item.bugs++;
    }
    final boolean isFinal =
        switch (problem.code()) {
          // what has gone stale can be run anew by its author, but never ordered
          case INVALID_REQUEST, UNAUTHORIZED, DEADLINE, STALE -> true;
          case PRIOR_MISMATCH -> item.transaction().expectedPrior().isPresent();
          default -> item.bugs >= MAX_BUGS;
        };
    if (isFinal) {
      impossible(item, problem);
    }
    return !isFinal;
  }

  @Override
  public void impossible(final Item item, final Problem problem) {
    endings.settle(
        item,
        new Rejected(Optional.of(problem.code()), problem.message(), outside.now()),
        told -> told.completeExceptionally(problem.toException()));
  }

  /** Whether its entry may be among those that never came here, as this node took a state. */
  private boolean isUnseen(final Item item) {
    return item.isUnsought
        || item.taken.head() + 1 < outside.beginning(item.transaction().context());
  }

  /** Whether its entry never comes here, as this node took the state behind it. */
  boolean isSkipped(final Item item, final Written written) {
    return written.position() < outside.beginning(item.transaction().context());
  }
}
