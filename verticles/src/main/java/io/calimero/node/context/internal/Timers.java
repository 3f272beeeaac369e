// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** Does things later. */
public interface Timers {
  /** Does something on the loop when so much time has passed. */
  void after(Duration delay, Runnable task);

  /** Timers by the clock of the machine. */
  static Timers real(final Executor loop) {
    return (delay, task) ->
        CompletableFuture.delayedExecutor(delay.toMillis(), TimeUnit.MILLISECONDS, loop)
            .execute(task);
  }
}
