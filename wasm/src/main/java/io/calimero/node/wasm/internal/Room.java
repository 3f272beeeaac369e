// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm.internal;

import java.util.concurrent.atomic.AtomicLong;

/** How much memory the instances that wait for their next call may keep, all together. */
final class Room {
  private final AtomicLong left;

  Room(final long bytes) {
    left = new AtomicLong(bytes);
  }

  /** Takes so many bytes if they are there. */
  boolean take(final long bytes) {
    if (left.addAndGet(-bytes) >= 0) {
      return true;
    }
    left.addAndGet(bytes);
    return false;
  }

  /** Gives bytes back. */
  void give(final long bytes) {
    left.addAndGet(bytes);
  }
}
