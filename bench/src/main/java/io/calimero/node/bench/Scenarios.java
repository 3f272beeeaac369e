// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.bench;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.LongFunction;
import java.util.stream.Stream;

/** What is measured, part by part, each in a home of its own. */
final class Scenarios {
  private static final int CLIENTS = 64;
  private static final int CONTEXTS = 100;
  private static final String RPC = "/jsonrpc";

  private final Path root;
  private final Path work;
  private final Duration warmUp;
  private final Duration measured;
  private final Report report;

  Scenarios(
      final Path root,
      final Path work,
      final Duration warmUp,
      final Duration measured,
      final Report report) {
    this.root = root;
    this.work = work;
    this.warmUp = warmUp;
    this.measured = measured;
    this.report = report;
  }

  /** Writes and reads of one and of many clients. */
  void load() throws IOException {
    inHome(
        home -> {
          try (Node node = start(home);
              Clients clients = new Clients()) {
            final String application = node.api().install(kvStore());
            final List<String> contexts = new ArrayList<>();
            for (int i = 0; i < CONTEXTS; i++) {
              contexts.add(node.api().create(application));
            }
            final List<String> one = contexts.subList(0, 1);
            // All code is compiled by what comes first; the single client is measured after that
            run(clients, node, "64 clients, set, 1 context", CLIENTS, Calls.set(one));
            run(clients, node, "64 clients, set, 100 contexts", CLIENTS, Calls.set(contexts));
            force("bare force before");
            run(clients, node, "1 client, set", 1, Calls.set(one));
            force("bare force after");
            run(clients, node, "1 client, get", 1, Calls.get(one));
            final double gets =
                run(clients, node, "64 clients, get", CLIENTS, Calls.get(one)).perSecond();
            constant(clients, gets, Calls.get(one));
          }
        });
  }

  private Load.Result run(
      final Clients clients,
      final Node node,
      final String what,
      final int count,
      final LongFunction<Buffer> calls)
      throws IOException {
    final Load load = new Load(node.port(), RPC, count, warmUp, measured, calls);
    return say(what, clients.run(load, node.process()));
  }

  Load.Result say(final String what, final Load.Result result) {
    final Latencies latencies = result.latencies();
    report.result(
        what,
        Report.text(
            "%.0f/s, p50 %.3f ms, p99 %.3f ms, errors %d %s; server %.0f µs CPU each;"
                + " CPU s: server %.1f, client %.1f, others %.1f, idle %.1f",
            result.perSecond(),
            latencies.millis(50),
            latencies.millis(99),
            result.errors(),
            result.firstError().orElse(""),
            result.serverMicros(),
            result.cpu().server(),
            result.cpu().client(),
            result.cpu().others(),
            result.cpu().idle()),
        result.toJson());
    return result;
  }

  private void force(final String what) throws IOException {
    final Latencies forces = ForceProbe.run(work, measured.toNanos() / 3);
    report.result(
        what,
        Report.text("p50 %.3f ms, p99 %.3f ms", forces.millis(50), forces.millis(99)),
        forces.toJson());
  }

