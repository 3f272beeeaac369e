// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.operation;

import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.internal.threadchecker.BlockedThreadChecker;
import io.vertx.core.internal.threadchecker.BlockedThreadEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The alarm for threads that block where they must not. Vert.x finds them and can only log them;
 * this counts them too.
 */
public final class BlockedThreads {
  // Those who look for the warnings of Vert.x find these.
  private static final Logger LOG = LoggerFactory.getLogger(BlockedThreadChecker.LOGGER_NAME);

  private BlockedThreads() {}

  /**
   * Logs the blocked threads of this Vert.x as it would do itself, and does something else besides.
   *
   * @param alarm called by a timer's thread, for each warning
   */
  public static void watch(final Vertx vertx, final Runnable alarm) {
    // Internal, but exported for integrators: there is no public way to the checker.
    ((VertxInternal) vertx)
        .blockedThreadChecker()
        .setThreadBlockedHandler(
            event -> {
              alarm.run();
              log(event);
            });
  }

  private static void log(final BlockedThreadEvent event) {
    final String message =
        "thread "
            + event.thread().getName()
            + " has been blocked for "
            + event.duration() / 1_000_000
            + " ms, time limit is "
            + event.maxExecTime() / 1_000_000
            + " ms";
    if (event.duration() <= event.warningExceptionTime()) {
      LOG.warn(message);
      return;
    }
    final IllegalStateException where = new IllegalStateException("here it is blocked");
    where.setStackTrace(event.thread().getStackTrace());
    LOG.warn(message, where);
  }
}
