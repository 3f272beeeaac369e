// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import io.calimero.node.cli.internal.node.HomeFiles;
import io.calimero.node.cli.internal.terminal.Console;
import io.calimero.node.cli.internal.terminal.ExitCode;
import io.calimero.node.cli.internal.terminal.Failure;
import io.calimero.node.storage.StorageException;
import io.calimero.node.storage.log.LogException;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;

/** A command that works on the files of a home. */
abstract class FileCommand implements Callable<Integer> {
  @Mixin private final HomeOption home = new HomeOption();

  private final Workplace workplace;

  FileCommand(final Workplace workplace) {
    this.workplace = workplace;
  }

  /** Does it; whatever is wrong with the files is told by their own exceptions. */
  abstract ExitCode run();

  final Workplace workplace() {
    return workplace;
  }

  final Console console() {
    return workplace.console();
  }

  final HomeOption home() {
    return home;
  }

  @Override
  public final Integer call() {
    try {
      return run().number();
    } catch (final StorageException e) {
      throw HomeFiles.failure(e);
    } catch (final LogException e) {
      throw Failure.failed(Objects.requireNonNullElseGet(e.getMessage(), e::toString)).because(e);
    }
  }
}
