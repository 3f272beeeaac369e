// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal.shell;

import io.calimero.node.cli.internal.terminal.Console;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;

/** Where the lines of a prompt come from: a person at a terminal, or a script through a pipe. */
public interface Lines extends AutoCloseable {
  /**
   * Waits for the next line.
   *
   * @return nothing once there will be no more
   * @throws UncheckedIOException if reading fails
   */
  Optional<String> next();

  @Override
  void close();

  /** Opens them. */
  @FunctionalInterface
  interface Opener {
    /**
     * Opens the lines that are typed.
     *
     * @param console what they come from
     * @param words what completion offers
     * @throws IOException if there is no terminal to be had
     */
    Lines open(Console console, CommandSpec words) throws IOException;
  }
}
