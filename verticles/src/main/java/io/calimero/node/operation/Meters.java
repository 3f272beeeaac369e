// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.operation;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Meters that leave the registry together, and keep what they read from being collected. */
final class Meters implements AutoCloseable {
  private final MeterRegistry registry;
  private final Queue<Meter> made = new ConcurrentLinkedQueue<>();
  private final Queue<Object> sources = new ConcurrentLinkedQueue<>();

  Meters(final MeterRegistry registry) {
    this.registry = registry;
  }

  MeterRegistry registry() {
    return registry;
  }

  void gauge(
      final String name,
      final String description,
      final Supplier<Number> value,
      final String... tags) {
    made.add(Gauge.builder(name, value).description(description).tags(tags).register(registry));
  }

  Counter counter(final String name, final String description, final String... tags) {
    final Counter counter =
        Counter.builder(name).description(description).tags(tags).register(registry);
    made.add(counter);
    return counter;
  }

  /** A counter that is counted elsewhere. */
  void counter(
      final String name,
      final String description,
      final DoubleSupplier value,
      final String... tags) {
    sources.add(value);
    made.add(
        FunctionCounter.builder(name, value, DoubleSupplier::getAsDouble)
            .description(description)
            .tags(tags)
            .register(registry));
  }

  Timer timer(
      final String name, final String description, final Duration[] buckets, final String... tags) {
    final Timer timer =
        Timer.builder(name)
            .description(description)
            .serviceLevelObjectives(buckets)
            .tags(tags)
            .register(registry);
    made.add(timer);
    return timer;
  }

  /** A timer that is kept elsewhere. */
  void timer(
      final String name,
      final String description,
      final LongSupplier count,
      final DoubleSupplier nanos) {
    sources.add(count);
    made.add(
        FunctionTimer.builder(
                name,
                count,
                LongSupplier::getAsLong,
                _ -> nanos.getAsDouble(),
                TimeUnit.NANOSECONDS)
            .description(description)
            .register(registry));
  }

  @Override
  public void close() {
    for (Meter meter = made.poll(); meter != null; meter = made.poll()) {
      registry.remove(meter);
    }
    sources.clear();
  }
}
