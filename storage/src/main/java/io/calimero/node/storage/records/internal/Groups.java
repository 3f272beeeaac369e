// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.records.internal;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.codec.BorshReader;
import io.calimero.node.events.codec.BorshWriter;
import io.calimero.node.events.codec.MalformedException;
import io.calimero.node.storage.records.RecordFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The bytes of a record file: two copies of a header, then groups. Every checksum covers the seed
 * of the file and the place, so that bytes which look like a group count only where they were
 * written as one. Pure.
 */
final class Groups {
  static final int HEADER = 64;
  static final int FORMAT = 1;
  static final int GROUP_HEADER = 16;

  private static final int COPY = HEADER / 2;
  private static final byte[] MAGIC = {'C', 'A', 'L', 'I', 'R', 'E', 'C', '\n'};
  private static final int GROUP_MAGIC = 0x47524c43;
  private static final int ALIGNMENT = 8;

  private Groups() {}

  /** A file was written by a later version. */
  static final class NewerException extends Exception {
    private static final long serialVersionUID = 1L;
  }

  /** A group that was found. */
  record Group(List<Bytes> records, int end) {}

  /** The beginning of a file. */
  static byte[] header(final long seed) {
    final ByteBuffer out = little(ByteBuffer.allocate(HEADER));
    for (int copy = 0; copy < 2; copy++) {
      final int at = copy * COPY;
      out.position(at);
      out.put(MAGIC).putInt(FORMAT).putLong(seed);
      out.putInt(checksum(out.array(), at, out.position() - at, copy));
    }
    return out.array();
  }

  /** The seed of a file, if one copy of its header at least is whole. */
  static Optional<Long> seed(final byte[] file) throws NewerException {
    for (int copy = 0; copy < 2; copy++) {
      final int at = copy * COPY;
      if (file.length < HEADER) {
        return Optional.empty();
      }
      final ByteBuffer in = little(ByteBuffer.wrap(file));
      if (in.getInt(at + 20) == checksum(file, at, 20, copy) && startsWithMagic(file, at)) {
        if (in.getInt(at + 8) > FORMAT) {
          throw new NewerException();
        }
        return Optional.of(in.getLong(at + 12));
      }
    }
    return Optional.empty();
  }

  private static boolean startsWithMagic(final byte[] file, final int at) {
    return ByteBuffer.wrap(file, at, MAGIC.length).equals(ByteBuffer.wrap(MAGIC));
  }

  /** A group that is to be written at the offset. */
  static byte[] group(final long seed, final long offset, final List<Bytes> records) {
    final BorshWriter content = new BorshWriter().u32(records.size());
    records.forEach(content::bytes);
    final byte[] payload = content.toByteArray();
    final ByteBuffer out =
        little(ByteBuffer.allocate(aligned(GROUP_HEADER + payload.length)))
            .putInt(GROUP_MAGIC)
            .putInt(payload.length);
    out.putInt(checksum(out.array(), 0, 8, seed, offset));
    out.putInt(checksum(payload, 0, payload.length, seed, offset));
    return out.put(payload).array();
  }

  /** The group at the offset, if a whole one is there. */
  static Optional<Group> read(final byte[] file, final long seed, final int offset) {
    if (file.length - offset < GROUP_HEADER) {
      return Optional.empty();
    }
    final ByteBuffer in = little(ByteBuffer.wrap(file));
    final int length = in.getInt(offset + 4);
    if (in.getInt(offset) != GROUP_MAGIC
        || in.getInt(offset + 8) != checksum(file, offset, 8, seed, offset)
        || length < 0
        || length > file.length - offset - GROUP_HEADER
        || in.getInt(offset + 12) != checksum(file, offset + GROUP_HEADER, length, seed, offset)) {
      return Optional.empty();
    }
    final long end = offset + (long) aligned(GROUP_HEADER + length);
    final byte[] payload = new byte[length];
    System.arraycopy(file, offset + GROUP_HEADER, payload, 0, length);
    return end > file.length
        ? Optional.empty()
        : records(payload).map(records -> new Group(records, (int) end));
  }

  /** Where the next whole group begins behind an offset at which there is none. */
  static Optional<Integer> next(final byte[] file, final long seed, final int offset) {
    for (int at = offset + ALIGNMENT; at <= file.length - GROUP_HEADER; at += ALIGNMENT) {
      if (read(file, seed, at).isPresent()) {
        return Optional.of(at);
      }
    }
    return Optional.empty();
  }

  private static Optional<List<Bytes>> records(final byte[] payload) {
    try {
      final BorshReader in = new BorshReader(payload);
      final int count = in.u32();
      final List<Bytes> records = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        records.add(in.bytes());
      }
      in.expectEnd();
      return Optional.of(List.copyOf(records));
    } catch (final MalformedException e) {
      // The checksums fit, so whoever wrote it was wrong: as good as damage.
      return Optional.empty();
    }
  }

  /** Cuts records into groups, none of which is larger than one may be. */
  static List<List<Bytes>> parts(final List<Bytes> records) {
    final List<List<Bytes>> parts = new ArrayList<>();
    List<Bytes> part = new ArrayList<>();
    long bytes = 0;
    for (final Bytes each : records) {
      if (!part.isEmpty() && bytes + each.length() > RecordFile.MAX_GROUP / 8) {
        parts.add(part);
        part = new ArrayList<>();
        bytes = 0;
      }
      part.add(each);
      bytes += each.length();
    }
    if (!part.isEmpty()) {
      parts.add(part);
    }
    return parts;
  }

  private static int aligned(final int length) {
    return (length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  private static int checksum(
      final byte[] bytes, final int from, final int length, final long... place) {
    final CRC32C crc = new CRC32C();
    for (final long each : place) {
      crc.update(little(ByteBuffer.allocate(Long.BYTES)).putLong(0, each));
    }
    crc.update(bytes, from, length);
    return (int) crc.getValue();
  }

  private static ByteBuffer little(final ByteBuffer buffer) {
    return buffer.order(ByteOrder.LITTLE_ENDIAN);
  }
}
