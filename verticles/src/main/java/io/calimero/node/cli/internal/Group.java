// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A word that needs another behind it. */
abstract class Group implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    final CommandLine line = spec.commandLine();
    final String words =
        spec.subcommands().values().stream()
            .map(CommandLine::getCommandName)
            .distinct()
            .collect(Collectors.joining(", "));
    throw new ParameterException(
        line, "'" + spec.name() + "' needs one of these words behind it: " + words);
  }
}
