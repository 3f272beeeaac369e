// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.bench;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.HdrHistogram.Histogram;

/** How long things took, within 0.1 %, up to a minute. For one thread. */
final class Latencies {
  private static final long HIGHEST = Duration.ofMinutes(1).toNanos();

  private final Histogram histogram = new Histogram(HIGHEST, 3);

  void add(final long nanos) {
    histogram.recordValue(Math.min(nanos, HIGHEST));
  }

  /** Adds all of the others'. */
  void add(final Latencies others) {
    histogram.add(others.histogram);
  }

  long count() {
    return histogram.getTotalCount();
  }

  /** The percentile in milliseconds. */
  double millis(final double percentile) {
    return histogram.getValueAtPercentile(percentile) / 1e6;
  }

  /** The usual percentiles, in milliseconds. */
  JsonObject toJson() {
    return new JsonObject()
        .put("count", count())
        .put("p50Ms", millis(50))
        .put("p90Ms", millis(90))
        .put("p99Ms", millis(99))
        .put("p999Ms", millis(99.9))
        .put("maxMs", histogram.getMaxValue() / 1e6);
  }
}
