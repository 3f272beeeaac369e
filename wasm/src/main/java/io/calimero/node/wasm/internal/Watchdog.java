// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm.internal;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.graalvm.polyglot.Context;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends calls that outlive their deadline. One thread keeps the time of all of them; the ending
 * itself, which waits until the guest has stopped, is done by others.
 */
final class Watchdog implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);

  /** Why a call was ended from outside. */
  enum Verdict {
    /** Its time was up. */
    LATE,
    /** The engine is closed. */
    CLOSING
  }

  private final ScheduledThreadPoolExecutor timer;
  private final ExecutorService stoppers;
  private final Set<Watch> watches = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  Watchdog() {
    timer =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("wasm-watchdog").factory());
    timer.setRemoveOnCancelPolicy(true);
    timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    stoppers =
        Executors.newCachedThreadPool(
            Thread.ofPlatform().daemon().name("wasm-stopper-", 0).factory());
  }

  /** Watches a call that is about to run in that context. */
  Watch watch(final Context context, final Duration deadline) {
    final Watch watch = new Watch(context);
    watches.add(watch);
    watch.schedule(deadline);
    if (closed) {
      watch.stop(Verdict.CLOSING);
    }
    return watch;
  }

  /** Ends every call that runs, and returns once all of them have stopped. */
  @Override
  public void close() {
    closed = true;
    watches.forEach(watch -> watch.stop(Verdict.CLOSING));
    watches.forEach(Watch::awaitStopped);
    timer.shutdownNow();
    stoppers.shutdown();
  }

  /** The watch over one call. */
  final class Watch {
    private final Context context;
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();
    private Optional<Verdict> verdict = Optional.empty();
    private Optional<Future<?>> alarm = Optional.empty();
    private boolean ended;

    private Watch(final Context context) {
      this.context = context;
    }

    private void schedule(final Duration deadline) {
      alarm =
          Optional.of(
              timer.schedule(
                  () -> stop(Verdict.LATE), saturatedNanos(deadline), TimeUnit.NANOSECONDS));
    }

    private synchronized void stop(final Verdict why) {
      if (!ended && verdict.isEmpty()) {
        verdict = Optional.of(why);
        stoppers.execute(this::cancel);
      }
    }

    private void cancel() {
      try {
        // Returns once no thread runs in the context any more
        context.close(true);
      } catch (final RuntimeException e) {
        LOG.error("cannot close the engine context of a call that was stopped", e);
      } finally {
        stopped.complete(null);
      }
    }

    /**
     * Says that the call has left the guest.
     *
     * @return the verdict if the watchdog came first; the context is closed then, and nothing is
     *     done to it or to this thread any more
     */
    Optional<Verdict> end() {
      final Optional<Verdict> found;
      synchronized (this) {
        ended = true;
        found = verdict;
      }
      awaitStopped(found);
      alarm.ifPresent(future -> future.cancel(false));
      watches.remove(this);
      return found;
    }

    private void awaitStopped(final Optional<Verdict> found) {
      if (found.isPresent()) {
        stopped.join();
      }
    }

    private void awaitStopped() {
      final Optional<Verdict> found;
      synchronized (this) {
        found = verdict;
      }
      awaitStopped(found);
    }
  }

  private static long saturatedNanos(final Duration duration) {
    return duration.compareTo(Duration.ofDays(365)) > 0
        ? Duration.ofDays(365).toNanos()
        : duration.toNanos();
  }
}
