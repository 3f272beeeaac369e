// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.internal;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;

/** Work on file channels, which the interruption of their thread would close. */
public final class Uninterrupted {
  private Uninterrupted() {}

  /**
   * Work that can be done again from the start.
   *
   * @param <T> its result
   */
  @FunctionalInterface
  public interface Work<T> {
    /** Does it. */
    T run() throws IOException;
  }

  /** Does the work, again if an interruption broke it, and leaves the thread interrupted then. */
  public static <T> T call(final Work<T> work) throws IOException {
    boolean interrupted = Thread.interrupted();
    try {
      while (true) {
        try {
          return work.run();
        } catch (final ClosedByInterruptException e) {
          interrupted |= Thread.interrupted();
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
