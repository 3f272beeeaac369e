// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.log.internal;

import io.calimero.node.storage.files.Disk;
import java.security.SecureRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * What the log takes from outside.
 *
 * @param disk its files
 * @param seeds gives a random number for a new log
 * @param nanos a clock for measuring, never for deciding
 * @param lanes makes an executor, by its name, that runs one task after the other on a thread of
 *     its own
 */
public record Environment(
    Disk disk, LongSupplier seeds, LongSupplier nanos, Function<String, ExecutorService> lanes) {

  /** This machine's disk, clock and threads. */
  public static Environment real() {
    return new Environment(
        Disk.real(), new SecureRandom()::nextLong, System::nanoTime, Environment::lane);
  }

  private static ExecutorService lane(final String name) {
    return Executors.newSingleThreadExecutor(Thread.ofPlatform().name(name).daemon().factory());
  }
}
