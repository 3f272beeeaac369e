// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.log.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.Hash;
import io.calimero.node.storage.files.SimDisk;
import io.calimero.node.storage.log.Frame;
import io.calimero.node.storage.log.LogException;
import io.calimero.node.storage.log.LogException.Code;
import io.calimero.node.storage.log.LogOptions;
import io.calimero.node.storage.log.StreamBase;
import io.calimero.node.storage.log.StreamHead;
import io.calimero.node.storage.log.StreamId;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Streams that begin behind their first entry. */
class StreamBaseTest {
  private static final StreamId A = Logs.stream(1);
  private static final StreamId B = Logs.stream(2);
  private static final Bytes PAYLOAD = Logs.payload(700, 4);

  private final SimDisk disk = new SimDisk();

  private static StreamBase base(final long position) {
    return new StreamBase(A, position, Hash.sha256(new byte[] {(byte) position}), PAYLOAD);
  }

  private static StreamHead head(final StreamBase base) {
    return new StreamHead(base.position(), base.hash());
  }

  private static List<Frame> from(final FileLog log, final long position) {
    return log.read(A, position, Integer.MAX_VALUE, Long.MAX_VALUE);
  }

  @Test
  void aStreamBeginsBehindAPositionAndGoesOnFromThere() {
    for (final long position : new long[] {1, 15, 16, 17, 1_000_000}) {
      final SimDisk empty = new SimDisk();
      final StreamBase base = base(position);
      final List<Frame> frames = Logs.chain(A, head(base), 100, 40);
      try (FileLog log = Logs.open(empty, Logs.SMALL)) {
        log.begin(base, frames.subList(0, 1)).join();
        Logs.appendEach(log, frames.subList(1, 100));
        log.append(Logs.chain(B, StreamHead.NONE, 3, 9)).join();
      }
      for (final LogOptions options :
          List.of(Logs.SMALL, Logs.SMALL.withScanAtOpen(1 << 30), Logs.SMALL)) {
        try (FileLog log = Logs.open(empty, options)) {
          assertThat(log.damage()).isEmpty();
          assertThat(log.base(A)).contains(base);
          assertThat(log.base(B)).isEmpty();
          assertThat(from(log, position + 1)).isEqualTo(frames);
          assertThat(from(log, position + 40)).isEqualTo(frames.subList(39, 100));
          assertThat(log.head(A)).contains(Logs.headOf(frames.getLast()));
          assertThatThrownBy(() -> from(log, position))
              .isInstanceOfSatisfying(
                  LogException.class, e -> assertThat(e.code()).isEqualTo(Code.BEFORE_BASE));
        }
      }
    }
  }

  @Test
  void whatWasThereEndsInTheSameGroup() {
    final List<Frame> old = Logs.chain(A, StreamHead.NONE, 40, 10);
    final StreamBase base = base(90);
    final List<Frame> fresh = Logs.chain(A, head(base), 2, 10);
    final SimDisk before;
    try (FileLog log = Logs.open(disk, Logs.SMALL)) {
      log.append(old).join();
      before = disk.afterKill();
      log.begin(base, fresh).join();
      assertThat(from(log, 91)).isEqualTo(fresh);
      assertThat(
              Logs.codeOf(
                  log.append(
                      List.of(Logs.next(A, Logs.headOf(old.getLast()), Logs.payload(1, 1))))))
          .isEqualTo(Code.OUT_OF_ORDER);
    }
    try (FileLog log = Logs.open(before, Logs.SMALL.withScanAtOpen(1 << 20))) {
      assertThat(from(log, 1)).isEqualTo(old);
    }
    try (FileLog log = Logs.open(disk.afterKill(), Logs.SMALL.withScanAtOpen(1 << 20))) {
      assertThat(log.damage()).isEmpty();
      assertThat(from(log, 91)).isEqualTo(fresh);
      log.end(A).join();
      assertThat(log.base(A)).isEmpty();
      log.append(old).join();
      assertThat(from(log, 1)).isEqualTo(old);
    }
  }

  @Test
  void everyFlippedByteOfABaseIsNoticed() {
    final StreamBase base = base(5);
    final List<Frame> frames = Logs.chain(A, head(base), 3, 10);
    try (FileLog log = Logs.open(disk, Logs.SMALL)) {
      log.begin(base, frames).join();
      log.append(Logs.chain(B, StreamHead.NONE, 3, 9)).join();
    }
    final int length = FrameFormat.total(PAYLOAD.length());
    for (int offset = 0; offset < length; offset += 13) {
      final SimDisk broken = disk.afterKill();
      final Path segment = Logs.DIR.resolve(SegmentFile.name(1));
      final byte[] changed = broken.bytes(segment);
      changed[SegmentHeader.END + offset] ^= 4;
      broken.setBytes(segment, changed);
      try (FileLog log = Logs.open(broken, Logs.SMALL.withScanAtOpen(1 << 20))) {
        assertThat(log.damage()).containsKey(A);
        assertThat(Logs.all(log, B)).hasSize(3);
      }
    }
  }

  @Test
  void theWholeLogIsVerifiedWithBasesInIt() {
    final StreamBase base = base(70);
    try (FileLog log = Logs.open(disk, Logs.SMALL)) {
      log.append(Logs.chain(A, StreamHead.NONE, 30, 300)).join();
      log.begin(base, Logs.chain(A, head(base), 30, 300)).join();
    }
    try (FileLog log = Logs.open(disk, Logs.SMALL.withScanAtOpen(1 << 30))) {
      assertThat(log.head(A).orElseThrow().position()).isEqualTo(100);
    }
  }
}
