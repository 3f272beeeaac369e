// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import io.calimero.node.cli.internal.http.Endpoint;
import io.calimero.node.cli.internal.node.NodeRunner;
import io.calimero.node.cli.internal.node.RunFile;
import io.calimero.node.cli.internal.shell.Lines;
import io.calimero.node.cli.internal.terminal.Console;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * All that a command touches.
 *
 * @param console where it writes
 * @param place where it was started
 * @param machine what the machine and this process offer
 * @param attachment the node of the prompt that it was typed at
 */
public record Workplace(
    Console console, Place place, Machine machine, Optional<Attachment> attachment) {
  /** The home that is used when none is named, within the person's own directory. */
  public static final String DEFAULT_HOME = ".calimero/node";

  private static final String GATEWAY_HOME = ".calimero/gateway";

  /** The variable that names another home. */
  public static final String HOME_VARIABLE = "CALIMERO_HOME";

  /** The home that is meant, as an absolute path. */
  Path home(final Optional<Path> option) {
    return place
        .directory()
        .resolve(named(option).orElseGet(() -> place.userHome().resolve(DEFAULT_HOME)))
        .toAbsolutePath()
        .normalize();
  }

  /** The directory whose configuration a gateway reads, as an absolute path. */
  Path gatewayHome(final Optional<Path> option) {
    return place
        .directory()
        .resolve(option.orElseGet(() -> place.userHome().resolve(GATEWAY_HOME)))
        .toAbsolutePath()
        .normalize();
  }

  /** Whether somebody named a home, so that no other may be meant. */
  boolean homeNamed(final Optional<Path> option) {
    return named(option).isPresent();
  }

  /** The same workplace, at a prompt. */
  Workplace at(final Attachment prompt) {
    return new Workplace(console, place, machine, Optional.of(prompt));
  }

  private Optional<Path> named(final Optional<Path> option) {
    return option.or(() -> attachment.flatMap(Attachment::home)).or(place::environmentHome);
  }

  /**
   * Where the program was started.
   *
   * @param environment the environment's variables
   * @param userHome the person's own directory
   * @param directory the current directory, against which file names are resolved
   * @param root where the program was cloned or unpacked to, if the launcher told
   * @param launcher the words that start the program, for hints that can be pasted
   */
  public record Place(
      Map<String, String> environment,
      Path userHome,
      Path directory,
      Optional<Path> root,
      String launcher) {
    private Optional<Path> environmentHome() {
      return Optional.ofNullable(environment.get(HOME_VARIABLE))
          .filter(value -> !value.isBlank())
          .map(Path::of);
    }
  }

  /**
   * What the machine and this process offer.
   *
   * @param runner starts nodes
   * @param processes the machine's processes
   * @param clock the time
   * @param random for what must not be guessed
   * @param stopSignals takes what to do when the process is asked to stop
   * @param pause waits that long
   * @param lines opens what reads the lines that are typed at a prompt
   */
  public record Machine(
      NodeRunner runner,
      RunFile.Processes processes,
      Clock clock,
      SecureRandom random,
      Consumer<Runnable> stopSignals,
      Consumer<Duration> pause,
      Lines.Opener lines) {}

  /**
   * The node of a prompt.
   *
   * @param endpoint where it is
   * @param home its home, if it is on this machine
   */
  record Attachment(Endpoint endpoint, Optional<Path> home) {}
}
