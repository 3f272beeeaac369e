// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import io.calimero.node.cli.internal.terminal.ExitCode;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code completion}. */
@Command(
    name = "completion",
    description = {
      "Print a script that teaches bash and zsh to complete the commands.",
      "Try it with: source <(calimero completion)"
    })
final class CompletionCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  private final Workplace workplace;

  CompletionCommand(final Workplace workplace) {
    this.workplace = workplace;
  }

  @Override
  public Integer call() {
    workplace.console().out().print(AutoComplete.bash("calimero", spec.root().commandLine()));
    workplace.console().out().flush();
    return ExitCode.OK.number();
  }
}
