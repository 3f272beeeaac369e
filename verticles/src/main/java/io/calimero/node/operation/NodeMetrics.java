// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.operation;

import io.calimero.node.bridge.BridgeVerticle;
import io.calimero.node.catchup.CatchupVerticle;
import io.calimero.node.context.ContextVerticle;
import io.calimero.node.events.NodeException;
import io.calimero.node.events.Problem;
import io.calimero.node.events.bus.BusObserver;
import io.calimero.node.events.bus.CommandTopic;
import io.calimero.node.events.bus.Topics;
import io.calimero.node.events.messages.CatchupMessages.Phase;
import io.calimero.node.events.messages.ExecutionMessages.Answer;
import io.calimero.node.events.messages.ExecutionMessages.Failed;
import io.calimero.node.events.messages.ExecutionMessages.Read;
import io.calimero.node.events.messages.ExecutionMessages.WouldWrite;
import io.calimero.node.events.messages.ExecutionMessages.Written;
import io.calimero.node.execution.ExecutionStatistics;
import io.calimero.node.execution.ExecutionVerticle;
import io.calimero.node.network.NetworkVerticle;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * The metrics of one JVM of a node, by Micrometer. Their names stand in docs/operations.md.
 *
 * <p>Labels take few values: neither contexts nor methods are among them, since whoever names those
 * could fill the memory. Thread-safe.
 */
public final class NodeMetrics implements BusObserver, AutoCloseable {
  private static final Duration[] BUCKETS = {
    Duration.ofMillis(1),
    Duration.ofMillis(5),
    Duration.ofMillis(25),
    Duration.ofMillis(100),
    Duration.ofMillis(500),
    Duration.ofSeconds(2),
    Duration.ofSeconds(10)
  };

  private final Meters meters;
  private final JvmGcMetrics garbage = new JvmGcMetrics();
  private final Map<String, AtomicInteger> inFlight = new ConcurrentHashMap<>();
  private final Map<String, Timer> timers = new ConcurrentHashMap<>();
  private final Map<String, Counter> counters = new ConcurrentHashMap<>();
  private final Counter blocked;

  /**
   * Metrics in a registry, which may hold others too.
   *
   * @param version the version of the node
   */
  public NodeMetrics(final MeterRegistry registry, final String version) {
    meters = new Meters(registry);
    meters.gauge("calimero.node.info", "1, with the version", () -> 1, "version", version);
    blocked = meters.counter("calimero.blocked.threads", "Warnings of threads that were blocked");
    for (final CommandTopic<?, ?> topic : Topics.commands()) {
      final AtomicInteger number = new AtomicInteger();
      inFlight.put(topic.address(), number);
      meters.gauge(
          "calimero.commands.in.flight",
          "Commands that are being worked on",
          number::get,
          "topic",
          topic.address());
    }
  }

  /** Measures the JVM and the process too; for a registry that nobody else fills. */
  public void measureTheProcess() {
    garbage.bindTo(meters.registry());
    new JvmMemoryMetrics().bindTo(meters.registry());
    new JvmThreadMetrics().bindTo(meters.registry());
    new ClassLoaderMetrics().bindTo(meters.registry());
    new ProcessorMetrics().bindTo(meters.registry());
    new FileDescriptorMetrics().bindTo(meters.registry());
    new UptimeMetrics().bindTo(meters.registry());
  }

  /** Measures the log of this verticle. */
  public void measure(final ContextVerticle context) {
    LogMeters.bind(meters, context);
    EnvelopeMeters.bind(meters, context);
    LogMeters.bindPending(meters, context);
  }

  /** Measures this verticle. */
  public void measure(final ExecutionVerticle execution) {
    meters.gauge(
        "calimero.engine.compiled",
        "1 if hot code of applications is compiled, 0 if it is only interpreted",
        () -> execution.statistics().filter(ExecutionStatistics::compiled).isPresent() ? 1 : 0);
    meters.gauge(
        "calimero.contexts.loaded",
        "Contexts in memory",
        () -> execution.statistics().map(ExecutionStatistics::loadedContexts).orElse(0));
    meters.gauge(
        "calimero.contexts.unsnapshotted.bytes",
        "State in memory that is in no snapshot",
        () -> execution.statistics().map(ExecutionStatistics::unsnapshottedBytes).orElse(0L));
    for (final String pool : new String[] {"write", "read", "load", "snapshot"}) {
      meters.gauge(
          "calimero.pool.queued",
          "Tasks that wait for a thread",
          () -> pool(execution, pool).map(ExecutionStatistics.PoolStatistics::queued).orElse(0),
          "pool",
          pool);
      meters.gauge(
          "calimero.pool.running",
          "Tasks that run",
          () -> pool(execution, pool).map(ExecutionStatistics.PoolStatistics::running).orElse(0),
          "pool",
          pool);
    }
  }

