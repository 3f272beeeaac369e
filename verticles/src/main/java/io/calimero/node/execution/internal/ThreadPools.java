// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.execution.internal;

import io.calimero.node.execution.ExecutionOptions;
import io.calimero.node.execution.ExecutionStatistics.PoolStatistics;
import io.calimero.node.wasm.GuestThreads;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The pools of a node: bounded threads, bounded queues. What runs guests is apart from what reads
 * and writes files, and what writes is apart from what reads, so that no one kind of slowness
 * becomes another's.
 */
public final class ThreadPools implements AutoCloseable {
  private static final int LOADERS = 8;
  private static final int SNAPSHOTS = 2;
  private static final int BACKGROUND_QUEUE = 16_384;
  private static final long IDLE_SECONDS = 60;

  private final ThreadPoolExecutor writers;
  private final ThreadPoolExecutor readers;
  private final ThreadPoolExecutor loaders;
  private final ThreadPoolExecutor snapshots;
  private final ScheduledThreadPoolExecutor warming;

  /** Pools of these sizes. Threads come and go with the work. */
  public ThreadPools(final ExecutionOptions options) {
    writers = pool(options.writers(), options.queued(), GuestThreads.factory("calimero-write"));
    readers = pool(options.readers(), options.queued(), GuestThreads.factory("calimero-read"));
    loaders = pool(LOADERS, BACKGROUND_QUEUE, background("calimero-load"));
    snapshots = pool(SNAPSHOTS, BACKGROUND_QUEUE, background("calimero-snapshot"));
    warming = new ScheduledThreadPoolExecutor(1, GuestThreads.factory("calimero-warm"));
  }

  /** One thread for what nobody waits for. */
  public WarmingEngine.Later warming() {
    return (delay, task) -> {
      final ScheduledFuture<?> _ = warming.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
    };
  }

  /** The pools as the cores know them. */
  public Pools pools() {
    return new Pools(writers, readers, loaders, snapshots);
  }

  /** What the pools do now, by their names. */
  public SortedMap<String, PoolStatistics> statistics() {
    final SortedMap<String, PoolStatistics> found = new TreeMap<>();
    found.put("write", statistics(writers));
    found.put("read", statistics(readers));
    found.put("load", statistics(loaders));
    found.put("snapshot", statistics(snapshots));
    return found;
  }

  private static PoolStatistics statistics(final ThreadPoolExecutor pool) {
    return new PoolStatistics(
        pool.getActiveCount(), pool.getMaximumPoolSize(), pool.getQueue().size());
  }

  /** Lets what was begun end, and forgets what waits. Interrupts nobody. */
  @Override
  public void close() {
    for (final ThreadPoolExecutor pool : List.of(writers, readers, loaders, snapshots)) {
      pool.shutdown();
      pool.getQueue().clear();
    }
    warming.shutdownNow();
  }

  private static ThreadPoolExecutor pool(
      final int threads, final int queued, final ThreadFactory factory) {
    final BlockingQueue<Runnable> queue = new LinkedBlockingQueue<>(queued);
    final ThreadPoolExecutor pool =
        new ThreadPoolExecutor(threads, threads, IDLE_SECONDS, TimeUnit.SECONDS, queue, factory);
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  private static ThreadFactory background(final String name) {
    return Thread.ofPlatform().daemon().name(name + "-", 0).factory();
  }
}
