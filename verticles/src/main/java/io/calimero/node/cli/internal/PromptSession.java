// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import io.calimero.node.cli.internal.shell.Lines;
import io.calimero.node.cli.internal.shell.Prompt;
import io.calimero.node.cli.internal.terminal.Failure;
import java.io.IOException;
import picocli.CommandLine;

/** A prompt on one node, from its opening to its end. */
final class PromptSession implements AutoCloseable {
  private final Lines lines;
  private final CommandLine commands;

  private PromptSession(final Lines lines, final CommandLine commands) {
    this.lines = lines;
    this.commands = commands;
  }

  /** Opens the terminal, or what is piped in, for the node that the workplace is attached to. */
  static PromptSession open(final Workplace workplace) {
    final CommandLine commands = Program.promptCommands(workplace);
    try {
      final Lines lines =
          workplace.machine().lines().open(workplace.console(), commands.getCommandSpec());
      if (workplace.console().traits().inTerminal()) {
        workplace.console().note("Type help for the commands, exit to leave; Tab completes.");
      }
      return new PromptSession(lines, commands);
    } catch (final IOException e) {
      throw Failure.failed("no prompt can be opened: " + e.getMessage()).because(e);
    }
  }

  /** Runs what is typed, until the end. */
  void run() {
    new Prompt(lines, commands).run();
  }

  @Override
  public void close() {
    lines.close();
  }
}
