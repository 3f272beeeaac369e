// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import io.calimero.node.cli.internal.http.Client;
import io.calimero.node.cli.internal.http.Endpoint;
import io.calimero.node.cli.internal.terminal.ExitCode;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code shell}. */
@Command(
    name = "shell",
    description = {
      "The commands at a prompt, on a running node, with history and completion.",
      "JSON needs no quotation marks there. Lines can also be piped in."
    })
final class ShellCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  @Mixin private final NodeOption node = new NodeOption();

  private final Workplace workplace;

  ShellCommand(final Workplace workplace) {
    this.workplace = workplace;
  }

  @Override
  public Integer call() {
    final Endpoint endpoint = node.endpoint(workplace);
    // Whoever opens a prompt wants to know at once that there is no node, not with each line.
    try (Client client = new Client(endpoint, PATIENCE, () -> {})) {
      client.get("health");
    }
    try (PromptSession session =
        PromptSession.open(
            workplace.at(new Workplace.Attachment(endpoint, node.namedHome(workplace))))) {
      session.run();
    }
    return ExitCode.OK.number();
  }
}
