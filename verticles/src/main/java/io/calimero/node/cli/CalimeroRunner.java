// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli;

import io.calimero.node.CalimeroNode;
import io.calimero.node.NodeConfiguration;
import io.calimero.node.NodeInfo;
import io.calimero.node.NodeStartException;
import io.calimero.node.cli.internal.node.HomeFiles;
import io.calimero.node.cli.internal.node.NodeRunner;
import io.calimero.node.cli.internal.node.RunFile;
import io.calimero.node.cli.internal.terminal.ExitCode;
import io.calimero.node.cli.internal.terminal.Failure;
import io.calimero.node.network.ListenException;
import io.calimero.node.storage.StorageException;
import java.net.BindException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/** Starts real nodes. */
final class CalimeroRunner implements NodeRunner {
  private final Map<String, String> environment;
  private final Clock clock;

  CalimeroRunner(final Map<String, String> environment, final Clock clock) {
    this.environment = environment;
    this.clock = clock;
  }

  @Override
  public String version() {
    return "calimero " + CalimeroNode.version() + " (JDK " + Runtime.version() + ")";
  }

  @Override
  public boolean initialise(final Path home, final boolean force) {
    return new HomeFiles(home, clock).initialise(force);
  }

  @Override
  public Running start(final Start start) {
    final NodeConfiguration configuration = configuration(start);
    final CalimeroNode node;
    try {
      node = CalimeroNode.start(configuration);
    } catch (final NodeStartException e) {
      throw refused(e);
    }
    final NodeInfo info = node.info();
    final List<String> urls = info.http().stream().map(CalimeroRunner::reachable).toList();
    final RunFile runFile = new RunFile(ProcessHandle.current().pid(), clock.instant(), urls);
    // A gateway has no home: a command that means the node of one must not find a gateway there.
    final Optional<Path> home =
        configuration.needsHome() ? Optional.of(start.home()) : Optional.empty();
    try {
      home.ifPresent(runFile::write);
    } catch (final Failure e) {
      node.stop();
      throw e;
    }
    return new RunningNode(node, runFile, home);
  }

  private NodeConfiguration configuration(final Start start) {
    final Map<String, String> flags = new TreeMap<>(start.more());
    start.httpHost().ifPresent(host -> flags.put("http.host", host));
    start.httpPort().ifPresent(port -> flags.put("http.port", Integer.toString(port)));
    start.p2pPort().ifPresent(port -> flags.put("p2p.port", Integer.toString(port)));
    try {
      return NodeConfiguration.load(start.home(), environment, flags);
    } catch (final NodeStartException e) {
      throw Failure.usage(message(e)).because(e);
    }
  }

  private static Failure refused(final NodeStartException e) {
    if (cause(e, BindException.class).isPresent()) {
      final boolean forNodes = cause(e, ListenException.class).isPresent();
      return Failure.of(ExitCode.IN_USE, message(e))
          .hint((forNodes ? "--p2p-port" : "--http-port") + " 0 takes one that is free.")
          .because(e);
    }
    final boolean inUse =
        cause(e, StorageException.class)
            .filter(storage -> storage.code() == StorageException.Code.IN_USE)
            .isPresent();
    return Failure.of(inUse ? ExitCode.IN_USE : ExitCode.FAILED, message(e)).because(e);
  }

  private static <T extends Throwable> Optional<T> cause(
      final Throwable failure, final Class<T> type) {
    for (Throwable at = failure; at != null; at = at.getCause()) {
      if (type.isInstance(at)) {
        return Optional.of(type.cast(at));
      }
    }
    return Optional.empty();
  }

  // A node that listens at all addresses is reached from its own machine at the nearest.
  private static String reachable(final URI address) {
    return address
        .toString()
        .replace("://0.0.0.0:", "://127.0.0.1:")
        .replace("://[::]:", "://[::1]:");
  }

  private static String message(final Throwable failure) {
    return Objects.requireNonNullElseGet(failure.getMessage(), failure::toString);
  }

  private record RunningNode(CalimeroNode node, RunFile runFile, Optional<Path> home)
      implements Running {
    @Override
    public Description description() {
      final NodeInfo info = node.info();
      return new Description(
          info.version(),
          info.jdk(),
          info.compiled(),
          info.home(),
          info.http().stream().map(URI::toString).toList(),
          runFile.http().getFirst(),
          home.isPresent() ? info.p2pPort() + " " + info.peerId() : "",
          info.cluster().orElse(""),
          info.remarks());
    }

    @Override
    public void awaitStop() throws InterruptedException {
      node.awaitStop();
    }

    @Override
    public void stop() {
      // First, so that nobody is sent to a node that stops.
      home.ifPresent(runFile::delete);
      node.stop();
    }
  }
}
