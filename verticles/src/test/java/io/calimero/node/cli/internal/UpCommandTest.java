// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.cli.internal.node.NodeRunner;
import io.calimero.node.cli.internal.terminal.ExitCode;
import io.calimero.node.cli.internal.terminal.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How a node is run: what is said at its start, and every way in which it ends. */
@Timeout(60)
class UpCommandTest {
  private static final String URL = "http://127.0.0.1:4711";

  private Bench bench;

  @TempDir private Path directory;

  @BeforeEach
  void openBench() {
    bench = new Bench(directory);
  }

  @Test
  void itSaysInOneLineWhatRunsAndEndsWellWhenAsked() {
    final FakeRunner runner = stoppedBySignal().notes("a torn tail of 12 bytes was cut");

    assertThat(bench.run("up", "--home", "home", "--http-port", "0", "--p2p-port", "9")).isZero();

    final Path home = directory.resolve("home");
    assertThat(bench.out())
        .isEqualTo(
            lines(
                "Calimero 1.2.3 | JDK 25.0.1 | JIT on | home "
                    + home
                    + " | http "
                    + URL
                    + " | p2p 2428 (not open)"));
    assertThat(bench.err())
        .isEqualTo(lines("Made a home for the node: " + home, "a torn tail of 12 bytes was cut"));
    assertThat(runner.calls)
        .containsExactly(
            "initialise " + home,
            "start "
                + new NodeRunner.Start(
                    home, Optional.empty(), OptionalInt.of(0), OptionalInt.of(9), Map.of()));
    assertThat(runner.stops).hasValue(1);
  }

  @Test
  void whatTheLineDoesNotSayIsLeftToTheConfiguration() {
    final FakeRunner runner = stoppedBySignal();
    bench.environment("CALIMERO_HOME", "elsewhere");

    assertThat(bench.run("up")).isZero();

    assertThat(runner.calls.getLast())
        .isEqualTo(
            "start "
                + new NodeRunner.Start(
                    directory.resolve("elsewhere"),
                    Optional.empty(),
                    OptionalInt.empty(),
                    OptionalInt.empty(),
                    Map.of()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "65536", "80a"})
  void aPortThatIsNoneIsRefused(final String port) {
    final FakeRunner runner = runner();

    assertThat(bench.run("up", "--http-port", port)).isEqualTo(2);

    assertThat(runner.calls).isEmpty();
  }

  @Test
  void aRefusedStartIsAMessageAndAnExitCode() {
    runner().refusing(Failure.of(ExitCode.IN_USE, "port 4711 is in use").hint("Take another."));

    assertThat(bench.run("up")).isEqualTo(6);

    assertThat(bench.err()).endsWith(lines("error: port 4711 is in use", "Take another."));
    assertThat(bench.out()).isEmpty();
  }

  @Test
  void aHomeInUseNamesTheNodeThatUsesIt() throws IOException {
    final Path run = Files.createDirectories(directory.resolve("home").resolve("run"));
    Files.writeString(
        run.resolve("node.json"),
        "{\"pid\":42,\"started\":\"2026-11-22T14:00:00Z\",\"http\":[\"" + URL + "\"]}");
    runner().refusing(Failure.of(ExitCode.IN_USE, "the home is in use"));

    assertThat(bench.livingProcess(42).run("up", "--home", "home")).isEqualTo(6);

    assertThat(bench.err())
        .endsWith(
            lines("error: the home is in use", "A node runs there already: process 42, " + URL));
  }

  @Test
  void aNodeThatStopsByItselfIsAFailure() {
    final FakeRunner runner = runner();
    runner.ended.countDown();

    assertThat(bench.run("up")).isEqualTo(1);

    assertThat(bench.err()).endsWith(lines("error: the node has stopped by itself"));
  }

  @Test
  void aNodeThatDoesNotStopInTimeIsEndedAndThatIsAFailure() {
    final CountDownLatch never = new CountDownLatch(1);
    final FakeRunner runner = new FakeRunner(URL).whileStopping(() -> await(never));
    final Workplace workplace = bench.workplace();
    final NodeRunner.Running node =
        runner.start(
            new NodeRunner.Start(
                directory, Optional.empty(), OptionalInt.empty(), OptionalInt.empty(), Map.of()));
    final Lifetime lifetime = new Lifetime(node, workplace, Duration.ofMillis(20));

    bench.signal();
    assertThat(lifetime.await()).isEqualTo(ExitCode.FAILED);

    assertThat(bench.err()).contains("error: the node did not stop within");
    never.countDown();
  }

  @Test
  void aNodeThatFailsToStopIsAFailure() {
    stoppedBySignal()
        .whileStopping(
            () -> {
              throw new IllegalStateException("disk gone");
            });

    assertThat(bench.run("up")).isEqualTo(1);

    assertThat(bench.err())
        .contains(
            "error: the node did not stop in order: java.lang.IllegalStateException: disk gone");
  }

  @Test
  void theEndOfThePromptStopsTheNode() {
    final FakeRunner runner = runner();

    assertThat(bench.typed("nonsense\ncall\nexit\n").run("up", "--interactive")).isZero();

    assertThat(runner.stops).hasValue(1);
    assertThat(bench.err())
        .contains("error: there is no command 'nonsense' here")
        .contains("error: Missing required parameters: 'CONTEXT', 'METHOD'");
  }

  @Test
  void thePromptTalksToItsOwnNode() {
    try (StandInNode node = new StandInNode()) {
      node.on("GET /admin-api/contexts", "{\"data\":{\"contexts\":[]}}");
      bench.runner(new FakeRunner(node.url()));

      assertThat(bench.typed("context ls --json\n").run("up", "-i")).isZero();

      assertThat(bench.out()).endsWith(lines("{\"data\":{\"contexts\":[]}}"));
    }
  }

  private FakeRunner runner() {
    final FakeRunner runner = new FakeRunner(URL);
    bench.runner(runner);
    return runner;
  }

  private FakeRunner stoppedBySignal() {
    return runner().whenAwaited(bench::signal);
  }

  private static void await(final CountDownLatch latch) {
    try {
      latch.await();
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String lines(final String... lines) {
    return String.join(System.lineSeparator(), lines) + System.lineSeparator();
  }
}
