// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import io.calimero.node.cli.internal.demo.ChildNode;
import io.calimero.node.cli.internal.terminal.Console;
import io.calimero.node.cli.internal.terminal.ExitCode;
import io.calimero.node.cli.internal.terminal.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code demo cluster}. */
@Command(
    name = "cluster",
    description = {
      "Start three nodes on this machine that share a context, write at each, stop one, write on,"
          + " start it again, and see their heads and state roots become the same.",
      "Ends with 0 only if they did. The nodes end with this command, however it ends."
    })
final class DemoCluster implements Callable<Integer> {
  private static final int NODES = 3;
  private static final int MAX_WRITES = 100_000;

  @Option(
      names = "--folder",
      paramLabel = "DIR",
      description = "An empty or new folder for the homes. Default: a temporary one.")
  private Optional<Path> folder = Optional.empty();

  @Option(names = "--keep", description = "Keep the folder.")
  private boolean keep;

  @Option(
      names = "--http-port",
      paramLabel = "PORT",
      description = "The nodes answer clients at this port and the two behind it. Default: any.")
  private int httpPort;

  @Option(
      names = "--writes",
      paramLabel = "N",
      description = "So many writes while one node is away. Default: ${DEFAULT-VALUE}.")
  private int writes = 500;

  private final Workplace workplace;

  DemoCluster(final Workplace workplace) {
    this.workplace = workplace;
  }

  @Override
  public Integer call() {
    if (httpPort < 0 || httpPort > 65_535 - NODES + 1) {
      throw Failure.usage("--http-port must leave room for three ports up to 65535");
    }
    if (writes < 1 || writes > MAX_WRITES) {
      throw Failure.usage("--writes must be between 1 and " + MAX_WRITES);
    }
    final Path module = Demo.module(workplace, "demo cluster");
    final Path homes = homes();
    workplace.console().note("The homes of the nodes are in " + homes);
    final List<ChildNode> nodes =
        IntStream.range(0, NODES)
            .mapToObj(
                i ->
                    new ChildNode(
                        "node" + (i + 1),
                        homes.resolve("node" + (i + 1)),
                        httpPort == 0 ? 0 : httpPort + i))
            .toList();
    final AtomicBoolean asked = new AtomicBoolean();
    workplace
        .machine()
        .stopSignals()
        .accept(
            () -> {
              asked.set(true);
              nodes.forEach(ChildNode::stop);
            });
    try {
      new ClusterShow(workplace, nodes, module, writes, asked::get).run();
      return ExitCode.OK.number();
    } catch (final RuntimeException e) {
      if (asked.get()) {
        throw Failure.failed("stopped before the end").because(e);
      }
      throw e;
    } finally {
      nodes.forEach(ChildNode::stop);
      tidy(homes);
    }
  }

  private Path homes() {
    try {
      if (folder.isEmpty()) {
        return Files.createTempDirectory("calimero-demo");
      }
      final Path named = workplace.place().directory().resolve(folder.get()).toAbsolutePath();
      Files.createDirectories(named);
      try (Stream<Path> there = Files.list(named)) {
        if (there.findAny().isPresent()) {
          throw Failure.usage("the folder " + named + " is not empty");
        }
      }
      return named.normalize();
    } catch (final IOException e) {
      throw Failure.failed("the folder cannot be made: " + e.getMessage()).because(e);
    }
  }

  private void tidy(final Path homes) {
    final Console console = workplace.console();
    if (keep) {
      console.note("Kept: " + homes + ". One of the nodes alone:");
      console.note(workplace.place().launcher() + " up --home " + Shell.quote(homes + "/node1"));
      return;
    }
    final List<Path> files = new ArrayList<>();
    try (Stream<Path> tree = Files.walk(homes)) {
      tree.sorted(Comparator.reverseOrder()).forEach(files::add);
      for (final Path file : files) {
        Files.deleteIfExists(file);
      }
    } catch (final IOException e) {
      console.note("Not all of " + homes + " could be removed: " + e.getMessage());
    }
  }
}
