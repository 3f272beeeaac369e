// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.log.internal;

import io.calimero.node.storage.files.Disk;
import io.calimero.node.storage.log.Damage;
import io.calimero.node.storage.log.LogException;
import io.calimero.node.storage.log.LogException.Code;
import io.calimero.node.storage.log.LogVerifier.Progress;
import io.calimero.node.storage.log.Problem;
import io.calimero.node.storage.log.StreamHead;
import io.calimero.node.storage.log.StreamId;
import io.calimero.node.storage.log.VerifyReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** A full scan that only looks. */
public final class Verification {
  /** How often a last segment is read that looks damaged but may just be being written. */
  private static final int ATTEMPTS = 3;

  private final LogFiles files;
  private final LogIndex index = new LogIndex();
  private final List<Problem> problems = new ArrayList<>();
  private final IndexBuilder builder;

  private Verification(final LogFiles files) {
    this.files = files;
    builder = new IndexBuilder(index, (segment, item) -> Recovery.readNote(files, segment, item));
  }

  /** Verifies the log in the directory. */
  public static VerifyReport run(final Disk disk, final Path directory, final Progress progress)
      throws IOException {
    VerifyReport report = once(disk, directory, progress);
    for (int i = 1; i < ATTEMPTS && mayBeInFlight(report); i++) {
      report = once(disk, directory, progress);
    }
    return report;
  }

  private static boolean mayBeInFlight(final VerifyReport report) {
    return report.problems().stream()
        .anyMatch(problem -> !problem.settled() && problem.segment() >= report.segments());
  }

  private static VerifyReport once(final Disk disk, final Path directory, final Progress progress)
      throws IOException {
    try (LogFiles files = LogFiles.open(disk, directory)) {
      if (files.segments().isEmpty()) {
        throw new LogException(Code.UNREADABLE, "there is no log in " + directory);
      }
      return new Verification(files).scan(progress);
    }
  }

  private VerifyReport scan(final Progress progress) throws IOException {
    final SegmentFile last = files.segments().getLast();
    final SegmentScanner lastScanner = files.scanner(last);
    final Tail tail = Tail.find(lastScanner, files.reach(last.number()));
    for (final SegmentFile segment : files.segments()) {
      if (segment.state() != SegmentHeader.State.GOOD) {
        problem(segment.number(), 0, SegmentHeader.END, Optional.empty(), "its header is broken");
      }
    }
    final long total = files.bytes();
    final LogScan scan =
        new LogScan(
            files, this::take, (segment, offset) -> progress.at(done(segment, offset), total));
    scan.from(1, tail.end());
    builder.finish(files.acknowledged(), files.remembered());
    progress.at(total, total);
    return new VerifyReport(
        files.segments().size(),
        builder.frames(),
        scan.bytes(),
        heads(),
        problems.stream().map(this::judged).toList(),
        index.damage().values().stream()
            .sorted((a, b) -> a.stream().compareTo(b.stream()))
            .toList(),
        Math.max(0, lastScanner.offset() - tail.end()));
  }

  private long done(final long segment, final int offset) {
    long before = offset;
    for (final SegmentFile file : files.segments()) {
      before += file.number() < segment ? file.length() : 0;
    }
    return before;
  }

  private void take(final long segment, final Item item) throws IOException {
    switch (item) {
      case Item.Good good -> {
        // Nothing to say about it.
      }
      case Item.Bad bad ->
          problem(
              segment,
              bad.offset(),
              bad.end() - bad.offset(),
              bad.kind() == Kind.NOTE ? Optional.empty() : Optional.of(bad.stream()),
              "a frame ("
                  + bad.kind()
                  + ", position "
                  + bad.position()
                  + ") is broken: "
                  + bad.what());
      case Item.Hole hole ->
          problem(
              segment, hole.offset(), hole.end() - hole.offset(), Optional.empty(), hole.what());
    }
    builder.accept(segment, item);
  }

  private void problem(
      final long segment,
      final int offset,
      final int bytes,
      final Optional<StreamId> stream,
      final String what) {
    problems.add(new Problem(segment, offset, bytes, stream, what, false));
  }

  /** A problem is settled when nothing is stopped by it any more. */
  private Problem judged(final Problem problem) {
    final boolean stops =
        problem.stream()
            .map(index.damage()::containsKey)
            .orElseGet(
                () ->
                    isHeader(problem)
                        || index.damage().values().stream().anyMatch(d -> at(d, problem)));
    return new Problem(
        problem.segment(),
        problem.offset(),
        problem.bytes(),
        problem.stream(),
        problem.what(),
        !stops);
  }

  /** A broken header stops nothing, and yet nobody has seen to it. */
  private static boolean isHeader(final Problem problem) {
    return problem.offset() == 0 && problem.bytes() == SegmentHeader.END;
  }

  private static boolean at(final Damage damage, final Problem problem) {
    return damage.segment() == problem.segment() && damage.offset() == problem.offset();
  }

  private SortedMap<StreamId, StreamHead> heads() {
    final SortedMap<StreamId, StreamHead> heads = new TreeMap<>();
    index.streams().forEach((id, stream) -> heads.put(id, stream.head()));
    return heads;
  }
}
