// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm.internal;

import io.calimero.node.wasm.GuestThreads;

/**
 * A thread with an ample stack that cannot be interrupted while guest code runs on it.
 *
 * <p>GraalWasm's cancelling interrupts the thread besides asking it to stop at the next safepoint.
 * The latter is enough: nothing below a guest waits. The former would close the file channel that
 * the state is read from, and might arrive after the call and hit the caller.
 */
public final class GuestThread extends Thread {
  private boolean guarded;
  private boolean deferred;

  /** A daemon thread for the task. */
  public GuestThread(final Runnable task, final String name) {
    super(null, task, name, GuestThreads.STACK_SIZE, false);
    setDaemon(true);
  }

  /** Whether no guest runs on it. */
  synchronized boolean isFree() {
    return !guarded;
  }

  /** From here on interrupts have no effect. */
  synchronized void guard() {
    guarded = true;
    deferred = false;
  }

  /**
   * From here on interrupts have effect again.
   *
   * @param keep whether one that came meanwhile is to have its effect now
   */
  void unguard(final boolean keep) {
    final boolean pending;
    synchronized (this) {
      guarded = false;
      pending = deferred && keep;
      deferred = false;
    }
    if (pending) {
      super.interrupt();
    }
  }

  @Override
  public void interrupt() {
    synchronized (this) {
      if (guarded) {
        deferred = true;
        return;
      }
    }
    super.interrupt();
  }
}
