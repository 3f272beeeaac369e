// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import io.calimero.node.cli.internal.log.Contents;
import io.calimero.node.cli.internal.log.LogLine;
import io.calimero.node.cli.internal.terminal.ExitCode;
import io.calimero.node.cli.internal.terminal.Progress;
import io.calimero.node.cli.internal.terminal.Text;
import io.calimero.node.storage.home.NodeHome;
import io.calimero.node.storage.log.Damage;
import io.calimero.node.storage.log.LogCursor;
import io.calimero.node.storage.log.LogVerifier;
import io.calimero.node.storage.log.Problem;
import io.calimero.node.storage.log.RawFrame;
import io.calimero.node.storage.log.StreamId;
import io.calimero.node.storage.log.VerifyReport;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code log verify}: every byte of the log, then every entry in it. */
@Command(
    name = "verify",
    description = {
      "Check the whole log: every byte, the chain of every context, every entry hash and outcome"
          + " digest.",
      "Signatures, and whether the code does what the log says, are checked by `state rebuild"
          + " --verify`."
    })
final class LogVerify extends FileCommand {
  private static final int PAGE = 500;
  private static final int SHOWN = 100;

  @Option(names = "--json", description = "Print what was found as JSON, for scripts.")
  private boolean json;

  LogVerify(final Workplace workplace) {
    super(workplace);
  }

  @Override
  ExitCode run() {
    try (NodeHome opened = home().look(workplace())) {
      final VerifyReport report = bytes(opened.log());
      final List<String> wrong = entries(opened.log(), report.frames());
      if (json) {
        console().result(toJson(report, wrong).encode());
      } else {
        print(report, wrong);
      }
      return report.isClean() && wrong.isEmpty() ? ExitCode.OK : ExitCode.DAMAGED;
    }
  }

  private VerifyReport bytes(final Path log) {
    try (Progress progress = progress("checking the log's bytes")) {
      return LogVerifier.verify(log, progress::at);
    }
  }

  // Frames can be whole and yet not hold what they should: a forger knows how to compute a
  // checksum.
  private List<String> entries(final Path log, final long frames) {
    final List<String> wrong = new ArrayList<>();
    try (Progress progress = progress("checking the entries");
        LogCursor cursor = LogCursor.open(log)) {
      long done = 0;
      for (List<RawFrame> page = cursor.next(PAGE); !page.isEmpty(); page = cursor.next(PAGE)) {
        for (final RawFrame frame : page) {
          final Contents contents = Contents.of(cursor, frame);
          if (frame.isWhole() && contents instanceof Contents.Broken && wrong.size() < SHOWN) {
            wrong.add(LogLine.of(frame, contents).strip());
          }
        }
        done += page.size();
        progress.at(done, frames);
      }
    }
    return wrong;
  }

  private Progress progress(final String what) {
    return new Progress(console(), workplace().machine().clock(), what);
  }

  private void print(final VerifyReport report, final List<String> wrong) {
    final long contexts =
        report.heads().keySet().stream().filter(id -> !id.equals(StreamId.JOURNAL)).count();
    final String size =
        contexts
            + (contexts == 1 ? " context, " : " contexts, ")
            + report.frames()
            + " frames, "
            + Text.bytes(report.bytes())
            + " in "
            + report.segments()
            + (report.segments() == 1 ? " segment" : " segments");
    for (final Problem problem : report.problems()) {
      console().result(Text.oneLine(problem.toString()));
    }
    report.damage().forEach(damage -> console().result(Text.oneLine(damage.toString())));
    wrong.forEach(console()::result);
    if (report.unfinishedBytes() > 0) {
      console()
          .note(
              "An unfinished write of "
                  + Text.bytes(report.unfinishedBytes())
                  + " stands at the end, of a node that runs or was killed: no damage.");
    }
    if (report.isClean() && wrong.isEmpty()) {
      console().result("The log is clean: " + size + ".");
    } else {
      console().error("the log is damaged: " + size, "");
    }
  }

  private static JsonObject toJson(final VerifyReport report, final List<String> wrong) {
    final JsonArray problems = new JsonArray();
    for (final Problem problem : report.problems()) {
      problems.add(
          new JsonObject()
              .put("segment", problem.segment())
              .put("offset", problem.offset())
              .put("bytes", problem.bytes())
              .put("what", problem.what())
              .put("settled", problem.settled()));
    }
    final JsonArray damage = new JsonArray();
    for (final Damage each : report.damage()) {
      damage.add(
          new JsonObject()
              .put("stream", each.stream().toString())
              .put("position", each.position())
              .put("segment", each.segment())
              .put("offset", each.offset())
              .put("what", each.what()));
    }
    final JsonArray streams = new JsonArray();
    report
        .heads()
        .forEach(
            (id, head) ->
                streams.add(
                    new JsonObject()
                        .put("stream", id.toString())
                        .put("position", head.position())
                        .put("hash", head.hash().toString())));
    return new JsonObject()
        .put("clean", report.isClean() && wrong.isEmpty())
        .put("segments", report.segments())
        .put("frames", report.frames())
        .put("bytes", report.bytes())
        .put("unfinishedBytes", report.unfinishedBytes())
        .put("streams", streams)
        .put("problems", problems)
        .put("damage", damage)
        .put("entries", new JsonArray(wrong));
  }
}
