// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.operation;

import io.calimero.node.events.bus.BusObserver;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.internal.VertxInternal;
import io.vertx.tracing.opentelemetry.OpenTelemetryTracingFactory;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Spans by OpenTelemetry: Vert.x makes them of HTTP requests and of the commands on the bus, and
 * {@link SpanObserver} says in them which context, position and transaction it was about. Where it
 * is off nothing of OpenTelemetry is touched.
 */
public final class Tracing implements AutoCloseable {
  private static final Map<String, String> DEFAULTS =
      Map.of(
          "otel.service.name", "calimero",
          "otel.traces.exporter", "otlp",
          "otel.exporter.otlp.protocol", "http/protobuf");

  /** The node has metrics of its own, and logs to stderr. */
  private static final Map<String, String> NOTHING_ELSE =
      Map.of("otel.metrics.exporter", "none", "otel.logs.exporter", "none");

  private static final int STOP_SECONDS = 3;

  private final Optional<OpenTelemetrySdk> sdk;

  private Tracing(final Optional<OpenTelemetrySdk> sdk) {
    this.sdk = sdk;
  }

  /**
   * Sets tracing up; {@code OTEL_…} of the environment has its say.
   *
   * @throws RuntimeException if what is configured cannot be
   */
  public static Tracing of(final TracingOptions options) {
    if (!options.enabled()) {
      return new Tracing(Optional.empty());
    }
    final Map<String, String> defaults = new HashMap<>(DEFAULTS);
    options.endpoint().ifPresent(where -> defaults.put("otel.exporter.otlp.endpoint", where));
    return new Tracing(
        Optional.of(
            AutoConfiguredOpenTelemetrySdk.builder()
                .disableShutdownHook()
                .addPropertiesSupplier(() -> defaults)
                .addPropertiesCustomizer(_ -> NOTHING_ELSE)
                .build()
                .getOpenTelemetrySdk()));
  }

  /** Has the Vert.x that is built make spans, if there are to be any. */
  public VertxBuilder into(final VertxBuilder builder) {
    return sdk.map(found -> builder.withTracer(new OpenTelemetryTracingFactory(found)))
        .orElse(builder);
  }

  /** An observer that also adds to the spans of this Vert.x, if it makes any. */
  public static BusObserver observer(final Vertx vertx, final BusObserver observer) {
    return ((VertxInternal) vertx).tracer() == null ? observer : new SpanObserver(observer);
  }

  /**
   * Sends what is not sent yet and ends the exporter. A collector that does not answer holds the
   * stop of the node up for no more than {@link #STOP_SECONDS} seconds.
   */
  @Override
  public void close() {
    sdk.ifPresent(
        found -> {
          final CompletableResultCode _ = found.shutdown().join(STOP_SECONDS, TimeUnit.SECONDS);
        });
  }
}
