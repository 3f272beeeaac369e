// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.state.internal;

import io.calimero.node.storage.StorageException;
import io.calimero.node.storage.StorageException.Code;
import io.calimero.node.storage.internal.Disk;
import io.calimero.node.storage.internal.Trouble;
import io.calimero.node.storage.state.StateEntry;
import io.calimero.node.storage.state.StateView;
import java.io.IOException;
import java.nio.file.Path;
import org.mapdb.DBException;
import org.mapdb.SortedTableMap;
import org.mapdb.volume.Volume;

/**
 * Writes the entries of a view into a sorted table of MapDB: pages of one size, in each the offsets
 * of its keys and values, then the keys, then the values. One entry makes one node of the table, so
 * that an entry is found without reading its neighbours, and only the largest entry bounds the
 * page.
 */
final class TableWriter {
  /** Before each key and each value: its length. Before each key also the size of the node, 1. */
  static final int KEY_OVERHEAD = 1 + Integer.BYTES;

  static final int VALUE_OVERHEAD = Integer.BYTES;

  /** The head of the file, in its first page. */
  static final int HEAD = 64;

  private static final int OFFSETS = 2 * Integer.BYTES;
  private static final int SLACK = 128;
  private static final int SMALLEST_PAGE = 4096;
  private static final int USUAL_PAGE = 1 << 20;
  private static final int LARGEST_PAGE = 1 << 30;

  private TableWriter() {}

  /** Writes the table, which is not forced yet, and gives the size of its pages. */
  static int write(final Disk disk, final Path file, final StateView view) throws IOException {
    final int pageSize = pageSize(view);
    try {
      final Volume volume = disk.createVolume(file);
      try {
        final SortedTableMap.Sink<byte[], byte[]> sink =
            SortedTableMap.create(volume, BytesSerializer.INSTANCE, BytesSerializer.INSTANCE)
                .pageSize(pageSize)
                .nodeSize(1)
                .createFromSink();
        for (final StateEntry entry : view) {
          sink.put(entry.key().unsafeArray(), entry.value().unsafeArray());
        }
        sink.create();
      } finally {
        volume.close();
      }
    } catch (final DBException e) {
      throw Trouble.inputOutput(e);
    }
    return pageSize;
  }

  /** A size that holds the largest entry, and all of them if they are few. */
  private static int pageSize(final StateView view) {
    long largest = 0;
    long total = 0;
    for (final StateEntry entry : view) {
      final long bytes = inPage(entry);
      largest = Math.max(largest, bytes);
      total += bytes;
    }
    final long needed =
        Math.max(largest, Math.min(total, USUAL_PAGE - HEAD - SLACK)) + HEAD + SLACK;
    if (needed > LARGEST_PAGE) {
      throw new StorageException(
          Code.REJECTED, "an entry of " + largest + " bytes is too large for a snapshot");
    }
    int size = SMALLEST_PAGE;
    while (size < needed) {
      size <<= 1;
    }
    while (fillsFirstPageTooFar(view, size)) {
      size <<= 1;
    }
    return size;
  }

  /**
   * Whether MapDB 3.1.0 would overrun the first page. It forgets four bytes when it adds up what
   * goes there, and stops with an AssertionError when just these are missing at the end.
   */
  private static boolean fillsFirstPageTooFar(final StateView view, final int pageSize) {
    long counted = HEAD;
    for (final StateEntry entry : view) {
      final long next = counted + inPage(entry);
      if (next >= pageSize) {
        break;
      }
      counted = next;
    }
    return counted + Integer.BYTES > pageSize;
  }

  private static long inPage(final StateEntry entry) {
    return (long) OFFSETS
        + KEY_OVERHEAD
        + entry.key().length()
        + VALUE_OVERHEAD
        + entry.value().length();
  }
}
