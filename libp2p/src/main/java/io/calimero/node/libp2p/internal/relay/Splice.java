// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.relay;

import io.calimero.node.libp2p.Stream;
import io.calimero.node.libp2p.internal.async.Futures;
import io.calimero.node.libp2p.internal.async.Timers;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Carries bytes between two streams, both ways, within a limit. */
final class Splice {
  private final Stream one;
  private final Stream other;
  private final CircuitLimit limit;
  private final Runnable ended;
  private final AtomicInteger directions = new AtomicInteger(2);
  private final AtomicBoolean over = new AtomicBoolean();
  private final Timers.Timer deadline;

  /**
   * Begins.
   *
   * @param ended runs once, when nothing is carried any more
   */
  Splice(
      final Stream one,
      final Stream other,
      final CircuitLimit limit,
      final Timers timers,
      final Runnable ended) {
    this.one = one;
    this.other = other;
    this.limit = limit;
    this.ended = ended;
    deadline =
        limit.duration().equals(Duration.ZERO)
            ? () -> {}
            : timers.after(limit.duration(), this::cut);
    carry(one, other, 0);
    carry(other, one, 0);
  }

  /** The next read waits for the write before it, so the slower side sets the pace. */
  private void carry(final Stream from, final Stream to, final long before) {
    Futures.ignore(
        from.read()
            .whenComplete(
                (bytes, failure) -> {
                  if (failure != null) {
                    cut();
                  } else if (bytes.length == 0) {
                    Futures.ignore(to.closeWrite());
                    finished();
                  } else if (limit.bytes() > 0 && before + bytes.length > limit.bytes()) {
                    cut();
                  } else {
                    Futures.ignore(
                        to.write(bytes)
                            .whenComplete(
                                (done, broken) -> {
                                  if (broken != null) {
                                    cut();
                                  } else {
                                    carry(from, to, before + bytes.length);
                                  }
                                }));
                  }
                }));
  }

  private void finished() {
    if (directions.decrementAndGet() == 0) {
      end();
    }
  }

  /** Ends both directions at once. */
  void cut() {
    one.reset();
    other.reset();
    end();
  }

  private void end() {
    if (over.compareAndSet(false, true)) {
      deadline.cancel();
      ended.run();
    }
  }
}
