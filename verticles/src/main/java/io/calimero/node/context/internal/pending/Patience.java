// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal.pending;

import io.calimero.node.events.messages.ExecutionMessages.Answer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;

/** Callers that wait for what becomes of a transaction, each for the same time at most. */
final class Patience {
  private final Outside outside;
  private final Duration wait;
  private final BiConsumer<Item, CompletableFuture<Answer>> over;
  private final Deque<Waiter> waiters = new ArrayDeque<>();
  private boolean armed;

  private record Waiter(Item item, CompletableFuture<Answer> told, long until) {}

  /**
   * Patience.
   *
   * @param over is called when a caller has waited long enough, and tells it
   */
  Patience(
      final Outside outside,
      final Duration wait,
      final BiConsumer<Item, CompletableFuture<Answer>> over) {
    this.outside = outside;
    this.wait = wait;
    this.over = over;
  }

  CompletableFuture<Answer> await(final Item item) {
    final CompletableFuture<Answer> told = item.answer.copy();
    waiters.addLast(new Waiter(item, told, outside.now() + wait.toNanos()));
    arm();
    return told;
  }

  /** Nobody waits any longer. */
  void end() {
    while (!waiters.isEmpty()) {
      give(waiters.removeFirst());
    }
  }

  private void arm() {
    if (!armed && !waiters.isEmpty()) {
      armed = true;
      final long left = waiters.getFirst().until - outside.now();
      outside.after(Duration.ofNanos(Math.clamp(left, 1_000_000, wait.toNanos())), this::look);
    }
  }

  private void look() {
    armed = false;
    while (!waiters.isEmpty()
        && (waiters.getFirst().told.isDone() || waiters.getFirst().until <= outside.now())) {
      give(waiters.removeFirst());
    }
    arm();
  }

  private void give(final Waiter waiter) {
    if (!waiter.told.isDone()) {
      over.accept(waiter.item, waiter.told);
    }
  }
}
