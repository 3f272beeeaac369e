// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import io.calimero.node.cli.internal.node.NodeRunner;
import io.calimero.node.cli.internal.shell.PipedLines;
import io.calimero.node.cli.internal.terminal.Console;
import io.calimero.node.cli.internal.terminal.Failure;
import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** A workplace without a terminal, a network or a process of its own, to run commands in. */
final class Bench {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final Map<String, String> environment = new HashMap<>();
  private final Path directory;
  private Optional<Path> root = Optional.empty();
  private String typed = "";
  private Console.Traits traits = Console.Traits.NONE;
  private NodeRunner runner = new NoNode();
  private Runnable stop = () -> {};
  private Consumer<Duration> paused = time -> {};
  private long livingProcess = -1;

  /** A bench whose current directory and user's directory is this one. */
  Bench(final Path directory) {
    this.directory = directory;
  }

  int run(final String... words) {
    return Program.run(workplace(), words);
  }

  Workplace workplace() {
    final Console console =
        new Console(
            new ByteArrayInputStream(typed.getBytes(StandardCharsets.UTF_8)),
            new PrintWriter(out),
            new PrintWriter(err),
            traits);
    return new Workplace(
        console,
        new Workplace.Place(environment, directory, directory, root, "./calimero"),
        new Workplace.Machine(
            runner,
            pid -> pid == livingProcess ? Optional.of(Instant.EPOCH) : Optional.empty(),
            Clock.fixed(Instant.EPOCH, ZoneOffset.UTC),
            new SecureRandom(),
            action -> stop = action,
            time -> paused.accept(time),
            (opened, _) -> new PipedLines(opened.in())),
        Optional.empty());
  }

  Bench typed(final String text) {
    typed = text;
    return this;
  }

  Bench environment(final String name, final String value) {
    environment.put(name, value);
    return this;
  }

  Bench traits(final Console.Traits value) {
    traits = value;
    return this;
  }

  Bench runner(final NodeRunner value) {
    runner = value;
    return this;
  }

  Bench root(final Path value) {
    root = Optional.of(value);
    return this;
  }

  Bench livingProcess(final long pid) {
    livingProcess = pid;
    return this;
  }

  /** What happens while a command pauses. */
  Bench paused(final Runnable action) {
    paused = time -> action.run();
    return this;
  }

  /** What a signal would do. */
  void signal() {
    stop.run();
  }

  String out() {
    return out.toString();
  }

  String err() {
    return err.toString();
  }

  /** For commands that start no node. */
  private static final class NoNode implements NodeRunner {
    @Override
    public String version() {
      return "calimero 1.2.3";
    }

    @Override
    public boolean initialise(final Path home, final boolean force) {
      throw Failure.failed("no home can be made here");
    }

    @Override
    public Running start(final Start start) {
      throw Failure.failed("no node can be started here");
    }
  }
}