  /** Measures this verticle. */
  public void measure(final NetworkVerticle network) {
    meters.gauge("calimero.peers", "Connected peers", network::connectedPeers);
  }

  /** Measures this verticle. */
  public void measure(final CatchupVerticle catchup) {
    for (final Phase phase : Phase.values()) {
      meters.gauge(
          "calimero.catchup.lag.entries",
          "Entries that other members have and this node does not, as far as is known",
          () -> catchup.lag().getOrDefault(phase, 0L),
          "state",
          phase.name().toLowerCase(Locale.ROOT));
    }
  }

  /** Measures this verticle. */
  public void measure(final BridgeVerticle bridge) {
    bridgeConnections("tcp", bridge::tcpConnections);
    bridgeConnections("sockjs", bridge::sockJsConnections);
  }

  private void bridgeConnections(final String bridge, final Supplier<Number> number) {
    meters.gauge(
        "calimero.bridge.connections",
        "Connected clients of the bridges",
        number,
        "bridge",
        bridge);
  }

  private static Optional<ExecutionStatistics.PoolStatistics> pool(
      final ExecutionVerticle execution, final String name) {
    return execution.statistics().map(found -> found.pools().get(name));
  }

  /** A thread that should not block was blocked, once more. */
  public void threadBlocked() {
    blocked.increment();
  }

  @Override
  public void begun(final CommandTopic<?, ?> topic) {
    number(topic).incrementAndGet();
  }

  @Override
  public void answered(final CommandTopic<?, ?> topic, final long nanos, final Object reply) {
    number(topic).decrementAndGet();
    timer(topic, "done").record(nanos, TimeUnit.NANOSECONDS);
    if (reply instanceof Answer answer) {
      execution(topic, answer).increment();
      gas(topic, answer);
    }
  }

  @Override
  public void failed(final CommandTopic<?, ?> topic, final long nanos, final Problem problem) {
    number(topic).decrementAndGet();
    timer(topic, lowerCase(problem.code())).record(nanos, TimeUnit.NANOSECONDS);
  }

  @Override
  public void refused(final CommandTopic<?, ?> topic) {
    counters
        .computeIfAbsent(
            "refused " + topic.address(),
            _ ->
                meters.counter(
                    "calimero.commands.refused",
                    "Commands refused as BUSY because too many were in flight",
                    "topic",
                    topic.address()))
        .increment();
  }

  @Override
  public void unanswered(final CommandTopic<?, ?> topic, final NodeException failure) {
    final String why = lowerCase(failure.problem().code());
    counters
        .computeIfAbsent(
            why + " " + topic.address(),
            _ ->
                meters.counter(
                    "calimero.commands.unanswered",
                    "Commands that this JVM sent and that nobody answered",
                    "topic",
                    topic.address(),
                    "reason",
                    why))
        .increment();
  }

  /** Takes its meters out of the registry. */
  @Override
  public void close() {
    garbage.close();
    meters.close();
  }

  private AtomicInteger number(final CommandTopic<?, ?> topic) {
    return inFlight.computeIfAbsent(topic.address(), _ -> new AtomicInteger());
  }

  private Timer timer(final CommandTopic<?, ?> topic, final String outcome) {
    return timers.computeIfAbsent(
        topic.address() + " " + outcome,
        _ ->
            meters.timer(
                "calimero.commands",
                "Commands and how long they took",
                BUCKETS,
                "topic",
                topic.address(),
                "outcome",
                outcome));
  }

  private Counter execution(final CommandTopic<?, ?> topic, final Answer answer) {
    final String kind = kind(topic);
    final String outcome =
        switch (answer) {
          case Written _ -> "written";
          case Read _ -> "read";
          case Failed _ -> "failed";
          case WouldWrite _ -> "would_write";
        };
    return counters.computeIfAbsent(
        kind + " " + outcome,
        _ ->
            meters.counter(
                "calimero.executions",
                "Calls of applications that came to an end",
                "kind",
                kind,
                "outcome",
                outcome));
  }

  private void gas(final CommandTopic<?, ?> topic, final Answer answer) {
    final long used =
        switch (answer) {
          case Written written -> written.outcome().gas();
          case Read read -> read.outcome().gas();
          case Failed _, WouldWrite _ -> 0;
        };
    final String kind = kind(topic);
    counters
        .computeIfAbsent(
            "gas " + kind,
            _ ->
                meters.counter(
                    "calimero.gas",
                    "Gas of the calls that were answered, about one for each instruction",
                    "kind",
                    kind))
        .increment((double) used);
  }

  private static String kind(final CommandTopic<?, ?> topic) {
    return topic.address().equals(Topics.QUERY.address()) ? "query" : "execute";
  }

  private static String lowerCase(final Problem.Code code) {
    return code.name().toLowerCase(Locale.ROOT);
  }
}
