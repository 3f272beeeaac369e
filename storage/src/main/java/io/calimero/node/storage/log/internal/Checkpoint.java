// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.log.internal;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.Hash;
import io.calimero.node.storage.files.Disk;
import io.calimero.node.storage.files.DiskFile;
import io.calimero.node.storage.log.StreamId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The index as it was at a place in the log, so that opening need not read what stands before. It
 * holds nothing that a scan would not find; any doubt about it means a scan.
 *
 * @param logSeed of the log it belongs to
 * @param segment the segment of the place
 * @param offset of the place: where a frame ends
 * @param chain the chain value there
 * @param bytes the index, encoded
 */
record Checkpoint(long logSeed, long segment, int offset, int chain, Bytes bytes) {
  /** Its name in the log's directory. */
  static final String NAME = "index.checkpoint";

  /** A larger index is not kept. */
  static final long SIZE_MAX = 1 << 30;

  private static final int FORMAT = 1;

  /** The same, each stream with where it begins; written only if one does not begin with 1. */
  private static final int FORMAT_WITH_BASES = 2;

  private static final byte[] MAGIC = "CLMRIDX\n".getBytes(StandardCharsets.US_ASCII);
  private static final int STREAMS = 48;
  private static final int STREAM_MIN = Hash.LENGTH + StreamIndex.SAVED_MIN;

  /** How large the index would be on disk. */
  static long size(final LogIndex index) {
    long size = STREAMS + 4;
    final boolean bases = hasBases(index);
    for (final StreamIndex stream : index.streams().values()) {
      size += Hash.LENGTH + stream.savedLength(bases);
    }
    return size;
  }

  private static boolean hasBases(final LogIndex index) {
    return index.streams().values().stream().anyMatch(stream -> stream.base() > 0);
  }

  /** Takes the index as it is; nothing may change it meanwhile. */
  static Checkpoint of(
      final LogIndex index,
      final long logSeed,
      final long segment,
      final int offset,
      final int chain) {
    final byte[] bytes = new byte[(int) size(index)];
    System.arraycopy(MAGIC, 0, bytes, 0, MAGIC.length);
    final boolean bases = hasBases(index);
    Le.putInt(bytes, 8, bases ? FORMAT_WITH_BASES : FORMAT);
    Le.putInt(bytes, 12, index.streams().size());
    Le.putLong(bytes, 16, logSeed);
    Le.putLong(bytes, 24, segment);
    Le.putInt(bytes, 32, offset);
    Le.putInt(bytes, 36, chain);
    int at = STREAMS;
    for (final Map.Entry<StreamId, StreamIndex> stream : index.streams().entrySet()) {
      stream.getKey().hash().copyTo(bytes, at);
      at = stream.getValue().save(bytes, at + Hash.LENGTH, bases);
    }
    Le.putInt(bytes, at, FrameFormat.crc(bytes, 0, at));
    return new Checkpoint(logSeed, segment, offset, chain, Bytes.wrap(bytes));
  }

  /** Writes it in place of any older one. Durable on return. */
  void store(final Disk disk, final Path directory) throws IOException {
    final Path temporary = directory.resolve(NAME + ".tmp");
    disk.delete(temporary);
    try (DiskFile file = disk.create(temporary)) {
      file.write(bytes.asByteBuffer(), 0);
      file.force();
    }
    disk.move(temporary, directory.resolve(NAME));
    disk.forceDirectory(directory);
  }

  /** The checkpoint in the directory, if there is one and it is whole. */
  static @Nullable Checkpoint load(final Disk disk, final Path directory) throws IOException {
    final Path path = directory.resolve(NAME);
    if (!disk.exists(path)) {
      return null;
    }
    final byte[] bytes;
    try (DiskFile file = disk.openForReading(path)) {
      final long size = file.size();
      if (size < STREAMS + 4 || size > SIZE_MAX) {
        return null;
      }
      bytes = new byte[(int) size];
      if (file.read(ByteBuffer.wrap(bytes), 0) < size) {
        return null;
      }
    }
    if (!Arrays.equals(MAGIC, Arrays.copyOf(bytes, MAGIC.length))
        || (Le.getInt(bytes, 8) != FORMAT && Le.getInt(bytes, 8) != FORMAT_WITH_BASES)
        || Le.getInt(bytes, bytes.length - 4) != FrameFormat.crc(bytes, 0, bytes.length - 4)) {
      return null;
    }
    return new Checkpoint(
        Le.getLong(bytes, 16),
        Le.getLong(bytes, 24),
        Le.getInt(bytes, 32),
        Le.getInt(bytes, 36),
        Bytes.wrap(bytes));
  }

  /** Puts its streams into an empty index; whether the bytes made sense. */
  boolean restore(final LogIndex index) {
    final byte[] from = bytes.unsafeArray();
    final boolean bases = Le.getInt(from, 8) == FORMAT_WITH_BASES;
    final int least = STREAM_MIN + (bases ? StreamIndex.BASE_LENGTH : 0);
    final int count = Le.getInt(from, 12);
    final int end = from.length - 4;
    int at = STREAMS;
    for (int i = 0; i < count; i++) {
      if (end - at < least) {
        return false;
      }
      final StreamId id = new StreamId(FrameHeader.hash(from, at));
      final long position = Le.getLong(from, at + Hash.LENGTH);
      final long base = bases ? Le.getLong(from, at + STREAM_MIN) : 0;
      final long marks = position / StreamIndex.STRIDE - base / StreamIndex.STRIDE;
      if (base < 0 || position < base || marks > (end - at - least) / 8) {
        return false;
      }
      final StreamIndex stream = StreamIndex.load(from, at + Hash.LENGTH, bases);
      index.streams().put(id, stream);
      at += Hash.LENGTH + stream.savedLength(bases);
    }
    return at == end;
  }

  @Override
  public String toString() {
    return "checkpoint at segment " + segment + ", offset " + offset;
  }
}
