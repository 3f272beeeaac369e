// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.log.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.calimero.node.storage.files.SimDisk;
import io.calimero.node.storage.log.Damage;
import io.calimero.node.storage.log.Frame;
import io.calimero.node.storage.log.LogException;
import io.calimero.node.storage.log.RawFrame;
import io.calimero.node.storage.log.StreamHead;
import io.calimero.node.storage.log.StreamId;
import io.calimero.node.storage.log.VerifyReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of a log whose bytes were changed behind its back. */
class CorruptionTest {
  private static final Path SEGMENT = Logs.DIR.resolve(SegmentFile.name(1));
  private static final StreamId A = Logs.stream(1);
  private static final StreamId B = Logs.stream(2);
  private static final StreamId C = Logs.stream(3);

  private static final Comparator<Damage> BY_PLACE =
      Comparator.comparing(Damage::stream)
          .thenComparingLong(Damage::position)
          .thenComparingLong(Damage::segment)
          .thenComparingLong(Damage::offset);

  private final Map<StreamId, List<Frame>> written = new TreeMap<>();
  private SimDisk disk = new SimDisk();
  private byte[] bytes = {};
  private List<RawFrame> frames = List.of();

  @BeforeEach
  void writeALog() throws IOException {
    final List<Frame> a = Logs.chain(A, StreamHead.NONE, 5, 60);
    final List<Frame> b = Logs.chain(B, StreamHead.NONE, 4, 33);
    final List<Frame> c = Logs.chain(C, StreamHead.NONE, 2, 0);
    written.put(A, a);
    written.put(B, b);
    written.put(C, c);
    try (FileLog log = Logs.open(disk, Logs.SMALL)) {
      Logs.appendEach(log, a.subList(0, 3));
      log.append(List.of(c.get(0), b.get(0))).join();
      Logs.appendEach(log, b.subList(1, 3));
      log.append(List.of(a.get(3), b.get(3), c.get(1))).join();
      log.append(List.of(a.get(4))).join();
    }
    disk = disk.afterKill();
    bytes = disk.bytes(SEGMENT);
    try (RawReader reader = new RawReader(disk, Logs.DIR)) {
      frames = reader.next(100);
    }
    assertThat(frames).hasSize(11).allMatch(RawFrame::isWhole);
  }

  private List<Frame> written(final StreamId stream) {
    return written.getOrDefault(stream, List.of());
  }

  private int end() {
    final RawFrame last = frames.getLast();
    return (int) last.offset() + FrameFormat.total((int) last.length());
  }

  private Optional<RawFrame> frameAt(final int offset) {
    return frames.stream()
        .filter(f -> f.offset() <= offset)
        .filter(f -> offset < f.offset() + FrameFormat.total((int) f.length()))
        .findFirst();
  }

  /** Every byte, but only some of the zeros between and after the copies of the header. */
  private static int step(final int at) {
    final boolean zeros = at < SegmentHeader.END && at % SegmentHeader.COPY >= SegmentHeader.LENGTH;
    return zeros ? 32 : 1;
  }

  private SimDisk with(final byte[] segment) {
    final SimDisk copy = disk.afterKill();
    copy.setBytes(SEGMENT, segment);
    return copy;
  }

  /** Streams are whole, or damaged and a prefix of what was written. */
  private void expectPrefixes(final FileLog log) {
    written.forEach(
        (stream, expected) -> {
          final List<Frame> found = Logs.all(log, stream);
          assertThat(found).isEqualTo(expected.subList(0, found.size()));
          if (!log.damage().containsKey(stream)) {
            assertThat(found).as("whole stream").hasSameSizeAs(expected);
          }
        });
  }

  @Test
  void aFlippedByteStopsTheStreamWhoseItIsAndNoOther() throws IOException {
    for (int at = 0; at < end(); at += step(at)) {
      final byte[] changed = bytes.clone();
      changed[at] ^= (byte) (1 << (at % 8));
      final SimDisk broken = with(changed);
      final VerifyReport verified = Verification.run(broken, Logs.DIR, (done, total) -> {});
      assertThat(verified.isClean()).as("verified at " + at).isFalse();
      try (FileLog log = Logs.open(broken, Logs.SMALL.withScanAtOpen(1 << 20))) {
        expectPrefixes(log);
        expectOnlyOwner(log.damage(), frameAt(at), at);
        assertThat(log.damage().values()).containsExactlyElementsOf(verified.damage());
        expectOthersGoOn(log);
        assertThat(log.recovery().tornTail()).isEmpty();
      } catch (final AssertionError | RuntimeException e) {
        throw new AssertionError("byte " + at, e);
      }
    }
  }

