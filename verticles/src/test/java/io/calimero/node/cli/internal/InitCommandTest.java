// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said about a new home, or one that is there. */
class InitCommandTest {
  @TempDir private Path directory;

  @Test
  void theHomeIsTheResultAndTheNextStepIsSaid() {
    final Bench bench = new Bench(directory);
    bench.runner(new FakeRunner("http://127.0.0.1:1"));

    assertThat(bench.run("init", "--home", "new home")).isZero();

    final Path home = directory.resolve("new home");
    assertThat(bench.out().strip()).isEqualTo(home.toString());
    assertThat(bench.err()).contains("  ./calimero up --home '" + home + "'");
  }

  @Test
  void aHomeThatIsThereStaysUnlessForced() {
    final Bench bench = new Bench(directory);
    final FakeRunner runner = new FakeRunner("http://127.0.0.1:1");
    bench.runner(runner);

    assertThat(bench.run("init")).isZero();
    assertThat(bench.run("init")).isZero();
    assertThat(bench.run("init", "--force")).isZero();

    final Path home = directory.resolve(Workplace.DEFAULT_HOME);
    assertThat(runner.calls)
        .containsExactly(
            "initialise " + home, "initialise " + home, "initialise " + home + " force");
    assertThat(bench.err())
        .contains("The home is there already and stays as it is.")
        .contains("The configuration was written anew; data and keys are as they were.");
  }
}
