// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.log.internal;

import io.calimero.node.storage.files.Disk;
import io.calimero.node.storage.files.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file that says how far the log was forced: two places, written in turn and never forced, so
 * that it costs next to nothing. Losing it loses nothing but the warning it could have given.
 */
final class AcknowledgedFile implements AutoCloseable {
  /** Its name in the log's directory. */
  static final String NAME = "acknowledged";

  private static final Logger LOG = LoggerFactory.getLogger(AcknowledgedFile.class);

  private final DiskFile file;
  private long sequence;
  private boolean broken;

  AcknowledgedFile(final Disk disk, final Path directory, final long sequence) throws IOException {
    final Path path = directory.resolve(NAME);
    this.sequence = sequence;
    file = disk.exists(path) ? disk.open(path) : disk.create(path);
    if (file.size() < 2 * Acknowledged.SLOT) {
      file.write(ByteBuffer.wrap(new byte[2 * Acknowledged.SLOT]), 0);
    }
  }

  /** What the file in the directory says, of whatever log. */
  static Acknowledged load(final Disk disk, final Path directory) throws IOException {
    final Path path = directory.resolve(NAME);
    if (!disk.exists(path)) {
      return Acknowledged.NONE;
    }
    final byte[] bytes = new byte[2 * Acknowledged.SLOT];
    try (DiskFile file = disk.openForReading(path)) {
      file.read(ByteBuffer.wrap(bytes), 0);
    }
    return later(Acknowledged.parse(bytes, 0), Acknowledged.parse(bytes, Acknowledged.SLOT));
  }

  private static Acknowledged later(
      final @Nullable Acknowledged a, final @Nullable Acknowledged b) {
    if (a == null) {
      return b == null ? Acknowledged.NONE : b;
    }
    return b == null || b.sequence() < a.sequence() ? a : b;
  }

  /** Writes it, under the next sequence number. */
  void write(final Acknowledged acknowledged) {
    sequence++;
    final Acknowledged numbered =
        new Acknowledged(
            sequence,
            acknowledged.logSeed(),
            acknowledged.segment(),
            acknowledged.from(),
            acknowledged.to(),
            acknowledged.complete(),
            acknowledged.heads());
    try {
      file.write(ByteBuffer.wrap(numbered.encode()), (sequence & 1) == 0 ? 0 : Acknowledged.SLOT);
    } catch (final IOException e) {
      if (!broken) {
        broken = true;
        LOG.warn("cannot write {}: lost tails will not be noticed", NAME, e);
      }
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
