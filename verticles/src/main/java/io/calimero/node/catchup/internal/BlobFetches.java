// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.catchup.internal;

import io.calimero.node.events.BlobId;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.messages.BlobMessages.Fetch;
import io.calimero.node.events.messages.BlobMessages.Fetched;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Blobs that are being fetched, a few at once: whoever asks for one that is under way waits for the
 * same, and whoever has waited for long enough is told so, while it goes on. On the loop.
 */
final class BlobFetches {
  /** So many are fetched at once. */
  static final int AT_ONCE = 4;

  /** So many are under way or wait for their turn. */
  static final int MOST = 64;

  private final Commands commands;
  private final ClientPeer client;
  private final LongSupplier nanos;

  /** In the order in which they were asked for. */
  private final Map<Wanted, Task> tasks = new LinkedHashMap<>();

  /** A blob, and whose members are asked for it. */
  private record Wanted(ContextId context, BlobId blob) {}

  private record Waiter(CompletableFuture<Fetched> answer, long end) {}

  private static final class Task {
    private final BlobFetch fetch;
    private final List<Waiter> waiters = new ArrayList<>();
    private boolean begun;

    Task(final BlobFetch fetch) {
      this.fetch = fetch;
    }
  }

  /**
   * Nothing is fetched yet.
   *
   * @param nanos a clock, from any beginning; decides how long is waited, and who is too slow
   */
  BlobFetches(final Commands commands, final ClientPeer client, final LongSupplier nanos) {
    this.commands = commands;
    this.client = client;
    this.nanos = nanos;
  }

  CompletableFuture<Fetched> fetch(final Fetch request) {
    final Wanted wanted = new Wanted(request.context(), request.blob());
    if (!tasks.containsKey(wanted) && tasks.size() >= MOST) {
      return Problems.failed(Code.BUSY, "too many blobs are being fetched: try again");
    }
    final CompletableFuture<Fetched> answer = new CompletableFuture<>();
    tasks
        .computeIfAbsent(
            wanted,
            _ -> new Task(new BlobFetch(commands, client, wanted.context, wanted.blob, nanos)))
        .waiters
        .add(
            new Waiter(
                answer, nanos.getAsLong() + TimeUnit.MILLISECONDS.toNanos(request.waitMillis())));
    begin();
    return answer;
  }

  /** Begins what may: the same blob for another context waits, and finds it then. */
  private void begin() {
    for (final Map.Entry<Wanted, Task> each : List.copyOf(tasks.entrySet())) {
      final Task task = each.getValue();
      final BlobId blob = each.getKey().blob;
      if (tasks.values().stream().filter(other -> other.begun).count() >= AT_ONCE) {
        return;
      }
      final boolean waits =
          task.begun
              || tasks.entrySet().stream()
                  .anyMatch(other -> other.getValue().begun && other.getKey().blob.equals(blob));
      if (!waits) {
        task.begun = true;
        Attempts.quietly(
            task.fetch
                .run()
                .whenComplete((fetched, failure) -> end(each.getKey(), fetched, failure)));
      }
    }
  }

  private void end(
      final Wanted wanted, final @Nullable Fetched fetched, final @Nullable Throwable failure) {
    final Task task = tasks.remove(wanted);
    begin();
    if (task == null) {
      return;
    }
    for (final Waiter waiter : task.waiters) {
      if (fetched != null) {
        waiter.answer.complete(fetched);
      } else if (failure != null) {
        waiter.answer.completeExceptionally(Problems.of(failure).toException());
      }
    }
  }

  /** Tells those who have waited for long enough. To be called every second or so. */
  void tick() {
    final long now = nanos.getAsLong();
    tasks.forEach(
        (wanted, task) -> {
          final List<Waiter> over =
              task.waiters.stream().filter(waiter -> waiter.end - now <= 0).toList();
          task.waiters.removeAll(over);
          over.forEach(
              waiter ->
                  waiter.answer.completeExceptionally(
                      Problem.of(
                              Code.TIMEOUT,
                              "the blob "
                                  + wanted.blob
                                  + " is still being fetched from members of the context: "
                                  + task.fetch.progress(),
                              wanted.blob.hash())
                          .toException()));
        });
  }
}
