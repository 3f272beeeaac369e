// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.async;

import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.Executor;

/** Time that passes only when told to, on one thread. */
public final class VirtualTime implements Timers, Executor {
  private final PriorityQueue<Task> tasks =
      new PriorityQueue<>(
          Comparator.comparingLong((Task task) -> task.at).thenComparingLong(task -> task.order));
  private long now;
  private long order;

  private static final class Task {
    private final long at;
    private final long order;
    private final Runnable action;
    private boolean cancelled;

    Task(final long at, final long order, final Runnable action) {
      this.at = at;
      this.order = order;
      this.action = action;
    }
  }

  @Override
  public long nanoTime() {
    return now;
  }

  @Override
  public Timer after(final Duration delay, final Runnable task) {
    final Task waiting = new Task(now + delay.toNanos(), order++, task);
    tasks.add(waiting);
    return () -> waiting.cancelled = true;
  }

  @Override
  public void execute(final Runnable task) {
    task.run();
  }

  /** Lets {@code time} pass and everything happen that falls into it. */
  public void pass(final Duration time) {
    final long end = now + time.toNanos();
    while (!tasks.isEmpty() && tasks.element().at <= end) {
      final Task task = tasks.remove();
      now = Math.max(now, task.at);
      if (!task.cancelled) {
        task.action.run();
      }
    }
    now = end;
  }
}
