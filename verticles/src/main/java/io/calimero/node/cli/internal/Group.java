// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import java.util.concurrent.Callable;
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
    final String words = String.join(", ", spec.subcommands().keySet());
    throw new ParameterException(
        line, "'" + spec.name() + "' needs one of these words behind it: " + words);
  }
}
