// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.log.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.calimero.node.events.Hash;
import io.calimero.node.storage.files.SimDisk;
import io.calimero.node.storage.log.Frame;
import io.calimero.node.storage.log.LogException;
import io.calimero.node.storage.log.LogException.Code;
import io.calimero.node.storage.log.LogOptions;
import io.calimero.node.storage.log.StreamHead;
import io.calimero.node.storage.log.StreamId;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What the log promises, on a simulated disk and on the calling thread. */
class FileLogTest {
  private static final StreamId A = Logs.stream(1);
  private static final StreamId B = Logs.stream(2);

  private final SimDisk disk = new SimDisk();

  @Test
  void entriesAreReadAsTheyWereWrittenAcrossSegmentsAndOpenings() {
    final List<Frame> a = Logs.chain(A, StreamHead.NONE, 200, 300);
    final List<Frame> b = Logs.chain(B, StreamHead.NONE, 150, 100);
    try (FileLog log = Logs.open(disk, Logs.SMALL)) {
      for (int i = 0; i < 200; i++) {
        log.append(i < 150 ? List.of(a.get(i), b.get(i)) : List.of(a.get(i))).join();
      }
      assertThat(Logs.all(log, A)).isEqualTo(a);
      assertThat(log.statistics().segments()).isGreaterThan(5);
    }
    for (int i = 0; i < 2; i++) {
      try (FileLog log = Logs.open(disk, Logs.SMALL)) {
        assertThat(Logs.all(log, A)).isEqualTo(a);
        assertThat(Logs.all(log, B)).isEqualTo(b);
        assertThat(log.heads())
            .containsOnlyKeys(A, B)
            .containsEntry(B, new StreamHead(150, b.getLast().hash()));
      }
    }
  }

  @Test
  void aReadStopsAtItsLimitsButGivesAtLeastOneFrame() {
    final List<Frame> a = Logs.chain(A, StreamHead.NONE, 100, 50);
    try (FileLog log = Logs.open(disk, Logs.SMALL)) {
      log.append(a).join();
      assertThat(log.read(A, 17, 20, 1 << 20)).isEqualTo(a.subList(16, 36));
      assertThat(log.read(A, 31, 20, 149)).isEqualTo(a.subList(30, 32));
      assertThat(log.read(A, 100, 20, 1)).isEqualTo(a.subList(99, 100));
      assertThat(log.read(A, 101, 20, 1)).isEmpty();
      assertThat(log.read(A, 1, 0, 1)).isEmpty();
      assertThat(log.read(B, 1, 1, 1)).isEmpty();
      for (int from = 1; from <= 100; from++) {
        assertThat(log.read(A, from, 1, 1)).containsExactly(a.get(from - 1));
      }
    }
  }

  @Test
  void nothingIsSeenOrAcknowledgedBeforeItIsForced() {
    final Logs.Lane lane = new Logs.Lane();
    final FileLog log = FileLog.open(Logs.inline(disk, lane), Logs.DIR, Logs.SMALL);
    lane.hold();
    final CompletableFuture<Void> first = log.append(Logs.chain(A, StreamHead.NONE, 1, 10));
    assertThat(first).isNotDone();
    assertThat(log.head(A)).isEmpty();
    final List<CompletableFuture<Void>> more =
        IntStream.range(3, 50)
            .mapToObj(i -> log.append(Logs.chain(Logs.stream(i), StreamHead.NONE, 1, 10)))
            .toList();
    lane.release();
    assertThat(log.statistics().forces()).as("one force for all of them").isEqualTo(1);
    assertThat(more).allMatch(CompletableFuture::isDone);
    assertThat(log.head(A)).isPresent();
    assertThat(log.statistics().batchGroupsLast()).isEqualTo(48);
    log.close();
  }

