// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.cli.internal.node.HomeFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the commands on files say where there is little to work on. */
class FileCommandsTest {
  private Bench bench;

  @TempDir private Path directory;

  @BeforeEach
  void openBench() {
    bench = new Bench(directory);
  }

  @Test
  void aDirectoryThatIsNoHomeIsRefused() throws IOException {
    Files.writeString(Files.createDirectory(directory.resolve("other")).resolve("x"), "");

    assertThat(bench.run("log", "verify", "--home", "nowhere")).isEqualTo(1);
    assertThat(bench.run("log", "dump", "--home", "other")).isEqualTo(1);
    assertThat(bench.run("log", "tail", "--home", "other")).isEqualTo(1);
    assertThat(bench.run("state", "rebuild", "--home", "other")).isEqualTo(1);

    assertThat(bench.out()).isEmpty();
    assertThat(bench.err().lines().filter(line -> line.startsWith("error: "))).hasSize(4);
    assertThat(bench.err())
        .contains("error: there is no home in " + directory.resolve("other"))
        .doesNotContain("\tat ");
  }

  @Test
  void aNewHomeHasConfigurationThatChangesNothingAndIsLeftAlone() throws IOException {
    final HomeFiles files = new HomeFiles(directory.resolve("home"), Clock.systemUTC());

    assertThat(files.initialise(false)).isTrue();

    final Path configuration = directory.resolve("home").resolve("config.yaml");
    assertThat(Files.readString(configuration).lines())
        .isNotEmpty()
        .allMatch(line -> line.isBlank() || line.startsWith("#"))
        .contains("#http:", "#  port: 2528");
    Files.writeString(configuration, "http:\n  port: 1\n");
    assertThat(files.initialise(false)).isFalse();
    assertThat(Files.readString(configuration)).isEqualTo("http:\n  port: 1\n");
    assertThat(files.initialise(true)).isFalse();
    assertThat(Files.readString(configuration)).contains("#  port: 2528");
  }

  @Test
  void aHomeThatHasRunNothingHasNothingToRebuild() {
    new HomeFiles(directory.resolve("home"), Clock.systemUTC()).initialise(false);

    assertThat(bench.run("state", "rebuild", "--home", "home")).as(bench.err()).isZero();

    assertThat(bench.err()).contains("There is no context.");
    assertThat(bench.out()).isEmpty();
  }

  @Test
  void wordsThatMakeNoSenseAreRefused() {
    assertThat(bench.run("log", "tail", "-n", "-1")).isEqualTo(2);
    assertThat(bench.run("log", "dump", "--from", "x")).isEqualTo(2);
    assertThat(bench.run("log")).isEqualTo(2);
    assertThat(bench.run("state")).isEqualTo(2);

    assertThat(bench.err())
        .contains("error: --lines must be between 0 and 100000")
        .contains("'log' needs one of these words behind it: verify, dump, tail")
        .contains("'state' needs one of these words behind it: rebuild");
  }

  @Test
  void aPromptDoesNotFollowTheLogForEver() {
    bench.runner(new FakeRunner("http://127.0.0.1:1"));

    assertThat(bench.typed("log tail -f\nexit\n").run("up", "-i")).isZero();

    assertThat(bench.err()).contains("error: --follow has no end, and a prompt cannot end it");
  }
}
