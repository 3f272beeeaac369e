// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import io.calimero.node.cli.internal.node.HomeFiles;
import io.calimero.node.cli.internal.terminal.Failure;
import io.calimero.node.storage.StorageException;
import io.calimero.node.storage.home.NodeHome;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The option of the commands that work on the files of a home. */
final class HomeOption {
  @Option(names = "--home", paramLabel = "DIR", description = HomeText.DESCRIPTION)
  private Optional<Path> home = Optional.empty();

  /** The directory that is meant. */
  Path directory(final Workplace workplace) {
    return workplace.home(home);
  }

  /** The home, to look at while a node may use it. */
  NodeHome look(final Workplace workplace) {
    try {
      return NodeHome.openReadOnly(directory(workplace));
    } catch (final StorageException e) {
      throw HomeFiles.failure(e);
    }
  }

  /** The home, for ourselves alone. */
  NodeHome take(final Workplace workplace) {
    final Path directory = directory(workplace);
    if (!NodeHome.isHome(directory)) {
      throw Failure.failed("there is no home in " + directory)
          .hint("Make one: " + HomeText.up(workplace, home));
    }
    try {
      return NodeHome.open(directory, workplace.machine().clock());
    } catch (final StorageException e) {
      final Failure failure = HomeFiles.failure(e);
      throw e.code() == StorageException.Code.IN_USE
          ? failure.hint("Stop the node first: this works on its files.")
          : failure;
    }
  }
}
