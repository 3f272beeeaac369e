// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.bench;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The processor time used so far, in seconds.
 *
 * @param server by the process that is measured
 * @param client by this one
 * @param all by everybody; zero where the system does not tell
 * @param idle left unused
 */
record Cpu(double server, double client, double all, double idle) {
  private static final double TICKS = 100;

  /**
   * What was used between two moments.
   *
   * @param others by whoever else was on the machine
   */
  record Use(double server, double client, double others, double idle) {
    JsonObject toJson() {
      return new JsonObject()
          .put("serverSeconds", server)
          .put("clientSeconds", client)
          .put("othersSeconds", others)
          .put("idleSeconds", idle);
    }
  }

  static Cpu now(final ProcessHandle server) throws IOException {
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
    return new Cpu(seconds(server), seconds(ProcessHandle.current()), all, idle);
  }

  Use since(final Cpu before) {
    final double mine = server - before.server + client - before.client;
    return new Use(
        server - before.server,
        client - before.client,
        Math.max(0, all - before.all - mine),
        idle - before.idle);
  }

  private static double seconds(final ProcessHandle process) {
    return process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos() / 1e9;
  }
}
