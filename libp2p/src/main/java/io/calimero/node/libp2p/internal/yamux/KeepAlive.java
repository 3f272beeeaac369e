// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.yamux;

import io.calimero.node.libp2p.internal.async.Timers;
import java.time.Duration;
import java.util.function.LongConsumer;

/** Pings the peer, which shows that it is alive and how long a round trip takes. */
final class KeepAlive {
  /** Before it was measured: a guess that suits both a LAN and the other end of the world. */
  private static final long GUESS = Duration.ofMillis(50).toNanos();

  private final Timers timers;
  private final YamuxConfig config;
  private final LongConsumer ping;
  private final Runnable dead;
  private Timers.Timer timer = () -> {};
  private Timers.Timer deadline = () -> {};
  private long nonce;
  private long sentAt;
  private long roundTrip = GUESS;
  private boolean waiting;

  KeepAlive(
      final Timers timers, final YamuxConfig config, final LongConsumer ping, final Runnable dead) {
    this.timers = timers;
    this.config = config;
    this.ping = ping;
    this.dead = dead;
  }

  void start() {
    timer = timers.every(config.keepAlive(), this::ping);
    ping();
  }

  void stop() {
    timer.cancel();
    deadline.cancel();
  }

  void answered(final long answer) {
    if (waiting && answer == nonce) {
      waiting = false;
      deadline.cancel();
      roundTrip = timers.nanoTime() - sentAt;
    }
  }

  long roundTrip() {
    return roundTrip;
  }

  private void ping() {
    if (!waiting) {
      waiting = true;
      nonce = (nonce + 1) & 0xffff_ffffL;
      sentAt = timers.nanoTime();
      deadline = timers.after(config.answerWithin(), dead);
      ping.accept(nonce);
    }
  }
}
