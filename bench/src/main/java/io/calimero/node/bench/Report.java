// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.bench;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** What was measured: shown as it comes, as the rows of a Markdown table, and kept as JSON. */
final class Report {
  private final PrintStream out;
  private final JsonObject json = new JsonObject();
  private final JsonArray results = new JsonArray();

  Report(final PrintStream out) {
    this.out = out;
  }

  /** Says on what this runs. */
  void machine() throws IOException {
    final JsonObject machine =
        new JsonObject()
            .put("time", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString())
            .put("processors", Runtime.getRuntime().availableProcessors())
            .put("model", cpuModel())
            .put("system", System.getProperty("os.name") + " " + System.getProperty("os.version"))
            .put("jdk", System.getProperty("java.vm.name") + " " + Runtime.version());
    json.put("machine", machine);
    out.println(machine.encodePrettily());
    out.println();
    out.println("| what | result | load average |");
    out.println("|---|---|---|");
  }

  private static String cpuModel() throws IOException {
    final Path info = Path.of("/proc/cpuinfo");
    if (!Files.isReadable(info)) {
      return System.getProperty("os.arch");
    }
    try (Stream<String> lines = Files.lines(info)) {
      final Optional<String> model =
          lines.filter(line -> line.startsWith("model name")).findFirst();
      return model
          .map(line -> line.substring(line.indexOf(':') + 1).trim())
          .orElse(System.getProperty("os.arch"));
    }
  }

  /** Takes down what a node says of itself. */
  void node(final String line) {
    json.put("node", line);
  }

  /** One result. */
  void result(final String what, final String text, final JsonObject details) {
    final double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    results.add(new JsonObject().put("what", what).put("loadAverage", load).put("result", details));
    out.println("| " + what + " | " + text + " | " + text("%.1f", load) + " |");
    out.flush();
  }

  /** Numbers as every table shows them, wherever it is made. */
  @SuppressWarnings("AnnotateFormatMethod") // only this package calls it, with literals
  static String text(final String format, final Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  /** Writes everything as JSON. */
  void write(final Path file) throws IOException {
    Files.writeString(file, json.put("results", results).encodePrettily() + "\n");
    out.println();
    out.println("raw results: " + file.toAbsolutePath());
  }
}
