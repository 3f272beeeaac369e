// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The program behind {@code bench/run.sh}. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = "Measures a node over HTTP; see docs/benchmarks.md.")
final class Bench implements Callable<Integer> {
  @Option(
      names = "--root",
      required = true,
      paramLabel = "DIR",
      description = "The checkout whose node is measured.")
  private Path root = Path.of(".");

  @Option(
      names = "--work",
      paramLabel = "DIR",
      description = "Where the homes go, on the disk to measure. Default: a temporary directory.")
  private Path work = Path.of(System.getProperty("java.io.tmpdir"));

  @Option(names = "--seconds", description = "How long each load is measured. Default: 15.")
  private int seconds = 15;

  @Option(names = "--warm-up", description = "Seconds of each load before that. Default: 10.")
  private int warmUp = 10;

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "PART",
      description = "Of load, cluster, sharing, contexts and entries only these. Default: all.")
  private String[] only = {"load", "cluster", "sharing", "contexts", "entries"};

  @Option(
      names = "--entries",
      description =
          "How many entries the large context has, and the one that is fetched by snapshot (0: do"
              + " not measure that). Default: 1000000.")
  private int entries = 1_000_000;

  @Option(
      names = "--replayed",
      description =
          "How many entries are fetched one by one (0: do not measure that). Default: 20000.")
  private int replayed = 20_000;

  @Option(
      names = "--nodes",
      split = ",",
      paramLabel = "N",
      description =
          "How many nodes share a context, one group after the other (0: do not measure that)."
              + " Default: 1,3,5.")
  private List<Integer> nodes = List.of(1, 3, 5);

  @Option(names = "--contexts", description = "How many contexts there are. Default: 1000.")
  private int contexts = 1_000;

  @Option(names = "--json", paramLabel = "FILE", description = "Where the raw results go.")
  private Path json = Path.of("bench.json");

  @Spec private CommandSpec spec = CommandSpec.create();

  private Bench() {}

  @Override
  public Integer call() throws Exception {
    if (seconds < 1
        || warmUp < 0
        || entries < 0
        || replayed < 0
        || contexts < 1
        || nodes.stream().anyMatch(count -> count < 0)) {
      throw new ParameterException(
          spec.commandLine(),
          "times and numbers must not be negative, and there is a node, a context and a second");
    }
    final Report report = new Report(System.out);
    final Scenarios scenarios =
        new Scenarios(
            root.toRealPath(),
            work,
            Duration.ofSeconds(warmUp),
            Duration.ofSeconds(seconds),
            report);
    report.machine();
    for (final String part : only) {
      switch (part) {
        case "load" -> scenarios.load();
        case "cluster" -> scenarios.cluster();
        case "sharing" -> scenarios.sharing(nodes, replayed, entries);
        case "contexts" -> scenarios.manyContexts(contexts);
        case "entries" -> scenarios.manyEntries(entries);
        default -> throw new ParameterException(spec.commandLine(), "there is no part " + part);
      }
    }
    report.write(json);
    return 0;
  }

  public static void main(final String[] arguments) {
    System.exit(new CommandLine(new Bench()).execute(arguments));
  }
}
