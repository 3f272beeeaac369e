// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal.shell;

import java.util.List;
import picocli.CommandLine.Command;

/** {@code exit}: the prompt itself acts on it; this is here for help and completion. */
@Command(name = "exit", aliases = "quit", description = "End the prompt (also: Control-D).")
public final class Exit implements Runnable {
  static final List<String> NAMES = List.of("exit", "quit");

  /** For the tree of commands. */
  public Exit() {}

  @Override
  public void run() {
    // See Prompt.
  }
}