  @Test
  void whatDoesNotFollowIsRefusedAndHarmsNothing() {
    try (FileLog log = Logs.open(disk, Logs.SMALL)) {
      final List<Frame> a = Logs.chain(A, StreamHead.NONE, 3, 10);
      assertThat(Logs.codeOf(log.append(a.subList(1, 2)))).isEqualTo(Code.OUT_OF_ORDER);
      log.append(a.subList(0, 1)).join();
      assertThat(Logs.codeOf(log.append(a.subList(0, 1)))).isEqualTo(Code.OUT_OF_ORDER);
      final Frame stranger =
          new Frame(A, 2, Hash.sha256(new byte[1]), Hash.ZERO, Logs.payload(1, 1));
      assertThat(Logs.codeOf(log.append(List.of(stranger)))).isEqualTo(Code.OUT_OF_ORDER);
      assertThat(Logs.codeOf(log.append(List.of(a.get(1), a.get(1))))).isEqualTo(Code.OUT_OF_ORDER);
      log.append(a.subList(1, 3)).join();
      assertThat(Logs.all(log, A)).isEqualTo(a);
    }
  }

  @Test
  void aFullQueueIsBusyAndTakesAgainWhenItIsEmpty() {
    final Logs.Lane lane = new Logs.Lane();
    final LogOptions options = Logs.SMALL.withQueueLimit(1000);
    final FileLog log = FileLog.open(Logs.inline(disk, lane), Logs.DIR, options);
    lane.hold();
    final List<Frame> a = Logs.chain(A, StreamHead.NONE, 5, 500);
    final CompletableFuture<Void> first = log.append(a.subList(0, 1));
    assertThat(Logs.codeOf(log.append(a.subList(1, 2)))).isEqualTo(Code.BUSY);
    assertThat(log.statistics().queuedGroups()).isEqualTo(1);
    lane.release();
    first.join();
    log.append(a.subList(1, 5)).join();
    assertThat(log.statistics().refusedBusy()).isEqualTo(1);
    assertThat(log.statistics().queuedBytes()).isZero();
    log.close();
  }

  @Test
  void withoutRoomForASegmentNothingIsWrittenAndLaterThereIsRoomAgain() {
    final List<Frame> a = Logs.chain(A, StreamHead.NONE, 40, 1000);
    try (FileLog log = Logs.open(disk, Logs.SMALL)) {
      disk.setCapacity(disk.used());
      int written = 0;
      CompletableFuture<Void> last = log.append(a.subList(0, 1));
      while (!last.isCompletedExceptionally()) {
        written++;
        last = log.append(a.subList(written, written + 1));
      }
      assertThat(Logs.codeOf(last)).isEqualTo(Code.STORAGE_FULL);
      assertThat(Logs.codeOf(log.append(a.subList(written, written + 2))))
          .isEqualTo(Code.STORAGE_FULL);
      assertThat(Logs.all(log, A)).isEqualTo(a.subList(0, written));
      log.append(Logs.chain(B, StreamHead.NONE, 1, 1)).join();
      disk.setCapacity(Long.MAX_VALUE);
      log.append(a.subList(written, 40)).join();
      assertThat(Logs.all(log, A)).isEqualTo(a);
    }
    try (FileLog log = Logs.open(disk, Logs.SMALL.withScanAtOpen(1 << 20))) {
      assertThat(Logs.all(log, A)).isEqualTo(a);
      assertThat(log.damage()).isEmpty();
    }
  }

  @Test
  void aFullDiskFailsAllThatWaitsBehindAndOnlyThat() {
    final Logs.Lane lane = new Logs.Lane();
    final FileLog log = FileLog.open(Logs.inline(disk, lane), Logs.DIR, Logs.SMALL);
    disk.setCapacity(disk.used());
    lane.hold();
    final List<Frame> a = Logs.chain(A, StreamHead.NONE, 30, 1000);
    final List<CompletableFuture<Void>> answers =
        a.stream().map(frame -> log.append(List.of(frame))).toList();
    lane.release();
    final int durable = (int) Logs.head(log, A).position();
    assertThat(durable).isBetween(1, 29);
    assertThat(answers.subList(0, durable)).noneMatch(CompletableFuture::isCompletedExceptionally);
    assertThat(answers.subList(durable, 30))
        .allSatisfy(answer -> assertThat(Logs.codeOf(answer)).isEqualTo(Code.STORAGE_FULL));
    disk.setCapacity(Long.MAX_VALUE);
    log.append(a.subList(durable, 30)).join();
    assertThat(Logs.all(log, A)).isEqualTo(a);
    log.close();
  }

