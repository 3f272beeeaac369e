// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal.node;

import io.calimero.node.CalimeroNode;
import io.calimero.node.cli.internal.terminal.ExitCode;
import io.calimero.node.cli.internal.terminal.Failure;
import io.calimero.node.storage.StorageException;
import io.calimero.node.storage.home.NodeHome;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Objects;
import java.util.stream.Collectors;

/** Makes homes. */
public final class HomeFiles {
  private static final String DEFAULTS = "/calimero.yaml";
  private static final String HEAD =
      """
      # The settings of this node. All are shown with their defaults, as comments: to change one, take
      # the # away before it and before the name of its section. What is set in the environment or on
      # the command line wins over this file.

      """;

  private final Path home;
  private final Clock clock;

  /** The files of this home, which need not be there. */
  public HomeFiles(final Path home, final Clock clock) {
    this.home = home;
    this.clock = clock;
  }

  /**
   * Makes the home, with a configuration file that changes nothing, or leaves one that is there.
   *
   * @param force write the configuration file anew, whatever is in it
   * @return whether there was none before
   * @throws Failure if the directory is something else, or cannot be written
   */
  public boolean initialise(final boolean force) {
    final boolean made = !NodeHome.isHome(home);
    if (made) {
      try (NodeHome _ = NodeHome.init(home, clock)) {
        writeConfiguration();
      } catch (final StorageException e) {
        throw failure(e);
      }
    } else if (force) {
      writeConfiguration();
    }
    return made;
  }

  /** What a person is told about trouble with the files of a home. */
  public static Failure failure(final StorageException e) {
    final ExitCode code =
        e.code() == StorageException.Code.IN_USE ? ExitCode.IN_USE : ExitCode.FAILED;
    return Failure.of(code, Objects.requireNonNullElseGet(e.getMessage(), e::toString)).because(e);
  }

  private void writeConfiguration() {
    try {
      Files.writeString(home.resolve("config.yaml"), HEAD + commented());
    } catch (final IOException e) {
      throw Failure.failed("the configuration cannot be written: " + e.getMessage()).because(e);
    }
  }

  private static String commented() {
    try (InputStream in = CalimeroNode.class.getResourceAsStream(DEFAULTS)) {
      final String text =
          new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
      return text.lines()
          // What stands before the first setting speaks of the file of the defaults.
          .dropWhile(line -> line.isBlank() || line.startsWith("#"))
          .map(line -> line.isBlank() ? "" : "#" + line)
          .collect(Collectors.joining("\n", "", "\n"));
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
