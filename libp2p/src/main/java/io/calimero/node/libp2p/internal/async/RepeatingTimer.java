// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.async;

import java.time.Duration;

/** Arms a timer anew each time that it has run. */
final class RepeatingTimer implements Timers.Timer {
  private final Timers timers;
  private final Duration period;
  private final Runnable task;
  private volatile Timers.Timer next = () -> {};
  private volatile boolean cancelled;

  RepeatingTimer(final Timers timers, final Duration period, final Runnable task) {
    this.timers = timers;
    this.period = period;
    this.task = task;
  }

  void arm() {
    next = timers.after(period, this::run);
    if (cancelled) {
      next.cancel();
    }
  }

  private void run() {
    if (!cancelled) {
      try {
        task.run();
      } finally {
        arm();
      }
    }
  }

  @Override
  public void cancel() {
    cancelled = true;
    next.cancel();
  }
}
