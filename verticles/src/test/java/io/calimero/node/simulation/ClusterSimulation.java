// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.simulation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Runs seeds, one after the other. */
final class ClusterSimulation {
  private final Path directory;

  ClusterSimulation(final Path directory) {
    this.directory = directory;
  }

  /** What is wrong with a seed, and how to see it again. */
  static String replay(final long seed, final String violation) {
    return "seed "
        + seed
        + ": "
        + violation
        + "\nReplay it with a trace: mvn -pl verticles -am verify -Dtest=ClusterSimulationTest"
        + " -Dsurefire.failIfNoSpecifiedTests=false -Dsimulation.seed="
        + seed;
  }

  /** Runs a seed. */
  ClusterRun.Result run(
      final long seed, final World.Bug planted, final Consumer<Supplier<String>> trace) {
    try {
      return new ClusterRun(seed, directory, planted, trace).run();
    } finally {
      clear(directory);
    }
  }

  ClusterRun.Result run(final long seed) {
    return run(seed, World.Bug.NONE, _ -> {});
  }

  /** The first seed of so many that goes wrong with a bug. */
  Optional<Long> firstToFail(final World.Bug planted, final long from, final long seeds) {
    for (long seed = from; seed < from + seeds; seed++) {
      if (run(seed, planted, _ -> {}).violation().isPresent()) {
        return Optional.of(seed);
      }
    }
    return Optional.empty();
  }

  /** The next seed finds the directories, and nothing in them. */
  private static void clear(final Path tree) {
    try (Stream<Path> files = Files.walk(tree)) {
      for (final Path file : files.filter(Files::isRegularFile).toList()) {
        Files.delete(file);
      }
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
