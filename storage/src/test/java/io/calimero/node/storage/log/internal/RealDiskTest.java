// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.log.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.calimero.node.storage.log.Frame;
import io.calimero.node.storage.log.LogCursor;
import io.calimero.node.storage.log.LogException;
import io.calimero.node.storage.log.LogOptions;
import io.calimero.node.storage.log.LogRepair;
import io.calimero.node.storage.log.LogVerifier;
import io.calimero.node.storage.log.RawFrame;
import io.calimero.node.storage.log.StreamHead;
import io.calimero.node.storage.log.StreamId;
import io.calimero.node.storage.log.TransactionLog;
import io.calimero.node.storage.log.VerifyReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The log with real files and real threads. */
@Timeout(60)
class RealDiskTest {
  private static final int THREADS = 8;
  private static final int EACH = 150;
  private static final LogOptions OPTIONS = LogOptions.DEFAULT.withSegmentSize(256 << 10);

  @TempDir Path directory;

  /** Runs the task on so many threads and hands on what goes wrong. */
  private static void onThreads(final int count, final ThrowingTask task)
      throws InterruptedException {
    final AtomicReference<Throwable> failure = new AtomicReference<>();
    final List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      final int number = i;
      threads.add(
          Thread.ofPlatform()
              .uncaughtExceptionHandler((thread, e) -> failure.compareAndSet(null, e))
              .start(() -> task.run(number)));
    }
    for (final Thread thread : threads) {
      thread.join();
    }
    assertThat(failure.get()).isNull();
  }

  private interface ThrowingTask {
    void run(int number);
  }

  @Test
  void manyWriteAndReadAtOnceAndEveryStreamIsInOrder() throws InterruptedException {
    try (TransactionLog log = TransactionLog.open(directory, OPTIONS)) {
      onThreads(
          THREADS,
          number -> {
            final StreamId stream = Logs.stream(number);
            final List<Frame> frames = Logs.chain(stream, StreamHead.NONE, EACH, 300);
            for (int i = 0; i < EACH; i++) {
              log.append(List.of(frames.get(i))).join();
              assertThat(log.read(stream, i + 1L, 1, 1)).containsExactly(frames.get(i));
            }
            assertThat(Logs.all(log, stream)).isEqualTo(frames);
          });
      assertThat(log.statistics().groups()).isEqualTo(THREADS * EACH);
      assertThat(log.statistics().queuedGroups()).isZero();
    }
    final VerifyReport report = LogVerifier.verify(directory, LogVerifier.Progress.NONE);
    assertThat(report.isClean()).isTrue();
    assertThat(report.frames()).isEqualTo(THREADS * EACH);
    assertThat(report.heads()).hasSize(THREADS);
  }

  @Test
  void interruptedCallersHarmNothing() throws InterruptedException {
    Thread.currentThread().interrupt();
    final TransactionLog log = TransactionLog.open(directory, OPTIONS);
    assertThat(Thread.interrupted()).isTrue();
    final AtomicBoolean going = new AtomicBoolean(true);
    final List<Thread> workers = new ArrayList<>();
    final List<CompletableFuture<Void>> answers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      final StreamId stream = Logs.stream(i);
      final CompletableFuture<Void> answer = new CompletableFuture<>();
      answers.add(answer);
      workers.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      final List<Frame> frames = Logs.chain(stream, StreamHead.NONE, EACH, 100);
                      Logs.appendEach(log, frames);
                      assertThat(Logs.all(log, stream)).isEqualTo(frames);
                      answer.complete(null);
                    } catch (final AssertionError | RuntimeException e) {
                      answer.completeExceptionally(e);
                    }
                  }));
    }
    final Thread interrupter =
        Thread.ofPlatform()
            .start(
                () -> {
                  while (going.get()) {
                    workers.forEach(Thread::interrupt);
                    Thread.onSpinWait();
                  }
                });
    answers.forEach(CompletableFuture::join);
    going.set(false);
    interrupter.join();
    Thread.currentThread().interrupt();
    log.close();
    assertThat(Thread.interrupted()).isTrue();
    assertThat(LogVerifier.verify(directory, LogVerifier.Progress.NONE).isClean()).isTrue();
  }

  @Test
  void aCursorFollowsALogThatIsBeingWritten() {
    final List<Frame> a = Logs.chain(Logs.stream(1), StreamHead.NONE, 400, 2000);
    try (TransactionLog log = TransactionLog.open(directory, OPTIONS);
        LogCursor cursor = LogCursor.open(directory)) {
      assertThat(cursor.next(10)).isEmpty();
      int seen = 0;
      for (int i = 0; i < 400; i += 40) {
        log.append(a.subList(i, i + 40)).join();
        List<RawFrame> frames = cursor.next(7);
        while (!frames.isEmpty()) {
          for (final RawFrame frame : frames) {
            assertThat(frame.isWhole()).isTrue();
            assertThat(frame.hash()).isEqualTo(a.get(seen).hash());
            assertThat(cursor.payload(frame)).contains(a.get(seen).payload());
            seen++;
          }
          frames = cursor.next(7);
        }
        assertThat(seen).isEqualTo(i + 40);
      }
      final VerifyReport live = LogVerifier.verify(directory, LogVerifier.Progress.NONE);
      assertThat(live.isClean()).isTrue();
      assertThat(live.frames()).isEqualTo(400);
      log.end(Logs.stream(1)).join();
      assertThat(cursor.next(10)).extracting(RawFrame::kind).containsExactly(RawFrame.Kind.END);
    }
  }

  @Test
  void aVerificationSaysHowFarItIs() {
    try (TransactionLog log = TransactionLog.open(directory, OPTIONS)) {
      log.append(Logs.chain(Logs.stream(1), StreamHead.NONE, 2000, 1000)).join();
      log.append(Logs.chain(Logs.stream(2), StreamHead.NONE, 2000, 1000)).join();
    }
    final List<Long> done = new ArrayList<>();
    final List<Long> total = new ArrayList<>();
    LogVerifier.verify(
        directory,
        (at, of) -> {
          done.add(at);
          total.add(of);
        });
    assertThat(done).isSorted().hasSizeGreaterThan(3);
    assertThat(total).containsOnly(done.getLast());
  }

  @Test
  void aFlippedByteIsNamedAtOpeningAndRepairedOnRequest() throws IOException {
    final StreamId a = Logs.stream(1);
    try (TransactionLog log = TransactionLog.open(directory, OPTIONS)) {
      log.append(Logs.chain(a, StreamHead.NONE, 10, 100)).join();
      log.append(Logs.chain(Logs.stream(2), StreamHead.NONE, 10, 100)).join();
    }
    final Path segment = directory.resolve(SegmentFile.name(1));
    final byte[] bytes = Files.readAllBytes(segment);
    final int fifth = SegmentHeader.END + 4 * FrameFormat.total(100);
    bytes[fifth + 160] ^= 4;
    Files.write(segment, bytes);
    try (TransactionLog log = TransactionLog.open(directory, OPTIONS)) {
      assertThat(log.damage()).containsOnlyKeys(a);
      assertThat(String.valueOf(log.damage().get(a)))
          .contains("position 5", "segment 1", "offset " + fifth);
      assertThat(Logs.all(log, a)).hasSize(4);
    }
    final VerifyReport report = LogVerifier.verify(directory, LogVerifier.Progress.NONE);
    assertThat(report.problems()).hasSize(1);
    assertThat(LogRepair.repairAll(directory, OPTIONS)).hasSize(1);
    assertThat(LogVerifier.verify(directory, LogVerifier.Progress.NONE).isClean()).isTrue();
  }

  @Test
  void whatIsNoLogIsUnreadable() {
    assertThatThrownBy(() -> LogVerifier.verify(directory, LogVerifier.Progress.NONE))
        .isInstanceOf(LogException.class)
        .hasMessageContaining("there is no log");
    assertThatThrownBy(() -> LogCursor.open(directory)).isInstanceOf(LogException.class);
  }

  @Test
  void segmentsOfAnotherLogOrFormatAreRefused() throws IOException {
    try (TransactionLog log = TransactionLog.open(directory, OPTIONS)) {
      log.append(Logs.chain(Logs.stream(1), StreamHead.NONE, 1, 1)).join();
    }
    final Path other = directory.resolve("other");
    TransactionLog.open(other, OPTIONS).close();
    final byte[] foreign = Files.readAllBytes(other.resolve(SegmentFile.name(1)));
    final Path second = directory.resolve(SegmentFile.name(2));
    final SegmentHeader header = SegmentHeader.parse(foreign);
    assertThat(header).isNotNull();
    final SegmentHeader renamed = new SegmentHeader(77, 2, foreign.length, SegmentHeader.END, 0);
    System.arraycopy(renamed.encode(), 0, foreign, 0, SegmentHeader.END);
    Files.write(second, foreign);
    assertThatThrownBy(() -> TransactionLog.open(directory, OPTIONS))
        .isInstanceOfSatisfying(
            LogException.class, e -> assertThat(e.code()).isEqualTo(LogException.Code.UNREADABLE))
        .hasMessageContaining("another log");
    for (final int at : new int[] {0, SegmentHeader.COPY}) {
      Le.putInt(foreign, at + 8, 2);
      Le.putInt(
          foreign,
          at + SegmentHeader.LENGTH - 4,
          FrameFormat.crc(foreign, at, SegmentHeader.LENGTH - 4));
    }
    Files.write(second, foreign);
    assertThatThrownBy(() -> TransactionLog.open(directory, OPTIONS))
        .hasMessageContaining("format that this version does not know");
  }

  @Test
  void aLogWhoseSegmentsAreGoneIsNotBegunAnew() throws IOException {
    TransactionLog.open(directory, OPTIONS).close();
    Files.delete(directory.resolve(SegmentFile.name(1)));
    assertThatThrownBy(() -> TransactionLog.open(directory, OPTIONS))
        .isInstanceOf(LogException.class)
        .hasMessageContaining("are gone");
  }
}
