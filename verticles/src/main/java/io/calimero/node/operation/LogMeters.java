// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.operation;

import io.calimero.node.context.ContextVerticle;
import io.calimero.node.storage.log.LogStatistics;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;

/** What is measured of the transaction log. */
final class LogMeters {
  private static final double NANOS = 1e9;

  private LogMeters() {}

  static void bind(final Meters meters, final ContextVerticle context) {
    meters.timer(
        "calimero.log.force",
        "Forces of the log to the disk",
        () -> (long) read(context, LogStatistics::forces),
        () -> read(context, LogStatistics::forceNanosTotal));
    quantile(meters, context, "0.5", LogStatistics::forceNanosMedian);
    quantile(meters, context, "0.99", LogStatistics::forceNanos99);
    quantile(meters, context, "1", LogStatistics::forceNanosMax);
    counter(meters, context, "groups", "Groups of entries written", LogStatistics::groups);
    counter(meters, context, "frames", "Entries written", LogStatistics::frames);
    counter(meters, context, "bytes", "Bytes written", LogStatistics::bytes);
    gauge(
        meters, context, "batch.last", "Groups in the last force", LogStatistics::batchGroupsLast);
    gauge(
        meters,
        context,
        "batch.largest",
        "The most groups in one force",
        LogStatistics::batchGroupsMax);
    gauge(meters, context, "queued.groups", "Groups that wait", LogStatistics::queuedGroups);
    gauge(meters, context, "queued.bytes", "Bytes that wait", LogStatistics::queuedBytes);
    gauge(meters, context, "segments", "Segments of the log", LogStatistics::segments);
    refused(meters, context, "busy", LogStatistics::refusedBusy);
    refused(meters, context, "full", LogStatistics::refusedFull);
    meters.gauge(
        "calimero.log.streams",
        "Contexts with entries; the node's journal counts as one",
        () -> context.population().streams());
    meters.gauge(
        "calimero.contexts.damaged",
        "Contexts that stopped because their log is damaged",
        () -> context.population().damaged());
  }

  /** What is measured of the transactions that wait for other nodes. */
  static void bindPending(final Meters meters, final ContextVerticle context) {
    meters.gauge(
        "calimero.pending.transactions",
        "Transactions that wait for coordinators on other nodes",
        () -> context.pending().waiting());
    fate(meters, "confirmed", () -> context.pending().confirmed());
    fate(meters, "wrote_nothing", () -> context.pending().withoutEntry());
    fate(meters, "rejected", () -> context.pending().rejected());
    fate(meters, "expired", () -> context.pending().expired());
  }

  private static void fate(final Meters meters, final String fate, final LongSupplier count) {
    meters.counter(
        "calimero.pending.fates",
        "What became of transactions that were handed to other nodes",
        count::getAsLong,
        "fate",
        fate);
  }

  private static void quantile(
      final Meters meters,
      final ContextVerticle context,
      final String quantile,
      final ToDoubleFunction<LogStatistics> nanos) {
    meters.gauge(
        "calimero.log.force.quantile.seconds",
        "How long forces took since the start, to a power of two",
        () -> read(context, nanos) / NANOS,
        "quantile",
        quantile);
  }

  private static void counter(
      final Meters meters,
      final ContextVerticle context,
      final String name,
      final String description,
      final ToDoubleFunction<LogStatistics> value) {
    meters.counter("calimero.log." + name, description, () -> read(context, value));
  }

  private static void gauge(
      final Meters meters,
      final ContextVerticle context,
      final String name,
      final String description,
      final ToDoubleFunction<LogStatistics> value) {
    meters.gauge("calimero.log." + name, description, () -> read(context, value));
  }

  private static void refused(
      final Meters meters,
      final ContextVerticle context,
      final String reason,
      final ToDoubleFunction<LogStatistics> value) {
    meters.counter(
        "calimero.log.refused",
        "Groups that the log did not take",
        () -> read(context, value),
        "reason",
        reason);
  }

  private static double read(
      final ContextVerticle context, final ToDoubleFunction<LogStatistics> value) {
    return context.logStatistics().map(value::applyAsDouble).orElse(0.0);
  }
}
