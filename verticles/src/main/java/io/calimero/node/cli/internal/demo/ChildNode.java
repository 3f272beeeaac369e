// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal.demo;

import io.calimero.node.cli.internal.http.Client;
import io.calimero.node.cli.internal.http.Endpoint;
import io.calimero.node.cli.internal.node.RunFile;
import io.calimero.node.cli.internal.terminal.Failure;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A node in a process of its own. It runs with a prompt that reads from this process and ends with
 * its input: whatever becomes of this process, the node ends too.
 *
 * <p>Started and stopped by one thread; {@link #stop} may be called by any.
 */
public final class ChildNode {
  private static final String MAIN = "io.calimero.node.cli.Main";
  private static final Duration START = Duration.ofMinutes(2);
  private static final Duration STOP = Duration.ofSeconds(15);
  private static final Duration LOOK = Duration.ofMillis(100);
  private static final Duration ANSWER = Duration.ofSeconds(60);

  private final String name;
  private final Path home;
  private final int httpPort;
  private volatile Optional<Process> process = Optional.empty();
  private Optional<Client> client = Optional.empty();

  /**
   * A node that is not started yet.
   *
   * @param name what people call it; its output goes to a file of this name beside the home
   * @param home its home
   * @param httpPort where it answers clients; 0: at a port that is free
   */
  public ChildNode(final String name, final Path home, final int httpPort) {
    this.name = name;
    this.home = home;
    this.httpPort = httpPort;
  }

  /** What people call it. */
  public String name() {
    return name;
  }

  /** Its home. */
  public Path home() {
    return home;
  }

  /** Whether its process runs. */
  public boolean runs() {
    return process.filter(Process::isAlive).isPresent();
  }

  /** The number of its process; it must have been started. */
  public long pid() {
    return process.orElseThrow().pid();
  }

  /** A client of it; it must be ready. */
  public Client client() {
    return client.orElseThrow();
  }

  /** Starts the process. It is ready when {@link #await} returns. */
  public void start() {
    final ProcessBuilder builder =
        new ProcessBuilder(command())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(output().toFile()));
    builder.environment().keySet().removeIf(variable -> variable.startsWith("CALIMERO_"));
    builder.environment().put("CALIMERO_P2P_HOSTS", "127.0.0.1");
    builder.environment().put("CALIMERO_LOG_SEGMENT_SIZE", "1MiB");
    try {
      process = Optional.of(builder.start());
    } catch (final IOException e) {
      throw Failure.failed("no process can be started for " + name + ": " + e.getMessage())
          .because(e);
    }
  }

  private Path output() {
    return home.resolveSibling(name + ".log");
  }

  /** The Java of this process, as this process was started. */
  private List<String> command() {
    final List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(ChildNode::isForChildren)
        .forEach(command::add);
    command.addAll(List.of("-Xmx384m", "-cp", System.getProperty("java.class.path"), MAIN));
    command.addAll(
        List.of(
            "up",
            "--interactive",
            "--home",
            home.toString(),
            "--http-host",
            "127.0.0.1",
            "--http-port",
            Integer.toString(httpPort),
            "--p2p-port",
            "0"));
    return command;
  }

  /** Not what may be there once only: agents, ports and files of this process. */
  private static boolean isForChildren(final String argument) {
    return !argument.startsWith("-agent")
        && !argument.startsWith("-javaagent")
        && !argument.startsWith("-Xmx")
        && !argument.startsWith("-Dcalimero.terminals")
        && !argument.startsWith("-Dcom.sun.management")
        && !argument.startsWith("-XX:StartFlightRecording");
  }

  /**
   * Waits until it answers clients.
   *
   * @param pause waits so long
   * @throws Failure if it ends instead
   */
  public void await(final Consumer<Duration> pause) {
    final RunFile.Processes processes = RunFile.Processes.ofThisMachine();
    final long deadline = System.nanoTime() + START.toNanos();
    Optional<RunFile> ready = Optional.empty();
    while (ready.isEmpty()) {
      if (!runs() || System.nanoTime() > deadline) {
        throw Failure.failed(name + " did not start")
            .hint("What it said is in " + output() + ", which --keep keeps.");
      }
      pause.accept(LOOK);
      ready =
          RunFile.read(home).filter(file -> file.pid() == pid()).filter(f -> f.alive(processes));
    }
    client =
        Optional.of(
            new Client(
                new Endpoint(ready.get().http().getFirst(), name + " is gone"), ANSWER, () -> {}));
  }

  /** Stops it in order, or in any way if that takes too long; when it returns, it is gone. */
  public void stop() {
    process.ifPresent(ChildNode::stop);
    client.ifPresent(Client::close);
    client = Optional.empty();
  }

  private static void stop(final Process running) {
    running.destroy();
    try {
      if (!running.waitFor(STOP.toMillis(), TimeUnit.MILLISECONDS)) {
        running.destroyForcibly().waitFor();
      }
    } catch (final InterruptedException e) {
      running.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
