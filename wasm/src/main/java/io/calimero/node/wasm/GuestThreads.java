// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm;

import io.calimero.node.wasm.internal.GuestThread;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The threads that guest code runs on. They have a stack of a fixed, ample size, so that how deep a
 * guest may recurse does not hang on how a pool or the JVM was configured, and they ignore
 * interrupts while a guest runs, because an interrupt closes the file channel that a read of the
 * state happens to use.
 */
public final class GuestThreads {
  /** The stack of each thread in bytes. Reserved, not used, until a guest recurses. */
  public static final long STACK_SIZE = 16L * 1024 * 1024;

  private GuestThreads() {}

  /**
   * A factory of daemon threads, for executors whose threads call {@link WasmModule#call}: calls
   * from other threads work as well, at the price of a hand-over.
   *
   * @param name the beginning of the threads' names, followed by a number
   */
  public static ThreadFactory factory(final String name) {
    final AtomicLong number = new AtomicLong();
    return task -> new GuestThread(task, name + "-" + number.getAndIncrement());
  }
}
