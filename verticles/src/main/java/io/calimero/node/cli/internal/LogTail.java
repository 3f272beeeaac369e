// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import io.calimero.node.cli.internal.terminal.ExitCode;
import io.calimero.node.cli.internal.terminal.Failure;
import io.calimero.node.storage.home.NodeHome;
import io.calimero.node.storage.log.LogCursor;
import io.calimero.node.storage.log.RawFrame;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code log tail}. */
@Command(
    name = "tail",
    description = {
      "Print the end of the log, in the form of `log dump`; with --follow also what comes."
    })
final class LogTail extends FileCommand {
  private static final int PAGE = 500;
  private static final int MAXIMUM = 100_000;
  private static final Duration PAUSE = Duration.ofMillis(250);

  @Mixin private final LogPrinter printer = new LogPrinter();

  @Option(
      names = {"-n", "--lines"},
      paramLabel = "N",
      defaultValue = "10",
      description = "How many lines of what is there. Default: ${DEFAULT-VALUE}.")
  private int lines;

  @Option(
      names = {"-f", "--follow"},
      description = "Go on with what is written from now on, until Control-C.")
  private boolean follow;

  LogTail(final Workplace workplace) {
    super(workplace);
  }

  @Override
  ExitCode run() {
    if (lines < 0 || lines > MAXIMUM) {
      throw Failure.usage("--lines must be between 0 and " + MAXIMUM);
    }
    if (follow && workplace().attachment().isPresent()) {
      throw Failure.usage("--follow has no end, and a prompt cannot end it")
          .hint("Use it on the command line.");
    }
    try (NodeHome opened = home().look(workplace());
        LogCursor cursor = LogCursor.open(opened.log())) {
      printLast(cursor);
      if (follow) {
        printNext(cursor);
      }
    }
    return ExitCode.OK;
  }

  private void printLast(final LogCursor cursor) {
    final Deque<RawFrame> last = new ArrayDeque<>();
    for (List<RawFrame> page = cursor.next(PAGE); !page.isEmpty(); page = cursor.next(PAGE)) {
      for (final RawFrame frame : page) {
        if (printer.wants(frame)) {
          last.addLast(frame);
        }
        if (last.size() > lines) {
          last.removeFirst();
        }
      }
    }
    last.forEach(frame -> console().result(printer.line(cursor, frame)));
  }

  private void printNext(final LogCursor cursor) {
    final AtomicBoolean ended = new AtomicBoolean();
    workplace().machine().stopSignals().accept(() -> ended.set(true));
    while (!ended.get()) {
      for (final RawFrame frame : cursor.next(PAGE)) {
        if (printer.wants(frame)) {
          console().result(printer.line(cursor, frame));
        }
      }
      workplace().machine().pause().accept(PAUSE);
    }
  }
}
