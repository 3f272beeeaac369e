// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import io.calimero.node.cli.internal.terminal.ExitCode;
import io.calimero.node.cli.internal.terminal.Progress;
import io.calimero.node.cli.internal.terminal.Table;
import io.calimero.node.cli.internal.terminal.Text;
import io.calimero.node.events.BlobId;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.NodeException;
import io.calimero.node.events.Problem;
import io.calimero.node.execution.StateRebuilder;
import io.calimero.node.execution.StateRebuilder.Divergence;
import io.calimero.node.execution.StateRebuilder.Report;
import io.calimero.node.storage.Access;
import io.calimero.node.storage.StorageException;
import io.calimero.node.storage.blobs.BlobStore;
import io.calimero.node.storage.home.NodeHome;
import io.calimero.node.storage.log.LogOptions;
import io.calimero.node.storage.log.StreamId;
import io.calimero.node.storage.log.TransactionLog;
import io.calimero.node.storage.state.StateStore;
import io.calimero.node.wasm.Blobs;
import io.calimero.node.wasm.EngineOptions;
import io.calimero.node.wasm.WasmEngine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code state rebuild}. */
@Command(
    name = "rebuild",
    description = {
      "Compute the state of every context from its log and replace the snapshots by fresh ones.",
      "The node must be stopped. It does the same by itself for snapshots that are missing or"
          + " spoilt."
    })
final class StateRebuild extends FileCommand {
  private static final long MODULE_MAXIMUM = 64L << 20;
  private static final Duration DEADLINE = Duration.ofMinutes(5);

  @Option(
      names = "--verify",
      description =
          "Execute every transaction once more, check every signature, and compare with the log.")
  private boolean verify;

  @Option(
      names = "--context",
      paramLabel = "CONTEXT",
      description = "Only this context, by its identifier or the beginning of it.")
  private Optional<String> context = Optional.empty();

  StateRebuild(final Workplace workplace) {
    super(workplace);
  }

  @Override
  ExitCode run() {
    try (NodeHome taken = home().take(workplace());
        TransactionLog log = TransactionLog.open(taken.log(), LogOptions.DEFAULT)) {
      final StateRebuilder rebuilder =
          StateRebuilder.of(new LogEntries(log)::read)
              .writingTo(StateStore.open(taken.state(), Access.READ_WRITE));
      final List<ContextId> contexts = contexts(log);
      if (!verify) {
        return rebuild(contexts, log, rebuilder);
      }
      final BlobStore blobs = BlobStore.open(taken.blobs(), Access.READ_ONLY);
      try (WasmEngine engine = WasmEngine.create(EngineOptions.defaults())) {
        return rebuild(
            contexts,
            log,
            rebuilder.verifying(
                new StateRebuilder.Execution(
                    engine,
                    blob -> blobs.read(blob, MODULE_MAXIMUM),
                    DEADLINE,
                    (_, blob, offset, length) -> part(blobs, blob, offset, length))));
      }
    }
  }

  private static Bytes part(
      final BlobStore blobs, final BlobId blob, final long offset, final int length) {
    try {
      return blobs.read(blob, offset, length);
    } catch (final StorageException e) {
      throw new Blobs.UnavailableException(String.valueOf(e.getMessage()));
    }
  }

  private ExitCode rebuild(
      final List<ContextId> contexts, final TransactionLog log, final StateRebuilder rebuilder) {
    final Table table =
        new Table("CONTEXT", "POSITION", "STATE ROOT", "KEYS", "EXECUTED AGAIN", "ATTESTED");
    final List<String> problems = new ArrayList<>();
    for (final ContextId each : contexts) {
      try {
        final Report report = rebuild(each, log, rebuilder);
        report.divergence().ifPresent(found -> problems.add(each + ": " + words(found)));
        table.row(
            each.toString(),
            Long.toString(report.head().position()),
            report.stateRoot().toString(),
            Long.toString(report.entries()),
            Long.toString(report.executed()),
            Long.toString(report.attested()));
      } catch (final NodeException e) {
        if (e.problem().code() == Problem.Code.LOG_BEGINS_LATER) {
          table.row(each.toString(), "-", "-", "-", "-", "-");
          console()
              .note(
                  each
                      + " is left as it is: "
                      + Text.clean(e.problem().message())
                      + ". Its state cannot be computed from this log alone.");
          continue;
        }
        problems.add(
            each + ": " + Text.clean(Objects.requireNonNullElse(e.getMessage(), "failed")));
      }
    }
    table.print(console());
    if (problems.isEmpty()) {
      console().note(contexts.isEmpty() ? "There is no context." : done());
      return ExitCode.OK;
    }
    console()
        .error(
            problems.size()
                + (problems.size() == 1 ? " context is" : " contexts are")
                + " not right:",
            "  " + String.join("\n  ", problems));
    return ExitCode.DAMAGED;
  }

  private Report rebuild(
      final ContextId each, final TransactionLog log, final StateRebuilder rebuilder) {
    final long head = log.head(StreamId.of(each)).map(found -> found.position()).orElse(0L);
    try (Progress progress =
        new Progress(
            console(),
            workplace().machine().clock(),
            (verify ? "verifying " : "rebuilding ") + each)) {
      return rebuilder.rebuild(each, position -> progress.at(position, head));
    }
  }

  private String done() {
    return verify
        ? "Every transaction was executed again and did what the log says. The snapshots are fresh."
        : "The snapshots are fresh.";
  }

  private List<ContextId> contexts(final TransactionLog log) {
    final List<ContextId> all =
        log.heads().keySet().stream()
            .filter(stream -> !stream.equals(StreamId.JOURNAL))
            .map(stream -> new ContextId(stream.hash()))
            .toList();
    if (context.isEmpty()) {
      return all;
    }
    final List<String> names = all.stream().map(ContextId::toString).toList();
    return List.of(ContextId.parse(Ids.only("context", context.get(), names)));
  }

  private static String words(final Divergence found) {
    return "position "
        + found.position()
        + ": the "
        + Text.oneLine(found.what())
        + " is "
        + Text.oneLine(found.found())
        + ", the log says "
        + Text.oneLine(found.expected());
  }
}
