// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import io.calimero.node.cli.internal.node.NodeRunner;
import io.calimero.node.cli.internal.node.NodeRunner.Running;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs a gateway: HTTP for the nodes of a cluster, and nothing else. */
@Command(
    name = "gateway",
    description = {
      "Answers clients for the nodes of a cluster. Keeps nothing; there may be many.",
      "Commands of a context go to the node that has it."
    })
final class GatewayCommand implements Callable<Integer> {
  private static final Duration STOP_LIMIT = Duration.ofSeconds(5);

  @Option(
      names = "--home",
      paramLabel = "DIR",
      description =
          "A directory with a config.yaml to read, if any. Nothing is written there. Default:"
              + " ~/.calimero/gateway.")
  private Optional<Path> home = Optional.empty();

  @Option(
      names = "--http-host",
      paramLabel = "ADDRESS",
      description = "The address to answer clients at. Default: 127.0.0.1.")
  private Optional<String> httpHost = Optional.empty();

  @Option(
      names = "--http-port",
      paramLabel = "PORT",
      description = "The port to answer clients at; 0: one that is free. Default: 2528.")
  private Optional<Integer> httpPort = Optional.empty();

  @Mixin private ClusterFlags cluster = new ClusterFlags();

  private final Workplace workplace;

  GatewayCommand(final Workplace workplace) {
    this.workplace = workplace;
  }

  @Override
  public Integer call() {
    final NodeRunner.Start start =
        new NodeRunner.Start(
            workplace.gatewayHome(home),
            httpHost,
            ClusterFlags.port("--http-port", httpPort),
            OptionalInt.empty(),
            cluster.settingsOfGateway());
    final Running gateway = workplace.machine().runner().start(start);
    final Lifetime lifetime = new Lifetime(gateway, workplace, STOP_LIMIT);
    final NodeRunner.Description description = gateway.description();
    workplace
        .console()
        .result(
            String.join(
                " | ",
                "Calimero " + description.version(),
                "JDK " + description.jdk(),
                "http " + String.join(" ", description.http()),
                "gateway"));
    return lifetime.await().number();
  }
}