  /** The same requests to a server that does nothing, beside the rate that the node had. */
  private void constant(final Clients clients, final double gets, final LongFunction<Buffer> calls)
      throws IOException {
    final Process server =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                ConstantServer.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader output = server.inputReader(StandardCharsets.UTF_8)) {
      final int port = Integer.parseInt(output.readLine());
      final Load load = new Load(port, RPC, CLIENTS, warmUp, measured, calls);
      final Load.Result result =
          say("64 clients, constant server", clients.run(load, server.toHandle()));
      report.result(
          "get of the constant server",
          Report.text("%.0f %%", 100 * gets / result.perSecond()),
          new JsonObject().put("share", gets / result.perSecond()));
    } finally {
      server.destroy();
    }
  }

  /** The same commands by way of the local bus, the clustered bus, HTTP, and a gateway. */
  void cluster() throws IOException {
    inHome(
        home -> new ClusterScenario(root, home, CLIENTS, warmUp, measured, report).run(this::say));
  }

  /** Writes to a context of several nodes, for each number of nodes; and catching up. */
  void sharing(final List<Integer> nodes, final int replayed, final int entries)
      throws IOException {
    inHome(
        home -> {
          Files.createDirectories(home);
          final SharingScenario sharing =
              new SharingScenario(root, home, CLIENTS, warmUp, measured, report);
          for (final int count : nodes) {
            if (count > 0) {
              sharing.run(count);
            }
          }
          final CatchupScenario catchup = new CatchupScenario(root, home, report);
          if (replayed > 0) {
            catchup.replay(replayed);
          }
          if (entries > 0) {
            catchup.snapshot(entries);
          }
        });
  }

  /** Restart and memory with many contexts. */
  void manyContexts(final int count) throws IOException {
    inHome(
        home -> {
          final List<String> contexts = new ArrayList<>();
          try (Node node = start(home)) {
            final String application = node.api().install(kvStore());
            for (int i = 0; i < count; i++) {
              final String context = node.api().create(application);
              contexts.add(context);
              node.api().call(context, "set", entry(0));
            }
            stopped(node, count + " contexts: stop");
          }
          restart(home, count + " contexts", contexts);
        });
  }

  /** Restart and memory with many entries in one context. */
  void manyEntries(final int count) throws IOException {
    inHome(
        home -> {
          final List<String> contexts = new ArrayList<>();
          try (Node node = start(home)) {
            contexts.add(node.api().create(node.api().install(kvStore())));
          }
          report.result(
              count + " entries: written",
              Report.text(
                  "in %.0f s, by the engine and the log themselves",
                  EntryWriter.write(home, contexts.getFirst(), kvStore(), count)),
              new JsonObject());
          restart(home, count + " entries, no snapshot", contexts);
          restart(home, count + " entries, snapshot", contexts);
          delete(home.resolve("state"));
          restart(home, count + " entries, snapshot deleted", contexts);
        });
  }

  private void restart(final Path home, final String what, final List<String> contexts)
      throws IOException {
    try (Node node = start(home)) {
      final JsonObject early = node.memory();
      report.result(
          what + ": ready",
          Report.text("%.2f s; %s", node.readySeconds(), text(early)),
          new JsonObject().put("readySeconds", node.readySeconds()).put("memory", early));
      final long begun = System.nanoTime();
      for (final String context : contexts) {
        final JsonObject answer =
            node.api().call(context, "get", new JsonObject().put("key", Calls.key(0)));
        if (!answer.containsKey("result")) {
          throw new IOException("a get failed: " + answer);
        }
      }
      final double seconds = (System.nanoTime() - begun) / 1e9;
      final JsonObject late = node.memory();
      report.result(
          what + ": first get of every context after ready",
          Report.text("%.2f s; %s", seconds, text(late)),
          new JsonObject().put("seconds", seconds).put("memory", late));
      stopped(node, what + ": stop");
    }
  }

  private void stopped(final Node node, final String what) {
    final double seconds = node.stop();
    report.result(what, Report.text("%.2f s", seconds), new JsonObject().put("seconds", seconds));
  }

  private static String text(final JsonObject memory) {
    return "resident "
        + memory.getLong("residentMiB")
        + " MiB, live heap "
        + memory.getLong("heapLiveMiB")
        + " MiB";
  }

  private static JsonObject entry(final long number) {
    return new JsonObject().put("key", Calls.key(number)).put("value", Calls.value(number));
  }

  private Node start(final Path home) throws IOException {
    final Node node = Node.start(root, home);
    report.node(node.line());
    return node;
  }

  private Path kvStore() {
    return root.resolve("apps/kv-store/kv-store.wasm");
  }

  private void inHome(final Part part) throws IOException {
    Files.createDirectories(work);
    final Path directory = Files.createTempDirectory(work, "calimero-bench");
    try {
      part.run(directory.resolve("home"));
    } finally {
      delete(directory);
    }
  }

  private static void delete(final Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> all = Files.walk(directory)) {
      for (final Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  /** What is done with a home that is deleted afterwards. */
  @FunctionalInterface
  private interface Part {
    void run(Path home) throws IOException;
  }
}
