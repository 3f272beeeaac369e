// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli;

import io.calimero.node.cli.internal.Program;
import io.calimero.node.cli.internal.Shell;
import io.calimero.node.cli.internal.Workplace;
import io.calimero.node.cli.internal.node.RunFile;
import io.calimero.node.cli.internal.shell.Lines;
import io.calimero.node.cli.internal.shell.PipedLines;
import io.calimero.node.cli.internal.shell.TerminalLines;
import io.calimero.node.cli.internal.terminal.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.Signals;
import picocli.CommandLine.Model.CommandSpec;

/**
 * The program. Its words, options and exit codes are those of docs/command-line.md.
 *
 * <p>The launcher sets the system properties {@code calimero.launcher}, the words that it was
 * started with, and {@code calimero.root}, where the source tree is.
 */
public final class Main {
  private Main() {}

  /** Runs the words as a command and ends the process with its exit code. */
  public static void main(final String[] words) {
    System.exit(Program.run(workplace(), words));
  }

  private static Workplace workplace() {
    final Map<String, String> environment = System.getenv();
    final Path userHome = Path.of(System.getProperty("user.home", "."));
    final Path directory = Path.of("").toAbsolutePath();
    final Workplace.Place place =
        new Workplace.Place(
            environment,
            userHome,
            directory,
            Optional.ofNullable(System.getProperty("calimero.root")).map(Path::of),
            launcher(directory));
    final Clock clock = Clock.systemUTC();
    final Workplace.Machine machine =
        new Workplace.Machine(
            new CalimeroRunner(environment, clock),
            RunFile.Processes.ofThisMachine(),
            clock,
            new SecureRandom(),
            Main::onStopSignal,
            Main::pause,
            (console, words) -> lines(console, words, userHome));
    return new Workplace(console(environment), place, machine, Optional.empty());
  }

  // In the directory of the launcher people type ./calimero; elsewhere, its whole name.
  private static String launcher(final Path directory) {
    final Path launcher = Path.of(System.getProperty("calimero.launcher", "calimero"));
    return directory.equals(launcher.getParent())
        ? "./" + launcher.getFileName()
        : Shell.quote(launcher.toString());
  }

  private static Console console(final Map<String, String> environment) {
    return new Console(
        System.in,
        new PrintWriter(System.out, false, System.out.charset()),
        new PrintWriter(System.err, false, System.err.charset()),
        traits(environment));
  }

  // Java knows only whether input and output are both a terminal; the launcher asks the shell, and
  // names the streams that are: "012", or any part of it.
  private static Console.Traits traits(final Map<String, String> environment) {
    final boolean both =
        Optional.ofNullable(System.console()).filter(java.io.Console::isTerminal).isPresent();
    final String terminals = System.getProperty("calimero.terminals", both ? "012" : "");
    final boolean colours =
        environment.getOrDefault("NO_COLOR", "").isEmpty()
            && !"dumb".equals(environment.get("TERM"));
    return new Console.Traits(
        terminals.contains("0"), terminals.contains("1"), terminals.contains("2"), colours);
  }

  private static void onStopSignal(final Runnable stop) {
    for (final String signal : List.of("INT", "TERM", "HUP")) {
      Signals.register(signal, stop);
    }
  }

  private static void pause(final Duration time) {
    try {
      Thread.sleep(time);
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Lines lines(final Console console, final CommandSpec words, final Path userHome)
      throws IOException {
    if (!console.traits().inTerminal()) {
      return new PipedLines(console.in());
    }
    final Path history = userHome.resolve(".calimero").resolve("history");
    return new TerminalLines(TerminalBuilder.builder().system(true).build(), words, history);
  }
}
