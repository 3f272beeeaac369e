// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.http.internal;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.LongSupplier;

/** What was written to a client and has not left the process. Used on one event loop. */
final class Outbox {
  private final int limit;
  private final LongSupplier nanoTime;
  private final Function<Buffer, Future<Void>> writer;
  private final Runnable onReady;
  private long unsent;
  private boolean wasFull;
  private long progress;

  /**
   * An outbox.
   *
   * @param limit from how many bytes on it is full
   * @param writer writes to the client; its future is completed when the bytes have left
   * @param onReady called when it has been full and has room again
   */
  Outbox(
      final int limit,
      final LongSupplier nanoTime,
      final Function<Buffer, Future<Void>> writer,
      final Runnable onReady) {
    this.limit = limit;
    this.nanoTime = nanoTime;
    this.writer = writer;
    this.onReady = onReady;
    this.progress = nanoTime.getAsLong();
  }

  boolean ready() {
    if (unsent >= limit) {
      wasFull = true;
    }
    return !wasFull;
  }

  /** Writes, also if it is full: whoever has a choice asks before. */
  void write(final Buffer bytes) {
    final int length = bytes.length();
    if (unsent == 0) {
      progress = nanoTime.getAsLong();
    }
    unsent += length;
    writer.apply(bytes).onComplete(_ -> sent(length));
  }

  long unsent() {
    return unsent;
  }

  /** When something last left, or began to wait. */
  long progress() {
    return progress;
  }

  /** Whether something waits, and nothing has left for so long. */
  boolean isStalled(final Duration time) {
    return unsent > 0 && nanoTime.getAsLong() - progress > time.toNanos();
  }

  private void sent(final int length) {
    unsent -= length;
    progress = nanoTime.getAsLong();
    if (wasFull && unsent <= limit / 2) {
      wasFull = false;
      onReady.run();
    }
  }
}
