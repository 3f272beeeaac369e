// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.simulation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Runs many seeds and says what came of them, for the night: {@code Simulate FROM COUNT}; one alone
 * with a trace. Ends with 1 if one went wrong, after all have run. With the name of a bug behind
 * it, says how many of the seeds find it: {@code Simulate FROM COUNT ORDERS_TWICE}.
 */
final class Simulate {
  private Simulate() {}

  @SuppressWarnings("SystemOut") // it is a program
  public static void main(final String[] words) throws IOException {
    final long from = Long.parseLong(words[0]);
    final long count = Long.parseLong(words[1]);
    final Path directory = Files.createTempDirectory("simulation");
    final ClusterSimulation simulation = new ClusterSimulation(directory);
    if (words.length > 2) {
      System.out.println(count(simulation, World.Bug.valueOf(words[2]), from, count));
      delete(directory);
      return;
    }
    final List<Long> healing = new ArrayList<>();
    final List<Long> wrong = new ArrayList<>();
    long steps = 0;
    long acknowledged = 0;
    long entries = 0;
    long fingerprint = 0;
    final long begun = System.nanoTime();
    for (long seed = from; seed < from + count; seed++) {
      final ClusterRun.Result result =
          simulation.run(
              seed,
              World.Bug.NONE,
              line -> {
                if (count == 1) {
                  System.out.println(line.get());
                }
              });
      steps += result.steps();
      acknowledged += result.acknowledged();
      entries += result.entries();
      fingerprint = fingerprint * 31 + result.fingerprint();
      healing.add(result.healing() / VirtualTime.MILLISECOND);
      if (result.violation().isPresent()) {
        wrong.add(seed);
        System.out.println(ClusterSimulation.replay(seed, result.violation().get()));
      }
    }
    delete(directory);
    Collections.sort(healing);
    System.out.printf(
        Locale.ROOT,
        "%d seeds in %.1f s: %d steps, %d entries, %d writes acknowledged; agreed after %d ms in"
            + " the median, %d ms at the 99th percentile, %d ms at most; fingerprint %x; wrong:"
            + " %s%n",
        count,
        (System.nanoTime() - begun) / 1e9,
        steps,
        entries,
        acknowledged,
        healing.get(healing.size() / 2),
        healing.get(healing.size() * 99 / 100),
        healing.getLast(),
        fingerprint,
        wrong);
    System.exit(wrong.isEmpty() ? 0 : 1);
  }

  private static void delete(final Path tree) throws IOException {
    try (Stream<Path> files = Files.walk(tree)) {
      for (final Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static String count(
      final ClusterSimulation simulation, final World.Bug bug, final long from, final long count) {
    final List<Long> found =
        LongStream.range(from, from + count)
            .filter(seed -> simulation.run(seed, bug, _ -> {}).violation().isPresent())
            .boxed()
            .toList();
    return bug + " is found by " + found.size() + " of " + count + " seeds: " + found;
  }
}
