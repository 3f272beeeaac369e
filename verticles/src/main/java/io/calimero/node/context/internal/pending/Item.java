// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal.pending;

import io.calimero.node.events.Hash;
import io.calimero.node.events.Transaction;
import io.calimero.node.events.messages.ExecutionMessages.Answer;
import io.calimero.node.events.messages.ExecutionMessages.Written;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** One transaction in the pool. */
final class Item {
  /** Where it is. */
  enum Stage {
    /** On its way to the disk, or being looked for in the log. */
    COMING,
    /** To be handed over. */
    WAITING,
    /** Handed over, and not answered. */
    SENT,
    /** The coordinator has it; its entry is not here yet. */
    ORDERED,
    /** Its fate is known; it is not in the pool any more. */
    GONE
  }

  final PendingRecord.Taken taken;
  final long number;
  final long size;

  /** Done when it is on disk. */
  final CompletableFuture<Item> stored = new CompletableFuture<>();

  /** What its caller is told in the end. */
  final CompletableFuture<Answer> answer = new CompletableFuture<>();

  Stage stage = Stage.COMING;
  int tries;
  int bugs;
  boolean told;
  Optional<String> problem = Optional.empty();
  Optional<Written> written = Optional.empty();
  long orderedAt;

  /** Runs what belongs to the trace of whoever brought it. */
  final Executor trace;

  /**
   * An item.
   *
   * @param number in the order of taking
   * @param size how many bytes it has
   * @param trace runs what belongs to the trace of whoever brought it
   */
  Item(final PendingRecord.Taken taken, final long number, final long size, final Executor trace) {
    this.trace = trace;
    this.taken = taken;
    this.number = number;
    this.size = size;
  }

  Transaction.Signed signed() {
    return taken.transaction();
  }

  Transaction transaction() {
    return taken.transaction().transaction();
  }

  Hash hash() {
    return taken.transaction().hash();
  }
}
