// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import io.calimero.node.cli.internal.http.Client;
import io.calimero.node.cli.internal.http.Endpoint;
import io.calimero.node.cli.internal.terminal.Failure;
import java.time.Duration;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of every command that talks to a node: which one, how long, and how to answer. */
final class ClientOptions {
  @Mixin private final NodeOption node = new NodeOption();

  @Option(names = "--json", description = "Print the node's answer as it came, for scripts.")
  private boolean json;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "60",
      description = "How long to wait for an answer. Default: ${DEFAULT-VALUE}.")
  private int timeoutSeconds = 60;

  /** Whether the answer is wanted as it came. */
  boolean json() {
    return json;
  }

  /** Where the node is that is meant. */
  Endpoint endpoint(final Workplace workplace) {
    return node.endpoint(workplace);
  }

  /** A client of the node that is meant. */
  Client connect(final Workplace workplace, final Runnable waiting) {
    if (timeoutSeconds < 1) {
      throw Failure.usage("--timeout must be at least 1 second");
    }
    return new Client(node.endpoint(workplace), Duration.ofSeconds(timeoutSeconds), waiting);
  }
}
