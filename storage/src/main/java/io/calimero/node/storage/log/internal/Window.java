// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.log.internal;

import io.calimero.node.storage.files.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A part of a file in memory, moved to where it is needed. What lies beyond the end of the file
 * reads as zeros. It grows while it is hit and shrinks while it is missed, within its bounds, so
 * that entries side by side cost few reads and scattered ones small reads.
 */
final class Window {
  private final int min;
  private final int max;
  private DiskFile file;
  private byte[] bytes;
  private int size;
  private long start;
  private int length;
  private int hits;

  Window(final DiskFile file, final int min, final int max) {
    this.file = file;
    this.min = min;
    this.max = max;
    size = min;
    bytes = new byte[min];
  }

  /** A window for reading through a whole file. */
  static Window scanning(final DiskFile file) {
    return new Window(file, 1 << 14, 1 << 20);
  }

  /** Looks at another file from now on. */
  void use(final DiskFile other) {
    if (!other.equals(file)) {
      file = other;
      length = 0;
    }
  }

  /** Forgets what was read, as the file may have changed. */
  void forget() {
    length = 0;
  }

  byte[] bytes() {
    return bytes;
  }

  /** Sees to it that the bytes are in the window; the index of the first one in its array. */
  int at(final long offset, final int count) throws IOException {
    if (offset < start || offset + count > start + length) {
      load(offset, count);
    } else {
      hits++;
    }
    return (int) (offset - start);
  }

  private void load(final long offset, final int count) throws IOException {
    final boolean backward = length > 0 && offset < start;
    size = Math.clamp(hits >= 2 ? size * 2L : hits == 0 ? size / 2 : size, min, max);
    hits = 0;
    final int wanted = Math.max(size, count);
    if (bytes.length < wanted) {
      bytes = new byte[wanted];
    }
    // Going backward, what is wanted next lies before.
    start = backward ? Math.max(0, offset + count - wanted) : offset;
    length = 0;
    final int read = file.read(ByteBuffer.wrap(bytes, 0, wanted), start);
    Arrays.fill(bytes, read, wanted, (byte) 0);
    length = wanted;
  }
}
