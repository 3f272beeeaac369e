// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.log.internal;

import io.calimero.node.storage.files.Disk;
import io.calimero.node.storage.files.DiskFile;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** The segments open for reading: the most recently used ones, as many as a process can afford. */
final class ReadFiles implements AutoCloseable {
  /** How many stay open. */
  static final int OPEN_MAX = 256;

  private final Disk disk;
  private final Path directory;
  private final Map<Long, DiskFile> open = new LinkedHashMap<>(16, 0.75f, true);
  private boolean closed;

  ReadFiles(final Disk disk, final Path directory) {
    this.disk = disk;
    this.directory = directory;
  }

  /**
   * The segment's file. It may be closed while it is in use, when others are wanted more: whoever
   * meets a {@link ClosedChannelException} asks again.
   */
  synchronized DiskFile get(final long segment) throws IOException {
    if (closed) {
      throw new ClosedChannelException();
    }
    final DiskFile known = open.get(segment);
    if (known != null) {
      return known;
    }
    if (open.size() >= OPEN_MAX) {
      final Long oldest = open.keySet().iterator().next();
      final DiskFile evicted = open.remove(oldest);
      if (evicted != null) {
        evicted.close();
      }
    }
    final DiskFile file = disk.openForReading(directory.resolve(SegmentFile.name(segment)));
    open.put(segment, file);
    return file;
  }

  @Override
  public synchronized void close() throws IOException {
    closed = true;
    for (final DiskFile file : open.values()) {
      file.close();
    }
    open.clear();
  }
}
