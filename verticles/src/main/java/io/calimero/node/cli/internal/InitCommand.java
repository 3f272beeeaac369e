// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import io.calimero.node.cli.internal.terminal.Console;
import io.calimero.node.cli.internal.terminal.ExitCode;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code init}. */
@Command(
    name = "init",
    description = {
      "Make the home of a node: its configuration and its keys.",
      "`up` does it too, so this is for those who want to change the configuration first."
    })
final class InitCommand implements Callable<Integer> {
  @Option(names = "--home", paramLabel = "DIR", description = HomeText.DESCRIPTION)
  private Optional<Path> home = Optional.empty();

  @Option(
      names = "--force",
      description = "Write the configuration anew, if there is one. Data and keys stay.")
  private boolean force;

  private final Workplace workplace;

  InitCommand(final Workplace workplace) {
    this.workplace = workplace;
  }

  @Override
  public Integer call() {
    final Path directory = workplace.home(home);
    final boolean made = workplace.machine().runner().initialise(directory, force);
    final Console console = workplace.console();
    console.result(directory.toString());
    if (made) {
      console.note("Made a home. Configure it in config.yaml there, then run it:");
      console.note("  " + HomeText.up(workplace, home));
    } else if (force) {
      console.note("The configuration was written anew; data and keys are as they were.");
    } else {
      console.note("The home is there already and stays as it is.");
    }
    return ExitCode.OK.number();
  }
}
