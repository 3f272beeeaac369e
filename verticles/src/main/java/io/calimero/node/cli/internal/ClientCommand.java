// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import io.calimero.node.cli.internal.http.Client;
import io.calimero.node.cli.internal.http.Endpoint;
import io.calimero.node.cli.internal.terminal.Console;
import io.calimero.node.cli.internal.terminal.ExitCode;
import io.calimero.node.cli.internal.terminal.Failure;
import io.calimero.node.cli.internal.terminal.Progress;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;

/** A command that asks a node for something and shows the answer. */
abstract class ClientCommand implements Callable<Integer> {
  @Mixin private final ClientOptions options = new ClientOptions();

  private final Workplace workplace;

  ClientCommand(final Workplace workplace) {
    this.workplace = workplace;
  }

  /** Does it: results to the console, or the answer as it came if {@link #json()}. */
  abstract void run(Client node);

  /** What the command waits for, as the progress line calls it. */
  String waitingFor() {
    return "waiting for the node";
  }

  final Workplace workplace() {
    return workplace;
  }

  final Console console() {
    return workplace.console();
  }

  /** Where the node is now that is meant. */
  final Endpoint endpoint() {
    return options.endpoint(workplace);
  }

  final boolean json() {
    return options.json();
  }

  @Override
  public final Integer call() {
    try (Progress progress = new Progress(console(), workplace.machine().clock(), waitingFor());
        Client node = options.connect(workplace, progress::waiting)) {
      run(node);
      return ExitCode.OK.number();
    } catch (final Failure failure) {
      if (json() && !failure.answer().isEmpty()) {
        console().result(failure.answer());
      }
      throw failure;
    }
  }
}
