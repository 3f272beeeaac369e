// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.http.internal.feed;

import java.util.function.LongSupplier;

/** What all feeds together have taken. */
final class Memory {
  private final long maxBytes;
  private final LongSupplier nanoTime;
  private long bytes;
  private int subscriptions;

  Memory(final long maxBytes, final LongSupplier nanoTime) {
    this.maxBytes = maxBytes;
    this.nanoTime = nanoTime;
  }

  void taken(final int more) {
    bytes += more;
  }

  boolean isFull() {
    return bytes > maxBytes;
  }

  long bytes() {
    return bytes;
  }

  void subscribed(final int more) {
    subscriptions += more;
  }

  int subscriptions() {
    return subscriptions;
  }

  long now() {
    return nanoTime.getAsLong();
  }
}
