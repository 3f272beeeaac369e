// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.execution.internal;

import io.calimero.node.events.Problem.Code;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Runs asynchronous tasks one after the other, in the order of their coming. */
final class SerialQueue {
  private final int bound;
  private final Deque<Runnable> waiting = new ArrayDeque<>();
  private boolean running;

  /**
   * A queue.
   *
   * @param bound how many tasks may wait; more fail with {@code BUSY}
   */
  SerialQueue(final int bound) {
    this.bound = bound;
  }

  /** Runs the task when all before it have ended, however they ended. */
  <T> CompletableFuture<T> submit(final Supplier<CompletableFuture<T>> task) {
    final CompletableFuture<T> result = new CompletableFuture<>();
    final Runnable run = () -> run(task, result);
    synchronized (this) {
      if (running) {
        if (waiting.size() >= bound) {
          return Futures.failed(
              Code.BUSY, "this context has " + bound + " calls waiting already: try again");
        }
        waiting.addLast(run);
        return result;
      }
      running = true;
    }
    run.run();
    return result;
  }

  private <T> void run(
      final Supplier<CompletableFuture<T>> task, final CompletableFuture<T> result) {
    CompletableFuture<T> started;
    try {
      started = task.get();
    } catch (final RuntimeException e) {
      started = CompletableFuture.failedFuture(e);
    }
    final CompletableFuture<T> _ =
        started.whenComplete(
            (value, failure) -> {
              next();
              if (failure == null) {
                result.complete(value);
              } else {
                result.completeExceptionally(Futures.cause(failure));
              }
            });
  }

  private void next() {
    final Runnable task;
    synchronized (this) {
      final Runnable first = waiting.pollFirst();
      if (first == null) {
        running = false;
        return;
      }
      task = first;
    }
    task.run();
  }
}