  private static void expectOnlyOwner(
      final Map<StreamId, Damage> damage, final Optional<RawFrame> owner, final int at) {
    if (owner.isEmpty()) {
      assertThat(at).isLessThan(SegmentHeader.END);
      assertThat(damage).isEmpty();
      return;
    }
    final StreamId stream = owner.orElseThrow().stream().orElseThrow();
    assertThat(damage).containsOnlyKeys(stream);
    assertThat(damage.get(stream))
        .returns(owner.orElseThrow().position(), Damage::position)
        .returns(owner.orElseThrow().offset(), Damage::offset)
        .returns(1L, Damage::segment);
  }

  private void expectOthersGoOn(final FileLog log) {
    for (final StreamId stream : written.keySet()) {
      final Frame next = Logs.next(stream, Logs.head(log, stream), Logs.payload(9, 9));
      if (log.damage().containsKey(stream)) {
        assertThat(Logs.codeOf(log.append(List.of(next)))).isEqualTo(LogException.Code.DAMAGED);
      } else {
        log.append(List.of(next)).join();
        assertThat(Logs.all(log, stream)).endsWith(next);
      }
    }
  }

  @Test
  void aFlippedByteWithoutAnySidecarNeverGivesAWrongEntry() throws IOException {
    for (int at = 0; at < end(); at += step(at)) {
      final byte[] changed = bytes.clone();
      changed[at] ^= (byte) 0x80;
      final SimDisk broken = with(changed);
      broken.delete(Logs.DIR.resolve(AcknowledgedFile.NAME));
      broken.delete(Logs.DIR.resolve(Checkpoint.NAME));
      final int lastGroup = (int) frames.getLast().offset();
      try (FileLog log = Logs.open(broken, Logs.SMALL)) {
        if (at < lastGroup) {
          expectPrefixes(log);
          assertThat(log.recovery().tornTail()).isEmpty();
        } else {
          // Nobody can tell this from a write that a crash tore.
          assertThat(log.recovery().tornTail().orElseThrow().offset()).isEqualTo(lastGroup);
          assertThat(log.damage()).isEmpty();
          assertThat(Logs.all(log, A)).isEqualTo(written(A).subList(0, 4));
        }
      } catch (final AssertionError | RuntimeException e) {
        throw new AssertionError("byte " + at, e);
      }
    }
  }

  @Test
  void aTruncatedSegmentStopsWhoeverLostAnEntryForGood() throws IOException {
    for (int length = 0; length < end(); length += 4) {
      final SimDisk broken = with(Arrays.copyOf(bytes, length));
      final Map<StreamId, Damage> first;
      try (FileLog log = Logs.open(broken, Logs.SMALL.withScanAtOpen(1 << 20))) {
        expectPrefixes(log);
        first = log.damage();
        assertThat(first).isNotEmpty();
        appendToNewStream(log);
      } catch (final AssertionError | RuntimeException e) {
        throw new AssertionError("cut to " + length, e);
      }
      try (FileLog log = Logs.open(broken, Logs.SMALL)) {
        assertThat(log.damage().values())
            .as("again, cut to " + length)
            .usingElementComparator(BY_PLACE)
            .containsExactlyElementsOf(first.values());
      }
    }
  }

  private static void appendToNewStream(final FileLog log) {
    log.append(Logs.chain(Logs.stream(99), StreamHead.NONE, 2, 10)).join();
  }

  @Test
  void aLostEndIsLaidAtTheDoorOfThoseThatWereAcknowledgedThere() throws IOException {
    final byte[] cut = bytes.clone();
    Arrays.fill(cut, (int) frames.getLast().offset(), end(), (byte) 0);
    final SimDisk broken = with(cut);
    for (int i = 0; i < 3; i++) {
      try (FileLog log = Logs.open(broken, Logs.SMALL.withScanAtOpen(1 << 20))) {
        assertThat(log.damage()).containsOnlyKeys(A);
        assertThat(String.valueOf(log.damage().get(A))).contains("acknowledged entry 5 was lost");
        Logs.appendEach(log, Logs.chain(B, Logs.head(log, B), 1, 5));
      }
    }
    final List<?> repaired =
        Repair.run(Logs.inline(broken, new Logs.Lane()), Logs.DIR, Logs.SMALL, id -> true);
    assertThat(repaired).hasSize(1);
    try (FileLog log = Logs.open(broken, Logs.SMALL)) {
      assertThat(log.damage()).isEmpty();
      assertThat(Logs.head(log, A).position()).isEqualTo(4);
      Logs.appendEach(log, Logs.chain(A, Logs.head(log, A), 3, 5));
    }
    assertThat(Verification.run(broken, Logs.DIR, (done, total) -> {}).isClean()).isTrue();
  }

