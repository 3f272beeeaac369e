// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import io.calimero.node.cli.internal.terminal.Console;
import io.calimero.node.cli.internal.terminal.ExitCode;
import io.calimero.node.cli.internal.terminal.Failure;
import io.calimero.node.cli.internal.terminal.Text;
import io.calimero.node.libp2p.AuthenticationException;
import io.calimero.node.libp2p.ConnectionException;
import io.calimero.node.libp2p.Libp2pException;
import io.calimero.node.libp2p.MalformedException;
import io.calimero.node.libp2p.Multiaddr;
import io.calimero.node.libp2p.NegotiationException;
import io.calimero.node.libp2p.P2pTool;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A command that looks at a foreign node over libp2p. */
abstract class P2pCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "MULTIADDR",
      description = {
        "Where the node is, like /ip4/192.0.2.7/tcp/2428/p2p/12D3Koo...",
        "Without /p2p whoever answers there will do."
      })
  private String address = "";

  @Option(names = "--json", description = "Print one JSON object, for scripts.")
  private boolean json;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "30",
      description = "How long to wait for each answer. Default: ${DEFAULT-VALUE}.")
  private int timeoutSeconds = 30;

  private final Console console;

  P2pCommand(final Workplace workplace) {
    console = workplace.console();
  }

  /**
   * Looks at the node.
   *
   * @param answer already says which peer it is and how the connection is made; it is printed if
   *     {@link #json()}
   */
  abstract ExitCode run(P2pTool node, JsonObject answer);

  final Console console() {
    return console;
  }

  final boolean json() {
    return json;
  }

  @Override
  public final Integer call() {
    if (timeoutSeconds < 1) {
      throw Failure.usage("--timeout must be at least 1 second");
    }
    final Multiaddr where = parsed();
    try (P2pTool node = P2pTool.connect(where, Duration.ofSeconds(timeoutSeconds))) {
      final JsonObject answer =
          new JsonObject()
              .put("peer", node.connection().remotePeer().toString())
              .put("security", node.connection().security())
              .put("muxer", node.connection().muxer());
      final ExitCode code = run(node, answer);
      if (json) {
        console.result(answer.encode());
      }
      return code.number();
    } catch (final Libp2pException e) {
      throw Failure.of(code(e), Text.clean(Objects.requireNonNullElse(e.getMessage(), "failed")))
          .because(e);
    }
  }

  private Multiaddr parsed() {
    try {
      return Multiaddr.parse(address);
    } catch (final MalformedException e) {
      throw Failure.usage(Text.clean(Objects.requireNonNullElse(e.getMessage(), "not an address")))
          .hint("An address is like /ip4/192.0.2.7/tcp/2428/p2p/12D3Koo...")
          .because(e);
    }
  }

  private static ExitCode code(final Libp2pException failure) {
    return switch (failure) {
      case final ConnectionException _ -> ExitCode.UNREACHABLE;
      case final AuthenticationException _ -> ExitCode.REFUSED;
      case final NegotiationException _ -> ExitCode.REFUSED;
      default -> ExitCode.FAILED;
    };
  }
}
