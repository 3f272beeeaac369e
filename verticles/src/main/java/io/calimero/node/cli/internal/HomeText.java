// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import java.nio.file.Path;
import java.util.Optional;

/** What help and messages say about homes. */
final class HomeText {
  static final String DESCRIPTION =
      "The node's home.%nDefault: $"
          + Workplace.HOME_VARIABLE
          + ", else ~/"
          + Workplace.DEFAULT_HOME
          + ".";

  private HomeText() {}

  /** The words that run the node of a home. */
  static String up(final Workplace workplace, final Optional<Path> home) {
    final String named =
        workplace.homeNamed(home) ? " --home " + Shell.quote(workplace.home(home).toString()) : "";
    return workplace.place().launcher() + " up" + named;
  }
}
