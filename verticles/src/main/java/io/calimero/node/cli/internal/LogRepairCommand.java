// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import io.calimero.node.cli.internal.terminal.ExitCode;
import io.calimero.node.cli.internal.terminal.Failure;
import io.calimero.node.cli.internal.terminal.Progress;
import io.calimero.node.cli.internal.terminal.Text;
import io.calimero.node.storage.home.NodeHome;
import io.calimero.node.storage.log.Damage;
import io.calimero.node.storage.log.LogOptions;
import io.calimero.node.storage.log.LogRepair;
import io.calimero.node.storage.log.LogRepair.Repaired;
import io.calimero.node.storage.log.LogVerifier;
import io.calimero.node.storage.log.StreamId;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code log repair}. */
@Command(
    name = "repair",
    description = {
      "Let contexts whose log is damaged go on from the last entry before the damage.",
      "The entries from the damage on are given up, and gone for good: a backup or another member's"
          + " node that has them comes first. Without --give-up nothing is changed, only told. The"
          + " node must be stopped."
    })
final class LogRepairCommand extends FileCommand {
  @Option(
      names = "--context",
      paramLabel = "CONTEXT",
      description = "Only this context, by its identifier or the beginning of it.")
  private Optional<String> context = Optional.empty();

  @Option(
      names = "--give-up",
      description = "Do it: give up the damaged entries and all that follow them.")
  private boolean giveUp;

  LogRepairCommand(final Workplace workplace) {
    super(workplace);
  }

  @Override
  ExitCode run() {
    try (NodeHome taken = home().take(workplace())) {
      final List<Damage> damaged = wanted(damage(taken.log()));
      if (damaged.isEmpty()) {
        console()
            .note("There is no damage" + context.map(_ -> " of that context").orElse("") + ".");
        return ExitCode.OK;
      }
      return giveUp ? repair(taken.log(), damaged) : tell(damaged);
    }
  }

  private List<Damage> damage(final Path log) {
    try (Progress progress =
        new Progress(console(), workplace().machine().clock(), "checking the log's bytes")) {
      return LogVerifier.verify(log, progress::at).damage();
    }
  }

  private List<Damage> wanted(final List<Damage> damage) {
    if (context.isEmpty()) {
      return damage;
    }
    final String typed = context.get();
    final List<Damage> meant =
        damage.stream().filter(each -> each.stream().toString().startsWith(typed)).toList();
    if (meant.size() > 1) {
      throw Failure.usage("'" + Text.oneLine(typed) + "' is short for several damaged contexts");
    }
    return meant;
  }

  private ExitCode tell(final List<Damage> damaged) {
    damaged.forEach(each -> console().result(Text.oneLine(each.toString())));
    console()
        .error(
            "nothing was changed",
            "With --give-up each of these goes on from the entry before its damage. What follows is"
                + " lost then, so look for a backup or another member first.");
    return ExitCode.DAMAGED;
  }

  private ExitCode repair(final Path log, final List<Damage> damaged) {
    final Set<StreamId> streams = new HashSet<>();
    damaged.forEach(each -> streams.add(each.stream()));
    for (final Repaired each : LogRepair.repair(log, LogOptions.DEFAULT, streams)) {
      console()
          .result(
              each.damage().stream()
                  + (each.head().position() == 0
                      ? ": begins anew, nothing of it could be kept"
                      : ": goes on from position " + each.head().position()));
    }
    return ExitCode.OK;
  }
}
