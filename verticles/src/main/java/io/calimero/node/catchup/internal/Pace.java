// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.catchup.internal;

import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * For how long a peer is waited for that gives some chunks of a module: as long as it is not silent
 * for too long, and, while somebody else could be asked instead, not beyond the time in which the
 * chunks have to be here. On the loop.
 */
final class Pace implements Conversation.Patience {
  /** For meeting, and what lies on the way. */
  private static final long BEGINNING_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** For each chunk, so that less than a fifth of a mebibyte in a second is too little. */
  private static final long CHUNK_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final LongSupplier nanos;
  private final BooleanSupplier others;
  private final long end;

  /** For how long it was waited for since it was heard; needs no clock. */
  private int silentMillis;

  /**
   * Begins to run.
   *
   * @param nanos a clock, from any beginning
   * @param chunks how many are to come
   * @param others whether somebody else could be asked for them, as of now
   */
  Pace(final LongSupplier nanos, final int chunks, final BooleanSupplier others) {
    this.nanos = nanos;
    this.others = others;
    end = nanos.getAsLong() + BEGINNING_NANOS + chunks * CHUNK_NANOS;
  }

  @Override
  public int millis() {
    final int silence = Conversation.WAIT_MILLIS - silentMillis;
    // rounded up, so that the end is reached when the last wait is over
    final long whole = Math.ceilDiv(end - nanos.getAsLong(), 1_000_000L);
    final int next = (int) Math.max(0, others.getAsBoolean() ? Math.min(silence, whole) : silence);
    silentMillis += next;
    return next;
  }

  /** Something has come. */
  void heard() {
    silentMillis = 0;
  }

  /** Whether it took too long and somebody else can be asked. */
  boolean isOver() {
    return others.getAsBoolean() && nanos.getAsLong() - end >= 0;
  }
}
