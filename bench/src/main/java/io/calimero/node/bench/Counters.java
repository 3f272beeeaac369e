// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.bench;

import java.util.List;
import java.util.stream.Stream;

/**
 * What a node has counted so far, as its metrics tell.
 *
 * @param forces of its log
 * @param messages of topics that it could read
 * @param conversations with peers that it has begun, such as catching up
 */
record Counters(double forces, double messages, double conversations) {

  /** Reads the text of {@code /metrics}. */
  static Counters of(final String metrics) {
    final List<String> lines = metrics.lines().toList();
    return new Counters(
        sum(lines, "calimero_log_force_seconds_count"),
        sum(lines, "calimero_gossip_envelopes_total", "outcome=\"read\""),
        sum(lines, "calimero_commands_seconds_count", "topic=\"calimero.v1.stream.open\""));
  }

  Counters since(final Counters before) {
    return new Counters(
        forces - before.forces, messages - before.messages, conversations - before.conversations);
  }

  private static double sum(final List<String> lines, final String name, final String... labels) {
    return lines.stream()
        .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
        .filter(line -> Stream.of(labels).allMatch(line::contains))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }
}