  @Test
  void aFailedForceEndsTheWriterForGoodWhileReadsGoOn() {
    final List<Frame> a = Logs.chain(A, StreamHead.NONE, 3, 10);
    final FileLog log = Logs.open(disk, Logs.SMALL);
    log.append(a.subList(0, 1)).join();
    disk.setFailingForces(path -> path.endsWith(SegmentFile.name(1)));
    assertThat(Logs.codeOf(log.append(a.subList(1, 2)))).isEqualTo(Code.FAILED);
    disk.setFailingForces(path -> false);
    assertThat(Logs.codeOf(log.append(a.subList(1, 2)))).isEqualTo(Code.FAILED);
    assertThat(Logs.codeOf(log.end(A))).isEqualTo(Code.FAILED);
    assertThat(Logs.all(log, A)).isEqualTo(a.subList(0, 1));
    log.close();
    try (FileLog again = Logs.open(disk.afterKill(), Logs.SMALL)) {
      assertThat(Logs.head(again, A).position()).isBetween(1L, 2L);
      assertThat(again.damage()).isEmpty();
    }
  }

  @Test
  void aStreamThatEndedBeginsAnewAtOne() {
    final List<Frame> old = Logs.chain(A, StreamHead.NONE, 40, 10);
    final List<Frame> fresh = Logs.chain(A, StreamHead.NONE, 20, 11);
    try (FileLog log = Logs.open(disk, Logs.SMALL)) {
      log.append(old).join();
      log.end(A).join();
      assertThat(log.head(A)).isEmpty();
      assertThat(log.read(A, 1, 9, 9)).isEmpty();
      assertThat(
              Logs.codeOf(
                  log.append(
                      List.of(Logs.next(A, Logs.headOf(old.getLast()), Logs.payload(1, 1))))))
          .isEqualTo(Code.OUT_OF_ORDER);
      log.append(fresh).join();
      log.end(B).join();
    }
    for (final LogOptions options : List.of(Logs.SMALL, Logs.SMALL.withScanAtOpen(1 << 20))) {
      try (FileLog log = Logs.open(disk, options)) {
        assertThat(Logs.all(log, A)).isEqualTo(fresh);
        assertThat(log.damage()).isEmpty();
      }
    }
  }

  @Test
  void anEndAndANewBeginningMayWaitTogether() {
    final Logs.Lane lane = new Logs.Lane();
    final FileLog log = FileLog.open(Logs.inline(disk, lane), Logs.DIR, Logs.SMALL);
    lane.hold();
    final CompletableFuture<Void> first = log.append(Logs.chain(A, StreamHead.NONE, 3, 10));
    final CompletableFuture<Void> end = log.end(A);
    final List<Frame> fresh = Logs.chain(A, StreamHead.NONE, 2, 11);
    final CompletableFuture<Void> again = log.append(fresh);
    lane.release();
    assertThat(List.of(first, end, again)).allMatch(CompletableFuture::isDone);
    assertThat(Logs.all(log, A)).isEqualTo(fresh);
    log.close();
    try (FileLog opened = Logs.open(disk, Logs.SMALL.withScanAtOpen(1 << 20))) {
      assertThat(Logs.all(opened, A)).isEqualTo(fresh);
    }
  }

  @Test
  void aGroupLargerThanASegmentGetsOneOfItsOwn() {
    final List<Frame> a = Logs.chain(A, StreamHead.NONE, 3, 50_000);
    final List<Frame> b = Logs.chain(B, StreamHead.NONE, 3, 10);
    try (FileLog log = Logs.open(disk, Logs.SMALL)) {
      log.append(b.subList(0, 1)).join();
      log.append(a).join();
      log.append(b.subList(1, 3)).join();
    }
    try (FileLog log = Logs.open(disk, Logs.SMALL.withScanAtOpen(1 << 20))) {
      assertThat(Logs.all(log, A)).isEqualTo(a);
      assertThat(Logs.all(log, B)).isEqualTo(b);
    }
  }

