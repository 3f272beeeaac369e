// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal;

import io.calimero.node.events.ContextId;
import io.calimero.node.events.Entry;
import io.calimero.node.events.messages.ContextMessages.Applied;
import io.calimero.node.events.messages.ContextMessages.Apply;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/**
 * What is done to a context, one part after the other. Entries that wait, and continue those before
 * them, are taken together: so whoever follows forces no more often than its disk can, in however
 * many messages they come. On the loop.
 */
final class Turns {
  /** Of messages that are 512 KiB at most. */
  private static final int MOST_REQUESTS = 16;

  private static final int MOST_ENTRIES = 1024;

  private final Function<Apply, CompletableFuture<Applied>> take;
  private final ToLongFunction<ContextId> head;
  private final Map<ContextId, CompletableFuture<Async.Done>> last = new HashMap<>();
  private final Map<ContextId, Deque<Waiting>> waiting = new HashMap<>();

  /** One request is another one than an equal one. */
  private static final class Waiting {
    private final Apply request;
    private final CompletableFuture<Applied> applied = new CompletableFuture<>();

    Waiting(final Apply request) {
      this.request = request;
    }

    long first() {
      return request.entries().getFirst().entry().position();
    }

    long last() {
      return request.entries().getLast().entry().position();
    }
  }

  /**
   * Turns.
   *
   * @param take takes entries whose turn has come
   * @param head where the log of a context ends
   */
  Turns(
      final Function<Apply, CompletableFuture<Applied>> take,
      final ToLongFunction<ContextId> head) {
    this.take = take;
    this.head = head;
  }

  /** Takes entries in their turn. */
  CompletableFuture<Applied> apply(final Apply request) {
    if (request.entries().isEmpty()) {
      return inTurn(request.context(), () -> take.apply(request));
    }
    final Waiting added = new Waiting(request);
    waiting.computeIfAbsent(request.context(), _ -> new ArrayDeque<>()).addLast(added);
    final CompletableFuture<Async.Done> turn = inTurn(request.context(), () -> turnOf(added));
    return turn.thenCompose(_ -> added.applied);
  }

  /** Does something else in its turn. */
  <T> CompletableFuture<T> inTurn(
      final ContextId context, final Supplier<CompletableFuture<T>> part) {
    final CompletableFuture<T> done =
        last.getOrDefault(context, CompletableFuture.completedFuture(Async.Done.DONE))
            .thenCompose(_ -> part.get());
    final CompletableFuture<Async.Done> end = done.handle((_, _) -> Async.Done.DONE);
    last.put(context, end);
    // Nothing is kept for a context that has caught up.
    return done.whenComplete((_, _) -> last.remove(context, end));
  }

  /** Those that were taken together with ones before them have no turn of their own. */
  private CompletableFuture<Async.Done> turnOf(final Waiting mine) {
    final ContextId context = mine.request.context();
    final Deque<Waiting> queue = waiting.getOrDefault(context, new ArrayDeque<>());
    if (queue.peekFirst() != mine) {
      return CompletableFuture.completedFuture(Async.Done.DONE);
    }
    final List<Waiting> together = together(queue);
    if (queue.isEmpty()) {
      waiting.remove(context);
    }
    if (together.size() == 1) {
      return alone(mine);
    }
    final List<Entry.Signed> all =
        together.stream().flatMap(each -> each.request.entries().stream()).toList();
    return taken(new Apply(context, all))
        .<Optional<Applied>>thenApply(Optional::of)
        .exceptionally(_ -> Optional.empty())
        .thenCompose(applied -> settle(together, 0, applied));
  }

  /** What the log has already is held against it message by message. */
  private List<Waiting> together(final Deque<Waiting> queue) {
    final Waiting first = queue.removeFirst();
    final List<Waiting> together = new ArrayList<>(List.of(first));
    final boolean isFresh = first.first() > head.applyAsLong(first.request.context());
    long end = first.last();
    int entries = first.request.entries().size();
    while (isFresh
        && !queue.isEmpty()
        && together.size() < MOST_REQUESTS
        && queue.getFirst().first() == end + 1
        && entries + queue.getFirst().request.entries().size() <= MOST_ENTRIES) {
      final Waiting next = queue.removeFirst();
      together.add(next);
      end = next.last();
      entries += next.request.entries().size();
    }
    return together;
  }

  /** What could not be done for all of them each does for itself, and is told why not. */
  private CompletableFuture<Async.Done> settle(
      final List<Waiting> together, final int next, final Optional<Applied> applied) {
    if (next == together.size()) {
      return CompletableFuture.completedFuture(Async.Done.DONE);
    }
    final Waiting one = together.get(next);
    final boolean isDone =
        applied.filter(reached -> reached.head().position() >= one.last()).isPresent();
    if (isDone) {
      one.applied.complete(applied.get());
      return settle(together, next + 1, applied);
    }
    return alone(one).thenCompose(_ -> settle(together, next + 1, applied));
  }

  private CompletableFuture<Async.Done> alone(final Waiting one) {
    return taken(one.request)
        .handle(
            (applied, failure) -> {
              if (failure == null) {
                one.applied.complete(applied);
              } else {
                one.applied.completeExceptionally(failure);
              }
              return Async.Done.DONE;
            });
  }

  /** What is thrown at once is a failure too: somebody waits for each of them. */
  private CompletableFuture<Applied> taken(final Apply request) {
    return CompletableFuture.completedFuture(request).thenCompose(take);
  }
}
