// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.log.internal;

import io.calimero.node.storage.files.Disk;
import io.calimero.node.storage.files.DiskFile;
import io.calimero.node.storage.files.OutOfSpaceException;
import io.calimero.node.storage.log.RecoveryReport.TornTail;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Cuts torn tails off, keeping what was cut in a file for whoever wants to understand it. */
final class TornTails {
  private static final String PREFIX = "torn-";

  /** How many such files are kept. */
  private static final int KEPT = 16;

  private TornTails() {}

  /** Cuts the segment at the offset. Durable on return. */
  static TornTail cut(
      final Disk disk, final Path directory, final SegmentFile segment, final int offset)
      throws IOException {
    final int end = end(segment, offset);
    final String name =
        String.format(Locale.ROOT, PREFIX + "%010d-%010d.bytes", segment.number(), offset);
    final boolean kept = tryPutAside(disk, directory, segment, offset, end, name);
    try (DiskFile file = disk.open(segment.path())) {
      SegmentMaker.zero(file, offset, end);
    }
    return new TornTail(segment.number(), offset, (long) end - offset, kept ? name : "");
  }

  /** A full disk is no reason not to open the log: then nothing is kept. */
  private static boolean tryPutAside(
      final Disk disk,
      final Path directory,
      final SegmentFile segment,
      final int offset,
      final int end,
      final String name)
      throws IOException {
    try {
      putAside(disk, directory, segment, offset, end, name);
      return true;
    } catch (final OutOfSpaceException e) {
      disk.delete(directory.resolve(name));
      return false;
    }
  }

  private static int end(final SegmentFile segment, final int offset) throws IOException {
    final int length = (int) Math.min(segment.length(), segment.size());
    int end = offset;
    final byte[] bytes = new byte[1 << 16];
    for (int at = offset; at < length; at += bytes.length) {
      final int count = segment.file().read(ByteBuffer.wrap(bytes), at);
      for (int i = 0; i < count; i++) {
        end = bytes[i] == 0 ? end : at + i + 1;
      }
    }
    return end;
  }

  private static void putAside(
      final Disk disk,
      final Path directory,
      final SegmentFile segment,
      final int offset,
      final int end,
      final String name)
      throws IOException {
    final List<String> kept =
        disk.list(directory).stream().filter(other -> other.startsWith(PREFIX)).toList();
    for (int i = 0; i <= kept.size() - KEPT; i++) {
      disk.delete(directory.resolve(kept.get(i)));
    }
    disk.delete(directory.resolve(name));
    try (DiskFile file = disk.create(directory.resolve(name))) {
      final byte[] bytes = new byte[1 << 16];
      for (int at = offset; at < end; at += bytes.length) {
        final int count = Math.min(bytes.length, end - at);
        segment.file().read(ByteBuffer.wrap(bytes, 0, count), at);
        file.write(ByteBuffer.wrap(bytes, 0, count), (long) at - offset);
      }
      file.force();
    }
    disk.forceDirectory(directory);
  }
}
