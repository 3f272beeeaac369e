// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.execution.internal;

import io.calimero.node.events.Problem.Code;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Begins asynchronous tasks in the order of their coming, so many at a time. */
final class TaskQueue {
  private final int atOnce;
  private final int bound;
  private final Deque<Runnable> waiting = new ArrayDeque<>();
  private int running;

  /**
   * A queue.
   *
   * @param atOnce how many tasks run at a time
   * @param bound how many may wait; more fail with {@code BUSY}
   */
  TaskQueue(final int atOnce, final int bound) {
    this.atOnce = atOnce;
    this.bound = bound;
  }

  /** Runs the task when enough of those before it have ended, however they ended. */
  <T> CompletableFuture<T> submit(final Supplier<CompletableFuture<T>> task) {
    final CompletableFuture<T> result = new CompletableFuture<>();
    final Runnable run = () -> run(task, result);
    synchronized (this) {
      if (running == atOnce) {
        if (waiting.size() >= bound) {
          return Futures.failed(
              Code.BUSY, "too much is waiting for this context already: try again");
        }
        waiting.addLast(run);
        return result;
      }
      running++;
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
        running--;
        return;
      }
      task = first;
    }
    task.run();
  }
}
