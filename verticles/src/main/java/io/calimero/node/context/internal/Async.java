// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal;

import io.calimero.node.events.NodeException;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.bus.Traces;
import io.calimero.node.storage.StorageException;
import io.calimero.node.storage.log.LogException;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Futures of the core: everything comes back on the loop, every failure as a problem. */
final class Async {
  private final Executor loop;
  private final Executor blocking;
  private final Traces traces;

  Async(final Executor loop, final Executor blocking, final Traces traces) {
    this.loop = loop;
    this.blocking = blocking;
    this.traces = traces;
  }

  /** Runs what belongs to the trace of the work at hand, whenever that is; on the loop. */
  Executor here() {
    return traces.here();
  }

  /** The loop, for what belongs to the trace of the work at hand. */
  private Executor loopHere() {
    final Executor here = here();
    return task -> loop.execute(() -> here.execute(task));
  }

  /** Does something that blocks, away from the loop; the result comes back on the loop. */
  <T> CompletableFuture<T> blocking(final Supplier<T> work) {
    return onLoop(CompletableFuture.supplyAsync(work, blocking));
  }

  /** Does something that blocks and gives nothing back. */
  CompletableFuture<Done> blocking(final Runnable work) {
    return blocking(
        () -> {
          work.run();
          return Done.DONE;
        });
  }

  /** The same result, delivered on the loop. */
  <T> CompletableFuture<T> onLoop(final CompletionStage<T> stage) {
    return stage
        .handleAsync(Async::<T>settle, loopHere())
        .thenCompose(result -> result)
        .toCompletableFuture();
  }

  /** Calls back on the loop with the result or the problem. */
  <T> void settled(
      final CompletionStage<T> stage, final BiConsumer<@Nullable T, @Nullable Problem> callback) {
    final CompletionStage<Done> end =
        stage.handleAsync(
            (value, failure) -> {
              callback.accept(value, failure == null ? null : problem(failure));
              return Done.DONE;
            },
            loopHere());
    // A callback that throws is a bug, and must not pass in silence.
    final CompletionStage<Done> checked =
        end.exceptionally(
            bug -> {
              Thread.currentThread()
                  .getUncaughtExceptionHandler()
                  .uncaughtException(Thread.currentThread(), bug);
              return Done.DONE;
            });
    assert checked != null;
  }

  private static <T> CompletionStage<T> settle(
      final @Nullable T value, final @Nullable Throwable failure) {
    return failure == null
        ? CompletableFuture.completedStage(value)
        : CompletableFuture.failedStage(problem(failure).toException());
  }

  /** A failed future. */
  static <T> CompletableFuture<T> failed(final Problem problem) {
    return CompletableFuture.failedFuture(problem.toException());
  }

  /** What went wrong, in the words of the bus. */
  static Problem problem(final Throwable failure) {
    return switch (failure) {
      case CompletionException wrapped when wrapped.getCause() != null ->
          problem(wrapped.getCause());
      case NodeException known -> known.problem();
      case LogException log -> Problem.of(code(log), words(log));
      case StorageException storage -> Problem.of(code(storage), words(storage));
      default -> Problem.of(Code.INTERNAL, "internal error: " + failure);
    };
  }

  /** The message of a failure, or its name if it has none. */
  static String words(final Throwable failure) {
    return Objects.requireNonNullElseGet(failure.getMessage(), failure::toString);
  }

  private static Code code(final LogException failure) {
    return switch (failure.code()) {
      case BUSY -> Code.BUSY;
      case STORAGE_FULL -> Code.STORAGE_FULL;
      case DAMAGED -> Code.CONTEXT_DAMAGED;
      case TOO_LARGE -> Code.INVALID_REQUEST;
      case CLOSED -> Code.NOT_READY;
      case FAILED, UNREADABLE -> Code.LOG_FAILED;
      case OUT_OF_ORDER -> Code.INTERNAL;
      case BEFORE_BASE -> Code.LOG_BEGINS_LATER;
    };
  }

  private static Code code(final StorageException failure) {
    return switch (failure.code()) {
      case FULL -> Code.STORAGE_FULL;
      case MISSING, CORRUPT -> Code.BLOB_UNAVAILABLE;
      case REJECTED -> Code.INVALID_REQUEST;
      case CLOSED -> Code.NOT_READY;
      case IN_USE, NOT_A_HOME, NEWER_FORMAT, PERMISSION, IO -> Code.INTERNAL;
    };
  }

  /** The result of what gives none. */
  enum Done {
    /** It was done. */
    DONE
  }
}