  @Test
  void bytesThatNobodyCanExplainStopEveryStreamThatCannotBeProvenWhole() throws IOException {
    // Frames 3 and 4 (C1, B1) are gone without a trace; B proves it by its next entry.
    final byte[] changed = bytes.clone();
    Arrays.fill(changed, (int) frames.get(3).offset(), (int) frames.get(5).offset(), (byte) 0x55);
    try (FileLog log = Logs.open(with(changed), Logs.SMALL.withScanAtOpen(1 << 20))) {
      expectPrefixes(log);
      assertThat(log.damage()).containsOnlyKeys(B, C);
      assertThat(log.head(A)).isPresent();
    }
  }

  @Test
  void aRepairedStreamGoesOnAndTheRepairLasts() throws IOException {
    final byte[] changed = bytes.clone();
    changed[(int) frames.get(1).offset() + 150] ^= 1;
    final SimDisk broken = with(changed);
    Repair.run(Logs.inline(broken, new Logs.Lane()), Logs.DIR, Logs.SMALL, id -> true);
    final List<Frame> more;
    try (FileLog log = Logs.open(broken, Logs.SMALL)) {
      assertThat(Logs.head(log, A).position()).isEqualTo(1);
      more = Logs.chain(A, Logs.head(log, A), 20, 5);
      Logs.appendEach(log, more);
    }
    try (FileLog log = Logs.open(broken, Logs.SMALL.withScanAtOpen(1 << 20))) {
      assertThat(log.damage()).isEmpty();
      assertThat(log.read(A, 2, 100, 1 << 20)).isEqualTo(more);
    }
    final VerifyReport report = Verification.run(broken, Logs.DIR, (done, total) -> {});
    assertThat(report.isClean()).isTrue();
    assertThat(report.problems()).hasSize(1);
  }

  @Test
  void aDamagedStreamCanBeEndedAndBeginAnew() throws IOException {
    final byte[] changed = bytes.clone();
    changed[(int) frames.get(1).offset() + 150] ^= 1;
    final SimDisk broken = with(changed);
    try (FileLog log = Logs.open(broken, Logs.SMALL.withScanAtOpen(1 << 20))) {
      assertThat(log.damage()).containsOnlyKeys(A);
      log.end(A).join();
      assertThat(log.damage()).isEmpty();
      Logs.appendEach(log, Logs.chain(A, StreamHead.NONE, 2, 7));
    }
    try (FileLog log = Logs.open(broken, Logs.SMALL.withScanAtOpen(1 << 20))) {
      assertThat(log.damage()).isEmpty();
      assertThat(Logs.all(log, A)).isEqualTo(Logs.chain(A, StreamHead.NONE, 2, 7));
    }
  }

  @Test
  void damageFoundWhileReadingStopsTheStreamThere() {
    final byte[] changed = bytes.clone();
    changed[(int) frames.get(2).offset() + 150] ^= 1;
    // The checkpoint hides the damage at opening, as nothing of the log is read.
    try (FileLog log = Logs.open(with(changed), Logs.SMALL)) {
      assertThat(log.damage()).isEmpty();
      assertThat(log.recovery().checkpointUsed()).isTrue();
      assertThat(Logs.all(log, A)).isEqualTo(written(A).subList(0, 2));
      assertThat(log.damage()).containsOnlyKeys(A);
      try {
        log.read(A, 3, 1, 1);
        fail("a broken entry was read");
      } catch (final LogException e) {
        assertThat(e.code()).isEqualTo(LogException.Code.DAMAGED);
      }
      assertThat(Logs.all(log, B)).isEqualTo(written(B));
    }
  }

  @Test
  void aFlippedByteInAnySidecarIsHarmless() {
    for (final String name : List.of(AcknowledgedFile.NAME, Checkpoint.NAME)) {
      final byte[] good = disk.bytes(Logs.DIR.resolve(name));
      for (int at = 0; at < good.length; at += at < 400 ? 1 : 97) {
        final SimDisk broken = disk.afterKill();
        final byte[] changed = good.clone();
        changed[at] ^= (byte) (1 << (at % 8));
        broken.setBytes(Logs.DIR.resolve(name), changed);
        try (FileLog log = Logs.open(broken, Logs.SMALL)) {
          assertThat(log.damage()).isEmpty();
          written.forEach((id, expected) -> assertThat(Logs.all(log, id)).isEqualTo(expected));
        }
      }
    }
  }
}
