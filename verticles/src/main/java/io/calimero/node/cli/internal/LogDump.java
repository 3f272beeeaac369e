// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import io.calimero.node.cli.internal.terminal.ExitCode;
import io.calimero.node.storage.home.NodeHome;
import io.calimero.node.storage.log.LogCursor;
import io.calimero.node.storage.log.RawFrame;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code log dump}. */
@Command(
    name = "dump",
    description = {
      "Print what the log holds, a line for each frame, in the order in which they were written.",
      "The columns are time (UTC), context, position, and what happened."
    })
final class LogDump extends FileCommand {
  private static final int PAGE = 500;

  @Mixin private final LogPrinter printer = new LogPrinter();

  @Option(
      names = "--from",
      paramLabel = "POSITION",
      defaultValue = "0",
      description = "Only entries at this position of their context, or later.")
  private long from;

  LogDump(final Workplace workplace) {
    super(workplace);
  }

  @Override
  ExitCode run() {
    try (NodeHome opened = home().look(workplace());
        LogCursor cursor = LogCursor.open(opened.log())) {
      for (List<RawFrame> page = cursor.next(PAGE); !page.isEmpty(); page = cursor.next(PAGE)) {
        for (final RawFrame frame : page) {
          if (printer.wants(frame) && frame.position() >= from) {
            console().out().println(printer.line(cursor, frame));
          }
        }
      }
    }
    console().out().flush();
    return ExitCode.OK;
  }
}
