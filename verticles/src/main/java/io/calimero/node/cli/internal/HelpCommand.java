// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import io.calimero.node.cli.internal.terminal.ExitCode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code help}, for any command: {@code help app install}. */
@Command(name = "help", description = "Show the commands, or how one is used.")
final class HelpCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "COMMAND", arity = "0..*", description = "The words of the command.")
  private List<String> words = new ArrayList<>();

  @Override
  public Integer call() {
    CommandLine line = spec.root().commandLine();
    for (final String word : words) {
      final CommandLine next = line.getSubcommands().get(word);
      if (next == null) {
        throw new ParameterException(line, "there is no command '" + String.join(" ", words) + "'");
      }
      line = next;
    }
    line.usage(line.getOut());
    return ExitCode.OK.number();
  }
}
