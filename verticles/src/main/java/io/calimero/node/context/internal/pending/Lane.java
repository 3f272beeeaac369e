// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal.pending;

import io.calimero.node.context.PendingOptions;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Problem;
import io.calimero.node.events.PublicKey;
import io.calimero.node.events.messages.ExecutionMessages.Answer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;

/**
 * Hands the transactions of one context to its coordinator, in the order in which they were taken.
 *
 * <p>The first one goes alone; when it was answered, several go at once, each naming the one of its
 * executor before it. When one fails for the time being, no more are sent; those under way are
 * waited for, what failed goes back to the front, and after a pause the first one goes alone again.
 */
final class Lane {
  private static final long BYTES_IN_FLIGHT = 4L << 20;
  private static final int MAX_DOUBLINGS = 20;

  private final Outside outside;
  private final PendingOptions options;
  private final RandomGenerator jitter;
  private final Verdicts verdicts;
  private final Deque<Item> waiting = new ArrayDeque<>();
  private final List<Item> failed = new ArrayList<>();
  private final Map<PublicKey, Item> lastSent = new HashMap<>();
  private int inFlight;
  private long bytesInFlight;
  private boolean isHeld;
  private boolean isPaused;
  private boolean isPumping;
  private boolean isOpen;
  private int failures;
  private long pauses;
  private long lastTry;
  private Optional<String> obstacle = Optional.empty();
  int count;
  long bytes;

  /** Who is told what became of the items. */
  interface Verdicts {
    /** The coordinator has answered. */
    void answered(Item item, Answer answer);

    /**
     * It was not done.
     *
     * @return whether it is to be tried again
     */
    boolean failed(Item item, Problem problem);

    /** It can never be ordered. */
    void impossible(Item item, Problem problem);
  }

  Lane(
      final Outside outside,
      final PendingOptions options,
      final RandomGenerator jitter,
      final Verdicts verdicts) {
    this.outside = outside;
    this.options = options;
    this.jitter = jitter;
    this.verdicts = verdicts;
  }

  /** Why the coordinator cannot be handed anything, if it cannot. */
  Optional<String> problem() {
    return obstacle;
  }

  /** Nothing is sent until {@link #release}. */
  void hold() {
    isHeld = true;
  }

  void release() {
    isHeld = false;
    pump();
  }

  /** Whether nothing would be lost with it. */
  boolean isIdle() {
    return count == 0 && inFlight == 0 && failed.isEmpty();
  }

  /** An item that is on disk. */
  void add(final Item item) {
    item.stage = Item.Stage.WAITING;
    waiting.addLast(item);
    pump();
  }

  /** An item whose entry does not come is asked for once more. */
  void again(final Item item) {
    item.stage = Item.Stage.WAITING;
    waiting.addFirst(item);
    pump();
  }

  /** The coordinator may be there again. */
  void wake() {
    if (isPaused && outside.now() - lastTry >= options.firstRetry().toNanos()) {
      resume();
    }
  }

  private void resume() {
    isPaused = false;
    pauses++;
    pump();
  }

  private void pump() {
    if (isPumping) {
      return;
    }
    isPumping = true;
    while (mayHandOver()) {
      final Item next = waiting.removeFirst();
      if (next.stage == Item.Stage.WAITING) {
        final Optional<Problem> objection = outside.objection(next.transaction());
        if (objection.isPresent()) {
          verdicts.impossible(next, objection.get());
        } else {
          next.trace.execute(() -> handOver(next));
        }
      }
    }
    isPumping = false;
    if (!failed.isEmpty() && inFlight == 0) {
      backOff();
    }
  }

  private boolean mayHandOver() {
    return !isHeld
        && !isPaused
        && failed.isEmpty()
        && !waiting.isEmpty()
        && inFlight < (isOpen ? options.inFlight() : 1)
        && (inFlight == 0 || bytesInFlight + waiting.getFirst().size <= BYTES_IN_FLIGHT);
  }

  private void handOver(final Item item) {
    final Optional<Hash> after =
        Optional.ofNullable(lastSent.get(item.transaction().executor()))
            .filter(before -> before.stage == Item.Stage.SENT)
            .map(Item::hash);
    lastSent.put(item.transaction().executor(), item);
    item.stage = Item.Stage.SENT;
    item.tries++;
    inFlight++;
    bytesInFlight += item.size;
    lastTry = outside.now();
    final CompletableFuture<Object> _ =
        outside
            .submit(item.signed(), after)
            .handle(
                (answer, failure) -> {
                  inFlight--;
                  bytesInFlight -= item.size;
                  lastSent.remove(item.transaction().executor(), item);
                  if (failure == null) {
                    opened();
                    if (item.stage == Item.Stage.SENT) {
                      verdicts.answered(item, answer);
                    }
                  } else if (item.stage == Item.Stage.SENT) {
                    failed(item, outside.problem(failure));
                  }
                  pump();
                  return item;
                });
  }

  private void failed(final Item item, final Problem problem) {
    if (verdicts.failed(item, problem)) {
      failed.add(item);
      obstacle = Optional.of(problem.message());
    } else {
      opened();
    }
  }

  private void opened() {
    isOpen = true;
    failures = 0;
    obstacle = Optional.empty();
  }

  private void backOff() {
    failed.sort(Comparator.<Item>comparingLong(item -> item.number).reversed());
    for (final Item item : failed) {
      if (item.stage == Item.Stage.SENT) {
        item.stage = Item.Stage.WAITING;
        waiting.addFirst(item);
      }
    }
    failed.clear();
    isOpen = false;
    isPaused = true;
    final long pause = ++pauses;
    outside.after(
        delay(),
        () -> {
          if (isPaused && pauses == pause) {
            resume();
          }
        });
  }

  /** Doubles with each failure, and is anything from a half to all of that. */
  private Duration delay() {
    final long most =
        Math.min(
            options.lastRetry().toMillis(),
            options.firstRetry().toMillis() << Math.min(failures, MAX_DOUBLINGS));
    failures++;
    return Duration.ofMillis(most / 2 + jitter.nextLong(most / 2 + 1));
  }
}
