// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.async;

import java.time.Duration;

/** Time as the protocols see it. Tasks run on the one thread that owns whoever asked for them. */
public interface Timers {
  /** Nanoseconds since some fixed moment; never goes back. */
  long nanoTime();

  /** Runs {@code task} once after {@code delay}. */
  Timer after(Duration delay, Runnable task);

  /** Runs {@code task} every {@code period}, the first time after one period. */
  default Timer every(final Duration period, final Runnable task) {
    final RepeatingTimer timer = new RepeatingTimer(this, period, task);
    timer.arm();
    return timer;
  }

  /** A task that waits for its time. */
  @FunctionalInterface
  interface Timer {
    /** Sees to it that the task does not run (again). */
    void cancel();
  }
}
