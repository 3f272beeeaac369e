// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal.pending;

import io.calimero.node.events.messages.TransactionMessages.Confirmed;
import io.calimero.node.events.messages.TransactionMessages.Expired;
import io.calimero.node.events.messages.TransactionMessages.Fate;
import io.calimero.node.events.messages.TransactionMessages.Pending;
import io.calimero.node.events.messages.TransactionMessages.Rejected;
import io.calimero.node.events.messages.TransactionMessages.Unknown;
import io.calimero.node.events.messages.TransactionMessages.WroteNothing;
import java.util.concurrent.atomic.AtomicLong;

/** What the pool counts. To be read from any thread. */
public final class PendingStatistics {
  private final AtomicLong waiting = new AtomicLong();
  private final AtomicLong confirmed = new AtomicLong();
  private final AtomicLong withoutEntry = new AtomicLong();
  private final AtomicLong rejected = new AtomicLong();
  private final AtomicLong expired = new AtomicLong();

  void taken() {
    waiting.incrementAndGet();
  }

  void left() {
    waiting.decrementAndGet();
  }

  void ended(final Fate fate) {
    left();
    switch (fate) {
      case Confirmed _ -> confirmed.incrementAndGet();
      case WroteNothing _ -> withoutEntry.incrementAndGet();
      case Rejected _ -> rejected.incrementAndGet();
      case Expired _ -> expired.incrementAndGet();
      case Pending _, Unknown _ -> throw new IllegalArgumentException("this is no end");
    }
  }

  /** How many transactions are in the pool. */
  public long waiting() {
    return waiting.get();
  }

  /** How many were confirmed since the start. */
  public long confirmed() {
    return confirmed.get();
  }

  /** How many were executed and wrote nothing. */
  public long withoutEntry() {
    return withoutEntry.get();
  }

  /** How many were rejected. */
  public long rejected() {
    return rejected.get();
  }

  /** How many were given up. */
  public long expired() {
    return expired.get();
  }
}
