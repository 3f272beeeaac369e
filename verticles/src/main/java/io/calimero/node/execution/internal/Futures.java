// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.execution.internal;

import io.calimero.node.events.NodeException;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;

/** What the cores need beyond {@link CompletableFuture} itself. */
final class Futures {
  private Futures() {}

  /** Runs the task there; fails with {@code BUSY} if the executor cannot take it on. */
  static <T> CompletableFuture<T> on(final Executor executor, final Supplier<T> task) {
    try {
      return CompletableFuture.supplyAsync(task, executor);
    } catch (final RejectedExecutionException e) {
      return CompletableFuture.failedFuture(
          Problem.of(Code.BUSY, "the node has too many calls under way: try again").toException());
    }
  }

  /** A future that has failed with a problem. */
  static <T> CompletableFuture<T> failed(final Code code, final String message) {
    return CompletableFuture.failedFuture(Problem.of(code, message).toException());
  }

  /** What really went wrong. */
  static Throwable cause(final Throwable failure) {
    final boolean wraps =
        failure instanceof CompletionException || failure instanceof ExecutionException;
    return wraps && failure.getCause() != null ? failure.getCause() : failure;
  }

  /** Whether the failure is a problem of this kind. */
  static boolean is(final Code code, final Throwable failure) {
    return cause(failure) instanceof NodeException e && e.problem().code() == code;
  }
}
