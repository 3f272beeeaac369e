// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.acceptance;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A node in a process of its own, run as its launcher runs it. */
final class NodeProcess implements AutoCloseable {
  /** So long only a machine that is stuck takes for anything here. */
  static final int PATIENCE_SECONDS = 240;

  private static final Pattern ANNOUNCEMENT = Pattern.compile("^Calimero .* \\| http (\\S+) \\|.*");

  /**
   * WebAssembly is interpreted: what is called some dozen times is not worth its compilation, which
   * costs a process more than a second.
   */
  private static final List<String> LIGHT = List.of("-Dtruffle.UseFallbackRuntime=true");

  /** Compiled once, quickly: compiling well takes longer than a test makes calls. */
  private static final List<String> BRIEF = List.of("-Dpolyglot.engine.Mode=latency");

  private static final String JAVA =
      Path.of(System.getProperty("java.home"), "bin", "java").toString();

  private final Process process;
  private final StringBuilder output = new StringBuilder();
  private final CompletableFuture<URI> announced = new CompletableFuture<>();
  private final Thread reader;

  /** How a process has ended. */
  record Ended(int code, String output) {}

  private NodeProcess(final Process process) {
    this.process = process;
    reader = Thread.ofPlatform().daemon().name("node-output").start(this::read);
  }

  /** Starts a node on the home and waits until it announces itself. */
  static NodeProcess start(final Path home, final Map<String, String> settings) {
    final NodeProcess node =
        launch(
            List.of(),
            settings,
            List.of("up", "--home", home.toString(), "--http-port", "0", "--p2p-port", "0"));
    node.uri();
    return node;
  }

  /** As {@link #start}, with WebAssembly interpreted: for tests that call little. */
  static NodeProcess startLight(final Path home, final Map<String, String> settings) {
    final NodeProcess node =
        launch(
            List.of(),
            LIGHT,
            settings,
            List.of("up", "--home", home.toString(), "--http-port", "0", "--p2p-port", "0"));
    node.uri();
    return node;
  }

  /** As {@link #run}, with WebAssembly interpreted. */
  static Ended runLight(final String... words) {
    try (NodeProcess process = launchLight(words)) {
      return process.awaitEnd();
    }
  }

  /** As {@link #launch}, with WebAssembly interpreted. */
  static NodeProcess launchLight(final String... words) {
    return launchLight(List.of(), Map.of(), List.of(words));
  }

  /** As {@link #launch}, with WebAssembly interpreted. */
  static NodeProcess launchLight(
      final List<String> wrapper, final Map<String, String> settings, final List<String> words) {
    return launch(wrapper, LIGHT, settings, words);
  }

  /** Runs the words of a command line to their end. */
  static Ended run(final Map<String, String> settings, final String... words) {
    try (NodeProcess process = launch(List.of(), settings, List.of(words))) {
      return process.awaitEnd();
    }
  }

  /**
   * Runs the words of a command line.
   *
   * @param wrapper a command that runs the one that follows it, empty for none
   * @param settings of the node by their names in the environment, without their prefix
   */
  static NodeProcess launch(
      final List<String> wrapper, final Map<String, String> settings, final List<String> words) {
    return launch(wrapper, BRIEF, settings, words);
  }

  private static NodeProcess launch(
      final List<String> wrapper,
      final List<String> options,
      final Map<String, String> settings,
      final List<String> words) {
    final List<String> command = new ArrayList<>(wrapper);
    command.addAll(NodeRuntime.get().with(options));
    command.addAll(words);
    return start(command, settings);
  }

  /** Runs another program of Java. */
  static NodeProcess java(
      final List<String> options,
      final String classPath,
      final String main,
      final Map<String, String> settings,
      final List<String> words) {
    final List<String> command = new ArrayList<>(List.of(JAVA));
    command.addAll(options);
    command.addAll(List.of("-cp", classPath, main));
    command.addAll(words);
    return start(command, settings);
  }

  /** Starts what a command says. */
  static NodeProcess start(final List<String> command, final Map<String, String> settings) {
    final ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("CALIMERO_"));
    // Tests listen on this machine only.
    builder.environment().put("CALIMERO_P2P_HOSTS", "127.0.0.1");
    settings.forEach((name, value) -> builder.environment().put("CALIMERO_" + name, value));
    try {
      return new NodeProcess(builder.start());
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where it answers. Fails if it ends instead. */
  URI uri() {
    return announced.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
  }

  long pid() {
    return process.pid();
  }

  /** All that it has said so far. */
  String output() {
    synchronized (output) {
      return output.toString();
    }
  }

  /** Waits until it has said this. Fails if it ends without. */
  void awaitOutput(final String text) {
    final long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    synchronized (output) {
      while (output.indexOf(text) < 0) {
        final long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (left <= 0 || !reader.isAlive()) {
          throw new AssertionError("it never said \"" + text + "\", but:\n" + output);
        }
        try {
          output.wait(left);
        } catch (final InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new AssertionError(e);
        }
      }
    }
  }

  /** Ends it without a warning, as {@code kill -9} does, and waits until it is gone. */
  void kill() {
    process.destroyForcibly();
    awaitEnd();
  }

  /** Asks it to stop, as SIGTERM does, and waits until it is gone. */
  Ended stop() {
    // Not by the process itself, which would close what it says its last words to.
    process.toHandle().destroy();
    return awaitEnd();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Waits until it is gone. */
  Ended awaitEnd() {
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("the process does not end; it said:\n" + output());
      }
      reader.join();
      return new Ended(process.exitValue(), output());
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  private void read() {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        synchronized (output) {
          output.append(line).append('\n');
          output.notifyAll();
        }
        final Matcher announcement = ANNOUNCEMENT.matcher(line);
        if (announcement.matches()) {
          announced.complete(URI.create(announcement.group(1)));
        }
      }
    } catch (final IOException e) {
      // The process is gone; what it said before is kept.
      announced.completeExceptionally(e);
    }
    announced.completeExceptionally(
        new AssertionError("the process ended without a node; it said:\n" + output()));
  }
}
