// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.bench;

import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A node in its own process, started as people start it: by the launcher. */
final class Node implements AutoCloseable {
  private static final Pattern PORT = Pattern.compile("http http://[^ ]*:(\\d+)");
  private static final Pattern P2P_PORT = Pattern.compile("\\| p2p (\\d+) ");
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
  private static final long STOP_SECONDS = 60;

  private final Process process;
  private final String line;
  private final int port;
  private final double readySeconds;
  private final Api api;

  private Node(
      final Process process,
      final String line,
      final int port,
      final double readySeconds,
      final Api api) {
    this.process = process;
    this.line = line;
    this.port = port;
    this.readySeconds = readySeconds;
    this.api = api;
  }

  /** Starts a node and waits until it is ready. */
  static Node start(final Path root, final Path home) throws IOException {
    return start(root, List.of("up", "--home", home.toString(), "--p2p-port", "0"));
  }

  /** Starts a node, or a gateway, with these words of the command line, and waits likewise. */
  static Node start(final Path root, final List<String> words) throws IOException {
    return start(root, words, Map.of());
  }

  /**
   * As {@link #start(Path, List)}, with settings.
   *
   * @param settings by the names of their variables
   */
  static Node start(final Path root, final List<String> words, final Map<String, String> settings)
      throws IOException {
    final long begun = System.nanoTime();
    final List<String> command = new ArrayList<>();
    command.add(root.resolve("calimero").toString());
    command.addAll(words);
    command.addAll(List.of("--http-port", "0"));
    final ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().put("CALIMERO_JAVA_HOME", System.getProperty("java.home"));
    builder.environment().putAll(settings);
    final Process process = builder.start();
    final BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      final Matcher found = PORT.matcher(line);
      if (found.find()) {
        final int port = Integer.parseInt(found.group(1));
        final Api api = new Api(port);
        while (!api.ready()) {
          LockSupport.parkNanos(POLL_NANOS);
        }
        return new Node(process, line, port, (System.nanoTime() - begun) / 1e9, api);
      }
    }
    throw new IOException("the node did not start");
  }

  /** What it said of itself when it started. */
  String line() {
    return line;
  }

  int port() {
    return port;
  }

  /** The TCP port at which other nodes reach it. */
  int p2pPort() throws IOException {
    final Matcher found = P2P_PORT.matcher(line);
    if (!found.find()) {
      throw new IOException("the node names no port for other nodes: " + line);
    }
    return Integer.parseInt(found.group(1));
  }

  /** From the start of the process to the first answer that says it is ready. */
  double readySeconds() {
    return readySeconds;
  }

  Api api() {
    return api;
  }

  ProcessHandle process() {
    return process.toHandle();
  }

  /** Resident memory, and the heap before and after a collection, in MiB. */
  JsonObject memory() throws IOException {
    final JsonObject memory = new JsonObject().put("residentMiB", resident());
    memory.put("heapUsedMiB", heap());
    jcmd("GC.run");
    return memory.put("heapLiveMiB", heap());
  }

  private long resident() throws IOException {
    final Path status = Path.of("/proc", Long.toString(process.pid()), "status");
    if (!Files.isReadable(status)) {
      return -1;
    }
    return number(Files.readString(status), "VmRSS:\\s+(\\d+)") / 1024;
  }

  private long heap() throws IOException {
    return number(jcmd("GC.heap_info"), "used (\\d+)K") / 1024;
  }

  private static long number(final String text, final String pattern) {
    final Matcher found = Pattern.compile(pattern).matcher(text);
    return found.find() ? Long.parseLong(found.group(1)) : -1;
  }

  private String jcmd(final String command) throws IOException {
    final Process jcmd =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                    Long.toString(process.pid()),
                    command))
            .redirectErrorStream(true)
            .start();
    return new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  /** Stops it as an operator would; gives the seconds it took. */
  double stop() {
    final long begun = System.nanoTime();
    api.close();
    process.destroy();
    try {
      if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IllegalStateException("the node did not stop");
      }
    } catch (final InterruptedException e) {
      process.destroyForcibly();
      throw new IllegalStateException(e);
    }
    return (System.nanoTime() - begun) / 1e9;
  }

  @Override
  public void close() {
    if (process.isAlive()) {
      stop();
    }
  }
}
