// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.operation;

import io.calimero.node.events.bus.Bus;
import io.calimero.node.events.bus.Topics;
import io.calimero.node.events.messages.OperationMessages.Metrics;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.function.Supplier;

/** Answers {@link Topics#METRICS_READ}: whoever serves the metrics need not know who measures. */
public final class MetricsVerticle extends VerticleBase {
  private final Supplier<String> scrape;

  /**
   * A verticle that tells what this says.
   *
   * @param scrape the metrics as text, in the format of Prometheus; may block
   */
  public MetricsVerticle(final Supplier<String> scrape) {
    this.scrape = scrape;
  }

  @Override
  public Future<?> start() {
    Bus.of(vertx)
        .serve(
            Topics.METRICS_READ,
            _ -> vertx.executeBlocking(() -> new Metrics(scrape.get()), false));
    return Future.succeededFuture();
  }
}
