// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.execution.internal;

import io.calimero.node.events.BlobId;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.messages.BlobMessages.PartWritten;
import io.calimero.node.events.messages.BlobMessages.ReadPart;
import io.calimero.node.events.messages.BlobMessages.WritePart;
import io.calimero.node.events.messages.ContextMessages.LogPart;
import io.calimero.node.events.messages.ContextMessages.ReadLog;
import io.calimero.node.events.messages.ExecutionMessages.TransactionExecuted;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/** One thread that runs what waits in an order that its seed decides, as any threads might. */
final class Scheduler {
  private final Random random;
  private final List<Runnable> waiting = new ArrayList<>();

  Scheduler(final Random random) {
    this.random = random;
  }

  Pools pools() {
    return new Pools(waiting::add, waiting::add, waiting::add, waiting::add);
  }

  /** Runs one of the tasks that wait, if any does. */
  boolean step() {
    if (waiting.isEmpty()) {
      return false;
    }
    waiting.remove(random.nextInt(waiting.size())).run();
    return true;
  }

  /** Runs all that wait and all that comes of it. */
  void drain() {
    for (int steps = 0; step(); steps++) {
      if (steps > 100_000) {
        throw new AssertionError("it goes on for ever");
      }
    }
  }

  private static <T> void pass(
      final CompletableFuture<T> done, final CompletableFuture<T> promise) {
    final CompletableFuture<T> _ =
        done.whenComplete(
            (value, failure) -> {
              if (failure == null) {
                promise.complete(value);
              } else {
                promise.completeExceptionally(failure);
              }
            });
  }

  /** The same neighbours, whose answers are made at some time and arrive at some later one. */
  Neighbours slow(final Neighbours neighbours) {
    return new Neighbours() {
      @Override
      public CompletableFuture<LogPart> readLog(final ReadLog request) {
        final CompletableFuture<LogPart> promise = new CompletableFuture<>();
        waiting.add(
            () -> {
              final CompletableFuture<LogPart> made = neighbours.readLog(request);
              waiting.add(() -> pass(made, promise));
            });
        return promise;
      }

      @Override
      public CompletableFuture<Bytes> readModule(final BlobId blob) {
        return neighbours.readModule(blob);
      }

      @Override
      public CompletableFuture<Bytes> readBlob(final ReadPart request) {
        return neighbours.readBlob(request);
      }

      @Override
      public CompletableFuture<PartWritten> writeBlob(final WritePart request) {
        return neighbours.writeBlob(request);
      }

      @Override
      public void announce(final TransactionExecuted notice) {
        neighbours.announce(notice);
      }
    };
  }
}