  @Test
  void aPayloadBeyondTheMaximumIsTooLarge() {
    try (FileLog log = Logs.open(disk, Logs.SMALL)) {
      final Frame large =
          Logs.next(A, StreamHead.NONE, Logs.payload(LogOptions.PAYLOAD_MAX + 1, 0));
      assertThat(Logs.codeOf(log.append(List.of(large)))).isEqualTo(Code.TOO_LARGE);
    }
  }

  @Test
  void aClosedLogRefusesEverythingAndClosesTwice() {
    final FileLog log = Logs.open(disk, Logs.SMALL);
    final List<Frame> a = Logs.chain(A, StreamHead.NONE, 1, 10);
    log.append(a).join();
    log.close();
    log.close();
    assertThat(Logs.codeOf(log.append(a))).isEqualTo(Code.CLOSED);
    assertThatThrownBy(() -> log.read(A, 1, 1, 1))
        .isInstanceOfSatisfying(
            LogException.class, e -> assertThat(e.code()).isEqualTo(Code.CLOSED));
  }

  @Test
  void openingByTheCheckpointEqualsAFullScan() {
    try (FileLog log = Logs.open(disk, Logs.SMALL)) {
      for (int i = 0; i < 30; i++) {
        for (int s = 0; s < 20; s++) {
          final StreamId stream = Logs.stream(s);
          log.append(Logs.chain(stream, Logs.head(log, stream), 1 + (s % 3), 40)).join();
        }
        log.end(Logs.stream(i % 20)).join();
      }
    }
    final SimDisk killed = disk.afterKill();
    try (FileLog quick = Logs.open(disk, Logs.SMALL);
        FileLog slow = Logs.open(killed, Logs.SMALL.withScanAtOpen(1 << 30))) {
      assertThat(quick.recovery().checkpointUsed()).isTrue();
      assertThat(quick.recovery().frames()).isZero();
      assertThat(slow.recovery().checkpointUsed()).isFalse();
      assertThat(slow.recovery().frames()).isGreaterThan(600);
      assertThat(quick.heads()).isEqualTo(slow.heads());
      for (final StreamId stream : slow.heads().keySet()) {
        assertThat(Logs.all(quick, stream)).isEqualTo(Logs.all(slow, stream));
      }
    }
  }

  @Test
  void afterAKillOnlyWhatFollowedTheLastCheckpointIsScanned() {
    final FileLog log = Logs.open(disk, Logs.SMALL);
    final List<Frame> a = Logs.chain(A, StreamHead.NONE, 300, 300);
    Logs.appendEach(log, a);
    try (FileLog again = Logs.open(disk.afterKill(), Logs.SMALL)) {
      assertThat(again.recovery().checkpointUsed()).isTrue();
      assertThat(again.recovery().frames()).isBetween(1L, 100L);
      assertThat(Logs.all(again, A)).isEqualTo(a);
    }
  }

  @Test
  void aMissingSegmentStopsTheStreamsThatCannotDoWithoutIt() throws IOException {
    final List<Frame> a = Logs.chain(A, StreamHead.NONE, 1, 10);
    final List<Frame> b = Logs.chain(B, StreamHead.NONE, 60, 1000);
    try (FileLog log = Logs.open(disk, Logs.SMALL)) {
      log.append(a).join();
      Logs.appendEach(log, b);
    }
    for (final long lost : List.of(2L, 5L)) {
      final SimDisk broken = disk.afterKill();
      broken.delete(Logs.DIR.resolve(SegmentFile.name(lost)));
      for (int i = 0; i < 2; i++) {
        try (FileLog log = Logs.open(broken, Logs.SMALL.withScanAtOpen(1 << 20))) {
          // A's only entry is safe, but nobody can tell whether there was another one.
          assertThat(log.damage()).containsOnlyKeys(A, B);
          assertThat(Logs.all(log, A)).isEqualTo(a);
          assertThat(Logs.all(log, B)).isEqualTo(b.subList(0, Logs.all(log, B).size()));
          log.append(Logs.chain(Logs.stream(7 + i), StreamHead.NONE, 30, 1000)).join();
        }
      }
    }
  }
}
