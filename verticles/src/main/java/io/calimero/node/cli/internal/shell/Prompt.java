// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal.shell;

import java.util.List;
import java.util.Optional;
import picocli.CommandLine;

/**
 * Reads lines and runs them as commands, until they end or one says {@code exit}. Whatever a line
 * does, the next one is read: mistakes are reported by the commands themselves.
 */
public final class Prompt {
  private final Lines lines;
  private final CommandLine commands;

  /**
   * A prompt.
   *
   * @param lines what is typed
   * @param commands what the words mean
   */
  public Prompt(final Lines lines, final CommandLine commands) {
    this.lines = lines;
    this.commands = commands;
  }

  /** Runs the lines, one after the other. */
  public void run() {
    boolean more = true;
    while (more) {
      final Optional<String> line = lines.next();
      more = line.isPresent() && run(line.get());
    }
  }

  private boolean run(final String line) {
    if (line.stripLeading().startsWith("#")) {
      return true;
    }
    final List<String> words = withoutProgram(Words.split(line).words());
    if (words.size() == 1 && Exit.NAMES.contains(words.getFirst())) {
      return false;
    }
    if (!words.isEmpty()) {
      commands.execute(words.toArray(String[]::new));
    }
    return true;
  }

  // Lines are pasted from pages where the program's name stands before them.
  private List<String> withoutProgram(final List<String> words) {
    final boolean named =
        !words.isEmpty() && words.getFirst().matches("(\\./)?" + commands.getCommandName());
    return named ? words.subList(1, words.size()) : words;
  }
}
