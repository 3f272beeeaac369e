// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.bench;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The processor time used so far, in seconds.
 *
 * @param servers by each of the processes that are measured
 * @param client by this one
 * @param all by everybody; zero where the system does not tell
 * @param idle left unused
 */
record Cpu(List<Double> servers, double client, double all, double idle) {
  private static final double TICKS = 100;

  /**
   * What was used between two moments.
   *
   * @param servers by each of the processes that are measured
   * @param others by whoever else was on the machine
   */
  record Use(List<Double> servers, double client, double others, double idle) {
    /** By all processes that are measured. */
    double server() {
      return sum(servers);
    }

    JsonObject toJson() {
      return new JsonObject()
          .put("serverSeconds", server())
          .put("eachServerSeconds", new JsonArray(servers))
          .put("clientSeconds", client)
          .put("othersSeconds", others)
          .put("idleSeconds", idle);
    }
  }

  static Cpu now(final ProcessHandle server) throws IOException {
    return now(List.of(server));
  }

  static Cpu now(final List<ProcessHandle> servers) throws IOException {
    final Path stat = Path.of("/proc/stat");
    double all = 0;
    double idle = 0;
    if (Files.isReadable(stat)) {
      // user nice system idle iowait irq softirq steal
      final List<String> fields = List.of(Files.readAllLines(stat).getFirst().trim().split(" +"));
      for (int i = 1; i <= 8; i++) {
        final double seconds = Long.parseLong(fields.get(i)) / TICKS;
        if (i == 4 || i == 5) {
          idle += seconds;
        } else {
          all += seconds;
        }
      }
    }
    return new Cpu(
        servers.stream().map(Cpu::seconds).toList(), seconds(ProcessHandle.current()), all, idle);
  }

  Use since(final Cpu before) {
    final double mine = sum(servers) - sum(before.servers) + client - before.client;
    return new Use(
        IntStream.range(0, servers.size())
            .mapToObj(i -> servers.get(i) - before.servers.get(i))
            .toList(),
        client - before.client,
        Math.max(0, all - before.all - mine),
        idle - before.idle);
  }

  private static double sum(final List<Double> each) {
    return each.stream().mapToDouble(Double::doubleValue).sum();
  }

  private static double seconds(final ProcessHandle process) {
    return process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos() / 1e9;
  }
}
