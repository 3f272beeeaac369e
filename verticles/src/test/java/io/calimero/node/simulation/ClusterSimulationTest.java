// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whole clusters under virtual time. {@code -Dsimulation.seeds=N} runs so many, {@code
 * -Dsimulation.from=S} begins elsewhere, {@code -Dsimulation.seed=S} runs one and prints what
 * happens in it.
 */
class ClusterSimulationTest {
  private static final long SEEDS = Long.getLong("simulation.seeds", 1_000);
  private static final long FROM = Long.getLong("simulation.from", 1);

  @TempDir private Path directory;

  @Test
  void nothingAcknowledgedIsLostAndAllAgreeWhateverGoesWrong() {
    final Long only = Long.getLong("simulation.seed");
    final ClusterSimulation simulation = new ClusterSimulation(directory);
    final LongStream seeds =
        only == null ? LongStream.range(FROM, FROM + SEEDS) : LongStream.of(only);
    seeds.forEach(
        seed -> {
          final ClusterRun.Result result =
              simulation.run(
                  seed, World.Bug.NONE, only == null ? _ -> {} : ClusterSimulationTest::print);
          result
              .violation()
              .ifPresent(
                  what -> {
                    throw new AssertionError(ClusterSimulation.replay(seed, what));
                  });
        });
  }

  @SuppressWarnings("SystemOut") // a person asked for it
  private static void print(final Supplier<String> line) {
    System.out.println(line.get());
  }

  @Test
  void aSeedIsAWholeRun() {
    final ClusterSimulation simulation = new ClusterSimulation(directory);
    assertThat(simulation.run(4)).isEqualTo(simulation.run(4)).isNotEqualTo(simulation.run(5));
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void aPlantedBugIsFound(final World.Bug bug) {
    assertThat(new ClusterSimulation(directory).firstToFail(bug, 1, 100)).isPresent();
  }
}
