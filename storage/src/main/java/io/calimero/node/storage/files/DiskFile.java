// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.files;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** An open file. Offsets are in bytes. */
public interface DiskFile extends Closeable {
  /**
   * Reads from the offset until the buffer is full or the file ends.
   *
   * @return how many bytes were read, 0 at the end of the file
   */
  int read(ByteBuffer target, long offset) throws IOException;

  /** Writes all that remains in the buffer at the offset. Not durable before {@link #force}. */
  void write(ByteBuffer source, long offset) throws IOException;

  /** How long the file is. */
  long size() throws IOException;

  /** Makes the content durable, and the length if it changed. Durable on return. */
  void force() throws IOException;

  @Override
  void close() throws IOException;
}
