// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The help texts, the version and the completion script. */
class HelpTest {
  private static final Path GOLDEN =
      Path.of("src", "test", "resources", "io", "calimero", "node", "cli", "help.txt");

  @TempDir private Path directory;

  /**
   * Every help text is as it was read and approved. After a change that is meant, copy the actual
   * file, whose name the failure gives, over the expected one and read the difference.
   */
  @Test
  void helpTextsAreAsApproved() throws IOException {
    final String actual = allHelp();
    final Path made = Files.writeString(Path.of("target", "help.txt"), actual);

    assertThat(actual)
        .as("the help texts differ: compare %s with %s", made.toAbsolutePath(), GOLDEN)
        .isEqualTo(Files.readString(GOLDEN));
  }

  @Test
  void noHelpTextIsWiderThanATerminal() throws IOException {
    assertThat(allHelp().lines()).allMatch(line -> line.length() <= 80);
  }

  @Test
  void helpIsTheSameByWordAndByOption() {
    final Bench word = new Bench(directory);
    final Bench option = new Bench(directory);

    assertThat(word.run("help", "app", "install")).isZero();
    assertThat(option.run("app", "install", "--help")).isZero();

    assertThat(word.out()).isEqualTo(option.out()).startsWith("Usage: calimero app install");
  }

  @Test
  void helpOfNoCommandIsAMistake() {
    final Bench bench = new Bench(directory);

    assertThat(bench.run("help", "app", "nonsense")).isEqualTo(2);

    assertThat(bench.err()).startsWith("error: there is no command 'app nonsense'");
  }

  @Test
  void theVersionIsTheRunners() {
    final Bench bench = new Bench(directory);

    assertThat(bench.run("--version")).isZero();

    assertThat(bench.out().strip()).isEqualTo("calimero 1.2.3");
  }

  @Test
  void theCompletionScriptIsOneThatBashTakes() throws Exception {
    final Bench bench = new Bench(directory);

    assertThat(bench.run("completion")).isZero();

    final Path script = Files.writeString(directory.resolve("completion.sh"), bench.out());
    assertThat(bash("-n", script.toString())).isEmpty();
    assertThat(
            bash(
                "-c",
                "source "
                    + script
                    + " && COMP_WORDS=(calimero app inst) COMP_CWORD=2"
                    + " && _complete_calimero && echo ${COMPREPLY[*]}"))
        .isEqualTo("install");
  }

  private String allHelp() {
    final StringBuilder all = new StringBuilder();
    commands(Program.commands(new Bench(directory).workplace()), "calimero", all);
    return all.toString().replace(System.lineSeparator(), "\n");
  }

  private static void commands(final CommandLine line, final String name, final StringBuilder all) {
    all.append("=== ").append(name).append("\n\n").append(line.getUsageMessage()).append('\n');
    final Map<String, CommandLine> words = new TreeMap<>(line.getSubcommands());
    final List<CommandLine> seen = new ArrayList<>();
    words.forEach(
        (_, command) -> {
          if (!seen.contains(command)) {
            seen.add(command);
            commands(command, name + " " + command.getCommandName().toLowerCase(Locale.ROOT), all);
          }
        });
  }

  private static String bash(final String... words) throws Exception {
    final List<String> command = new ArrayList<>(List.of("bash"));
    command.addAll(List.of(words));
    final Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    final String said =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return said;
  }
}
