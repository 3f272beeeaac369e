// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.state.internal;

import io.calimero.node.events.codec.MalformedException;
import io.calimero.node.storage.state.StateEntry;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/** Reads the parts of an import one after the other. */
final class StagedParts implements AutoCloseable {
  private static final int BUFFER = 1 << 18;

  private final DataInputStream in;
  private long left;
  private long at;

  /** The parts behind the head of the file. */
  StagedParts(final Path path, final long head) throws IOException {
    in = new DataInputStream(new BufferedInputStream(new FileInputStream(path.toFile()), BUFFER));
    left = path.toFile().length() - head;
    at = head;
    in.skipNBytes(head);
  }

  /** Where the next part begins. */
  long at() {
    return at;
  }

  /** The next part; none if there is none that is whole. */
  Optional<List<StateEntry>> next() throws IOException {
    final int head = 2 * Integer.BYTES;
    if (left < head) {
      return Optional.empty();
    }
    final int length = Integer.reverseBytes(in.readInt());
    final int sum = Integer.reverseBytes(in.readInt());
    if (length < 0 || length > StagedImport.PART_MAX || left - head < length) {
      return Optional.empty();
    }
    final byte[] content = in.readNBytes(length);
    final CRC32C crc = new CRC32C();
    crc.update(content);
    if ((int) crc.getValue() != sum) {
      return Optional.empty();
    }
    left -= head + (long) length;
    at += head + (long) length;
    try {
      return Optional.of(StagedImport.decode(content));
    } catch (final MalformedException e) {
      return Optional.empty();
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
