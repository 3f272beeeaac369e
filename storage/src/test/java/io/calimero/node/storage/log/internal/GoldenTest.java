// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.log.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.storage.files.SimDisk;
import io.calimero.node.storage.log.Frame;
import io.calimero.node.storage.log.StreamHead;
import io.calimero.node.storage.log.StreamId;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Format 1 as it was released: the files in {@code log/format-1} must be readable for ever, and as
 * long as this is the current format, be written just so.
 */
class GoldenTest {
  private static final StreamId A = Logs.stream(1);
  private static final StreamId B = Logs.stream(2);
  private static final StreamId C = Logs.stream(3);
  private static final List<String> FILES =
      List.of(SegmentFile.name(1), SegmentFile.name(2), Checkpoint.NAME);

  private final List<Frame> a = new ArrayList<>();
  private final List<Frame> b = Logs.chain(B, StreamHead.NONE, 2, 13);
  private final List<Frame> c = Logs.chain(C, StreamHead.NONE, 20, 500);

  /**
   * A log with everything in it: groups, an end, a damaged entry and its repair, a second segment.
   */
  SimDisk write() {
    SimDisk disk = new SimDisk();
    a.addAll(Logs.chain(A, StreamHead.NONE, 2, 100));
    final List<Frame> lost = Logs.chain(A, Logs.headOf(a.getLast()), 1, 50);
    try (FileLog log = Logs.open(disk, Logs.SMALL)) {
      log.append(List.of(a.get(0), Logs.chain(B, StreamHead.NONE, 1, 1).getFirst())).join();
      log.append(List.of(a.get(1))).join();
      log.end(B).join();
      log.append(lost).join();
      log.append(b).join();
    }
    disk = disk.afterKill();
    final byte[] segment = disk.bytes(Logs.DIR.resolve(FILES.get(0)));
    final int broken =
        SegmentHeader.END
            + 2 * FrameFormat.total(100)
            + FrameFormat.total(1)
            + FrameFormat.total(0)
            + FrameFormat.HEADER;
    segment[broken] ^= 1;
    disk.setBytes(Logs.DIR.resolve(FILES.get(0)), segment);
    Repair.run(Logs.inline(disk, new Logs.Lane()), Logs.DIR, Logs.SMALL, id -> true);
    try (FileLog log = Logs.open(disk, Logs.SMALL)) {
      final List<Frame> more = Logs.chain(A, Logs.head(log, A), 2, 7);
      log.append(more).join();
      a.addAll(more);
      Logs.appendEach(log, c);
    }
    return disk;
  }

  @Test
  void theFilesAreReadAsTheyWereMeant() {
    write();
    final SimDisk disk = new SimDisk();
    try {
      for (final String name : FILES) {
        disk.create(Logs.DIR.resolve(name));
        disk.setBytes(Logs.DIR.resolve(name), golden(name));
      }
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
    for (final long scan : List.of(0L, 1L << 20)) {
      try (FileLog log = Logs.open(disk.afterKill(), Logs.SMALL.withScanAtOpen(scan))) {
        assertThat(log.recovery().checkpointUsed()).isEqualTo(scan == 0);
        assertThat(log.damage()).isEmpty();
        assertThat(log.heads()).containsOnlyKeys(A, B, C);
        assertThat(Logs.all(log, A)).isEqualTo(a);
        assertThat(Logs.all(log, B)).isEqualTo(b);
        assertThat(Logs.all(log, C)).isEqualTo(c);
      }
    }
  }

  @Test
  void theSameEntriesGiveTheSameBytes() {
    final SimDisk disk = write();
    for (final String name : FILES.subList(0, 2)) {
      assertThat(disk.bytes(Logs.DIR.resolve(name))).isEqualTo(golden(name));
    }
  }

  private static byte[] golden(final String name) {
    try (InputStream in = GoldenTest.class.getResourceAsStream("/log/format-1/" + name)) {
      assertThat(in).as(name).isNotNull();
      return in == null ? new byte[0] : in.readAllBytes();
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
