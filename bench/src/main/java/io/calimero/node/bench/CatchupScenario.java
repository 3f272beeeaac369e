// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.bench;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** How long it takes until a node that is new to a context has all of it. */
final class CatchupScenario {
  private static final Duration PATIENCE = Duration.ofMinutes(30);
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /** More entries than there ever are. */
  private static final int NEVER = 1_000_000_000;

  private final Path root;
  private final Path directory;
  private final Report report;

  CatchupScenario(final Path root, final Path directory, final Report report) {
    this.root = root;
    this.directory = directory;
    this.report = report;
  }

  /**
   * Entry by entry: each is verified and executed by the node that joins. Twice, as a node that has
   * just started is slow until its code is compiled.
   */
  void replay(final int entries) throws IOException {
    final Path home = directory.resolve("replayed");
    final List<String> contexts = contexts(home, 2, entries);
    try (Node first = SharedContext.start(root, home, SharedContext.ON_LOOPBACK);
        Node late = late("by-replay", NEVER)) {
      for (int i = 0; i < contexts.size(); i++) {
        load(first, contexts.get(i));
        join(
            first,
            late,
            contexts.get(i),
            entries,
            i == 0 ? "entries by replay, by a fresh node" : "entries by replay, by the same node");
      }
    }
  }

  /** By the state at a checkpoint, which the joining node verifies against the signed root. */
  void snapshot(final int entries) throws IOException {
    final Path home = directory.resolve("snapshot");
    final List<String> contexts = contexts(home, 1, entries);
    try (Node first = SharedContext.start(root, home, SharedContext.ON_LOOPBACK);
        Node late = late("by-snapshot", Math.max(2, entries / 2))) {
      load(first, contexts.getFirst());
      first.api().checkpoint(contexts.getFirst());
      awaitCheckpoint(home);
      join(first, late, contexts.getFirst(), entries, "entries by snapshot, by a fresh node");
    }
  }

  private List<String> contexts(final Path home, final int count, final int entries)
      throws IOException {
    final Path module = root.resolve("apps/kv-store/kv-store.wasm");
    final List<String> contexts = new ArrayList<>();
    try (Node node = SharedContext.start(root, home, SharedContext.ON_LOOPBACK)) {
      report.node(node.line());
      final String application = node.api().install(module);
      for (int i = 0; i < count; i++) {
        contexts.add(node.api().create(application));
      }
    }
    for (final String context : contexts) {
      final double _ = EntryWriter.write(home, context, module, entries);
    }
    return contexts;
  }

  private Node late(final String home, final int far) throws IOException {
    final Map<String, String> settings = new HashMap<>(SharedContext.ON_LOOPBACK);
    settings.put("CALIMERO_P2P_SNAPSHOT_ENTRIES", Integer.toString(far));
    return SharedContext.start(root, directory.resolve(home), settings);
  }

  /** The coordinator has the state in memory, as one that is at work has. */
  private static void load(final Node node, final String context) throws IOException {
    final JsonObject answer =
        node.api().call(context, "get", new JsonObject().put("key", Calls.key(0)));
    if (!answer.containsKey("result")) {
      throw new IOException("a get failed: " + answer);
    }
  }

  /** The state at the checkpoint is kept for others a moment after the checkpoint is made. */
  private static void awaitCheckpoint(final Path home) throws IOException {
    final Path kept = home.resolve("state").resolve("checkpoints");
    final long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try (Stream<Path> files = Files.walk(kept)) {
        if (files.anyMatch(file -> file.toString().endsWith(".manifest"))) {
          return;
        }
      }
      if (System.nanoTime() > deadline) {
        throw new IOException("no state was kept for others below " + kept);
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  private void join(
      final Node first, final Node late, final String context, final int entries, final String what)
      throws IOException {
    final List<ProcessHandle> processes = List.of(first.process(), late.process());
    final Cpu before = Cpu.now(processes);
    final long begun = System.nanoTime();
    first.api().invite(late.api(), context);
    final double joined = (System.nanoTime() - begun) / 1e9;
    final SharedContext.End end = SharedContext.agree(List.of(first, late), context, PATIENCE);
    final double seconds = (System.nanoTime() - begun) / 1e9;
    final Cpu.Use use = Cpu.now(processes).since(before);
    if (end.position() < entries) {
      throw new IOException("the log ends at position " + end.position());
    }
    report.result(
        entries + " " + what,
        Report.text(
            "%.2f s, %.0f entries/s; joined after %.2f s; CPU s: coordinator %.1f, joining node"
                + " %.1f, others %.1f, idle %.1f",
            seconds,
            entries / seconds,
            joined,
            use.servers().getFirst(),
            use.servers().getLast(),
            use.others(),
            use.idle()),
        new JsonObject()
            .put("seconds", seconds)
            .put("perSecond", entries / seconds)
            .put("joinedSeconds", joined)
            .put("cpu", use.toJson()));
  }
}
