// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import io.calimero.node.cli.internal.http.Endpoint;
import io.calimero.node.cli.internal.node.NodeRunner;
import io.calimero.node.cli.internal.node.NodeRunner.Running;
import io.calimero.node.cli.internal.node.RunFile;
import io.calimero.node.cli.internal.terminal.Console;
import io.calimero.node.cli.internal.terminal.ExitCode;
import io.calimero.node.cli.internal.terminal.Failure;
import io.calimero.node.cli.internal.terminal.Text;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code up}. */
@Command(
    name = "up",
    aliases = "run",
    description = {
      "Run a node until it is asked to stop (Control-C, SIGTERM), making its home if there is"
          + " none.",
      "The options go before the environment and the configuration file."
    })
final class UpCommand implements Callable<Integer> {
  private static final Duration STOP_LIMIT = Duration.ofSeconds(5);

  @Option(names = "--home", paramLabel = "DIR", description = HomeText.DESCRIPTION)
  private Optional<Path> home = Optional.empty();

  @Option(
      names = "--http-host",
      paramLabel = "ADDRESS",
      description = "The address at which clients are answered.")
  private Optional<String> httpHost = Optional.empty();

  @Option(
      names = "--http-port",
      paramLabel = "PORT",
      description = "The port at which clients are answered; 0: one that is free.")
  private Optional<Integer> httpPort = Optional.empty();

  @Option(
      names = "--p2p-port",
      paramLabel = "PORT",
      description = "The port at which other nodes are met; 0: one that is free.")
  private Optional<Integer> p2pPort = Optional.empty();

  @Option(
      names = "--demo",
      description =
          "Install the kv-store sample, create a context of it, and print lines to try it with.")
  private boolean demo;

  @Option(
      names = {"-i", "--interactive"},
      description = "Open a prompt on the running node. Ending the prompt stops the node.")
  private boolean interactive;

  @Mixin private ClusterFlags cluster = new ClusterFlags();

  @Option(
      names = "--cluster",
      description = "Join the cluster of this operator's other JVMs: gateways, services, nodes.")
  private boolean clustered;

  private final Workplace workplace;

  UpCommand(final Workplace workplace) {
    this.workplace = workplace;
  }

  @Override
  public Integer call() {
    final NodeRunner.Start start =
        new NodeRunner.Start(
            workplace.home(home),
            httpHost,
            ClusterFlags.port("--http-port", httpPort),
            ClusterFlags.port("--p2p-port", p2pPort),
            cluster.settings(clustered));
    final Running node = start(start);
    final Lifetime lifetime = new Lifetime(node, workplace, STOP_LIMIT);
    try {
      announce(node.description());
      final Endpoint endpoint = new Endpoint(node.description().url(), "");
      if (demo) {
        new Demo(workplace, start.home(), endpoint).run();
      }
      if (interactive) {
        lifetime.openPrompt(new Workplace.Attachment(endpoint, Optional.of(start.home())));
      }
    } catch (final Failure e) {
      lifetime.stop();
      throw e;
    }
    return lifetime.await().number();
  }

  private Running start(final NodeRunner.Start start) {
    final NodeRunner runner = workplace.machine().runner();
    try {
      if (runner.initialise(start.home(), false)) {
        workplace.console().note("Made a home for the node: " + start.home());
      }
      return runner.start(start);
    } catch (final Failure e) {
      final Optional<RunFile> other =
          RunFile.read(start.home()).filter(run -> run.alive(workplace.machine().processes()));
      if (e.code() == ExitCode.IN_USE && e.hint().isEmpty() && other.isPresent()) {
        throw e.hint(
            "A node runs there already: process "
                + other.get().pid()
                + ", "
                + Text.oneLine(other.get().http().getFirst()));
      }
      throw e;
    }
  }

  private void announce(final NodeRunner.Description node) {
    final Console console = workplace.console();
    console.result(
        String.join(
            " | ",
            "Calimero " + node.version(),
            "JDK " + node.jdk(),
            node.compiled() ? "JIT on" : "JIT off: WebAssembly is interpreted, which is slow",
            "home " + node.home(),
            "http " + String.join(" ", node.http()),
            "p2p " + node.p2p()));
    if (!node.cluster().isEmpty()) {
      console.note("In the cluster as " + node.cluster());
    }
    node.notes().forEach(note -> console.note(Text.clean(note)));
  }
}
