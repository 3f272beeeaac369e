// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.relay;

import io.calimero.node.libp2p.Connection;
import io.calimero.node.libp2p.Multiaddr;
import io.calimero.node.libp2p.PeerId;
import io.calimero.node.libp2p.internal.async.Futures;
import io.calimero.node.libp2p.internal.async.Timers;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a place at one relay: renews it before it expires, asks anew when the connection has ended.
 * Lives on the thread of its timers.
 */
public final class RelayListener {
  private static final Logger LOG = LoggerFactory.getLogger(RelayListener.class);
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);
  private static final Duration SOONEST_RENEWAL = Duration.ofSeconds(1);
  private static final Duration LATEST_RENEWAL = Duration.ofHours(6);

  private final PeerId relay;
  private final Supplier<CompletableFuture<Connection>> connect;
  private final Function<Connection, CompletableFuture<RelayClient.Place>> reserve;
  private final InstantSource clock;
  private final Timers timers;
  private final Executor thread;
  private final Runnable changed;
  private volatile List<Multiaddr> addresses = List.of();
  private Optional<Connection> held = Optional.empty();
  private Timers.Timer next = () -> {};
  private int failures;
  private volatile boolean stopped = true;

  /**
   * Keeps a place at {@code relay}.
   *
   * @param connect leads to it
   * @param reserve asks it
   * @param thread on which everything happens
   * @param changed is told when {@link #addresses} has changed
   */
  public RelayListener(
      final PeerId relay,
      final Supplier<CompletableFuture<Connection>> connect,
      final Function<Connection, CompletableFuture<RelayClient.Place>> reserve,
      final InstantSource clock,
      final Timers timers,
      final Executor thread,
      final Runnable changed) {
    this.relay = relay;
    this.connect = connect;
    this.reserve = reserve;
    this.clock = clock;
    this.timers = timers;
    this.thread = thread;
    this.changed = changed;
  }

  /** The relay. */
  public PeerId relay() {
    return relay;
  }

  /** Where this host can be reached through the relay; none while there is no place. */
  public List<Multiaddr> addresses() {
    return addresses;
  }

  /** Begins, or begins again. */
  public void start() {
    thread.execute(
        () -> {
          if (stopped) {
            stopped = false;
            attempt();
          }
        });
  }

  /** Whether it has begun and not been stopped. */
  public boolean isActive() {
    return !stopped;
  }

  /** Gives the place up; the relay forgets it when it expires, or the connection ends. */
  public void stop() {
    thread.execute(
        () -> {
          stopped = true;
          held = Optional.empty();
          next.cancel();
          set(List.of());
        });
  }

  private void attempt() {
    next.cancel();
    if (stopped) {
      return;
    }
    Futures.ignore(
        connect
            .get()
            .thenCompose(
                connection ->
                    reserve
                        .apply(connection)
                        .thenAccept(place -> thread.execute(() -> placed(connection, place))))
            .whenComplete(
                (done, failure) -> {
                  if (failure != null) {
                    thread.execute(() -> failed(Futures.cause(failure)));
                  }
                }));
  }

  private void placed(final Connection connection, final RelayClient.Place place) {
    if (stopped) {
      return;
    }
    failures = 0;
    if (!held.equals(Optional.of(connection))) {
      held = Optional.of(connection);
      Futures.ignore(
          connection.closed().thenAccept(reason -> thread.execute(() -> lost(connection, reason))));
    }
    set(place.addresses());
    final Duration left = Duration.between(clock.instant(), place.expires());
    final Duration wait = left.dividedBy(4).multipliedBy(3);
    pause(
        wait.compareTo(SOONEST_RENEWAL) < 0
            ? SOONEST_RENEWAL
            : wait.compareTo(LATEST_RENEWAL) > 0 ? LATEST_RENEWAL : wait);
  }

  private void lost(final Connection connection, final String reason) {
    if (held.equals(Optional.of(connection))) {
      LOG.debug("No longer reachable through {}: {}", relay, reason);
      held = Optional.empty();
      set(List.of());
      pause(FIRST_PAUSE);
    }
  }

  private void failed(final Throwable failure) {
    if (stopped) {
      return;
    }
    LOG.debug("No place at {}: {}", relay, failure.toString());
    // A place that could not be renewed is worth nothing for much longer.
    held = Optional.empty();
    set(List.of());
    final Duration longer = FIRST_PAUSE.multipliedBy(1L << Math.min(failures++, 10));
    pause(longer.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : longer);
  }

  private void pause(final Duration time) {
    next.cancel();
    if (!stopped) {
      next = timers.after(time, this::attempt);
    }
  }

  private void set(final List<Multiaddr> now) {
    if (!addresses.equals(now)) {
      addresses = now;
      changed.run();
    }
  }
}
