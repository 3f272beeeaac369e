// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal.node;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a running node tells about itself in {@code run/node.json} of its home, so that the command
 * line finds it: {@code {"pid": 4711, "started": "2026-11-22T14:00:00Z", "http":
 * ["http://127.0.0.1:2528"]}}. The node writes it when it is ready and deletes it when it stops;
 * one that was killed leaves it behind, so whoever reads it asks whether that process still runs.
 *
 * @param pid the number of its process
 * @param started when it was ready
 * @param http the URLs at which its HTTP API answers, the best for this machine first
 */
public record RunFile(long pid, Instant started, List<String> http) {
  private static final long MAXIMUM = 1 << 16;

  /** Where the run file of a home is. */
  public static Path in(final Path home) {
    return home.resolve("run").resolve("node.json");
  }

  /**
   * The run file of a home. One that cannot be read, or says too little, counts as none: a node is
   * then looked for elsewhere and the message says where.
   */
  public static Optional<RunFile> read(final Path home) {
    final Path file = in(home);
    try {
      if (!Files.isRegularFile(file) || Files.size(file) > MAXIMUM) {
        return Optional.empty();
      }
      return parse(Files.readString(file));
    } catch (final NoSuchFileException e) {
      return Optional.empty();
    } catch (final IOException e) {
      return Optional.empty();
    }
  }

  static Optional<RunFile> parse(final String text) {
    try {
      final JsonObject json = new JsonObject(text);
      final List<String> http = new ArrayList<>();
      for (final Object url : json.getJsonArray("http", new JsonArray())) {
        http.add(String.valueOf(url));
      }
      final Long pid = json.getLong("pid");
      final String started = json.getString("started");
      if (pid == null || started == null || http.isEmpty()) {
        return Optional.empty();
      }
      return Optional.of(new RunFile(pid, Instant.parse(started), List.copyOf(http)));
    } catch (final DecodeException | ClassCastException | DateTimeException e) {
      return Optional.empty();
    }
  }

  /**
   * Whether the process that wrote it still runs. Process numbers are used again: one that began
   * after the node was ready is another's.
   */
  public boolean alive(final Processes processes) {
    return processes.startOf(pid).map(start -> !start.isAfter(started)).orElse(false);
  }

  /** The processes of this machine. */
  @FunctionalInterface
  public interface Processes {
    /**
     * When the process of this number began; {@link Instant#MIN} if it runs and nobody knows since
     * when.
     *
     * @return nothing if there is no such process
     */
    Optional<Instant> startOf(long pid);

    /** Those that the operating system tells of. */
    static Processes ofThisMachine() {
      return pid ->
          ProcessHandle.of(pid)
              .filter(ProcessHandle::isAlive)
              .map(process -> process.info().startInstant().orElse(Instant.MIN));
    }
  }
}
