// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.bench;

import io.calimero.node.events.bus.Bus;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * Callers on the event bus, all on one event loop: each sends a command, waits for the answer, and
 * sends the next.
 */
final class BusCallers {
  private final Vertx vertx;
  private final BiFunction<Bus, Long, Future<?>> command;
  private Latencies latencies = new Latencies();
  private long from = Long.MAX_VALUE;
  private long sent;
  private long errors;
  private Optional<String> firstError = Optional.empty();
  private boolean stopped;

  /**
   * Callers on the bus of a Vert.x.
   *
   * @param command gives the command of a number
   */
  BusCallers(final Vertx vertx, final BiFunction<Bus, Long, Future<?>> command) {
    this.vertx = vertx;
    this.command = command;
  }

  /** Runs them, and returns when that is over. */
  Load.Result run(
      final int callers, final Duration warmUp, final Duration measured, final ProcessHandle server)
      throws IOException {
    final Context context = vertx.getOrCreateContext();
    final Bus bus = Bus.of(vertx);
    final List<Future<?>> ends = new ArrayList<>();
    for (int i = 0; i < callers; i++) {
      final Promise<Boolean> end = Promise.promise();
      ends.add(end.future());
      context.runOnContext(_ -> next(bus, end));
    }
    await(warmUp);
    final Cpu before = Cpu.now(server);
    final long begun = System.nanoTime();
    context.runOnContext(
        _ -> {
          latencies = new Latencies();
          errors = 0;
          from = System.nanoTime();
        });
    await(measured);
    final double seconds = (System.nanoTime() - begun) / 1e9;
    final Cpu.Use use = Cpu.now(server).since(before);
    context.runOnContext(_ -> stopped = true);
    Future.join(ends).await();
    return new Load.Result(latencies, seconds, errors, firstError, use);
  }

  private void next(final Bus bus, final Promise<Boolean> end) {
    if (stopped) {
      end.complete(true);
      return;
    }
    final long begun = System.nanoTime();
    command
        .apply(bus, sent++)
        .onComplete(
            result -> {
              if (result.failed()) {
                errors++;
                firstError = firstError.or(() -> Optional.of(result.cause().toString()));
              } else if (begun >= from && !stopped) {
                latencies.add(System.nanoTime() - begun);
              }
              next(bus, end);
            });
  }

  private void await(final Duration time) {
    final Promise<Boolean> over = Promise.promise();
    vertx.setTimer(Math.max(1, time.toMillis()), _ -> over.complete(true));
    over.future().await();
  }
}
