// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.async;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/** The timers of an event loop. */
public final class EventLoopTimers implements Timers, Executor {
  private final EventExecutor loop;

  /** The timers of {@code loop}, which runs their tasks. */
  public EventLoopTimers(final EventExecutor loop) {
    this.loop = loop;
  }

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public Timer after(final Duration delay, final Runnable task) {
    final ScheduledFuture<?> future = loop.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
    return () -> future.cancel(false);
  }

  /** Runs {@code task} on the loop: at once when called from there, or when the loop has ended. */
  @Override
  public void execute(final Runnable task) {
    if (loop.inEventLoop()) {
      task.run();
      return;
    }
    try {
      loop.execute(task);
    } catch (final RejectedExecutionException e) {
      // The loop has ended, so nothing runs beside the task, which finds everything closed.
      task.run();
    }
  }

  /**
   * Runs {@code task} on the loop after what waits there, also when called from there: a step that
   * leads to the next one this way takes no stack. Nothing happens when the loop has ended.
   */
  public void later(final Runnable task) {
    try {
      loop.execute(task);
    } catch (final RejectedExecutionException e) {
      // Whoever ends a loop also ends what takes steps on it.
    }
  }
}
