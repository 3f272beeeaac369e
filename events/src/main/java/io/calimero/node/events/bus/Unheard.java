// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.bus;

import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Publishes to the cluster, and for a moment no more where nobody listens. To find out that nobody
 * does costs an operation on the map that the cluster shares, each time; there are more notices
 * than it should be asked for.
 */
final class Unheard {
  private static final long MOMENT_NANOS = Duration.ofMillis(100).toNanos();
  private static final int MANY = 10_000;

  private volatile Moment moment = new Moment(System.nanoTime(), ConcurrentHashMap.newKeySet());

  private record Moment(long begun, Set<String> addresses) {}

  void publish(
      final EventBus eventBus,
      final String address,
      final Supplier<?> body,
      final DeliveryOptions options) {
    Moment now = moment;
    if (System.nanoTime() - now.begun > MOMENT_NANOS || now.addresses.size() > MANY) {
      now = new Moment(System.nanoTime(), ConcurrentHashMap.newKeySet());
      moment = now;
    }
    final Set<String> unheard = now.addresses;
    if (unheard.contains(address)) {
      return;
    }
    eventBus
        .publisher(address, options)
        .write(body.get())
        .onFailure(
            cause -> {
              if (cause instanceof ReplyException failure
                  && failure.failureType() == ReplyFailure.NO_HANDLERS) {
                unheard.add(address);
              }
            });
  }
}
