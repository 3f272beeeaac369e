// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.blobs.internal;

import io.calimero.node.storage.blobs.Blob;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/** The content of a blob, one verified chunk in memory at a time. */
final class ChunkStream extends InputStream {
  private final Blob blob;
  private final Chunks source;
  private byte[] chunk = new byte[0];
  private int at;
  private int next;
  private boolean closed;

  /** Where the chunks come from, verified. */
  @FunctionalInterface
  interface Chunks {
    /** The chunk of the number. */
    byte[] read(Blob blob, int number);
  }

  ChunkStream(final Blob blob, final Chunks source) {
    this.blob = blob;
    this.source = source;
  }

  @Override
  public int read() throws IOException {
    return ready() ? chunk[at++] & 0xff : -1;
  }

  @Override
  public int read(final byte[] target, final int offset, final int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, target.length);
    if (length == 0) {
      return 0;
    }
    if (!ready()) {
      return -1;
    }
    final int count = Math.min(length, chunk.length - at);
    System.arraycopy(chunk, at, target, offset, count);
    at += count;
    return count;
  }

  @Override
  public int available() {
    return chunk.length - at;
  }

  @Override
  public void close() {
    closed = true;
    chunk = new byte[0];
    at = 0;
  }

  private boolean ready() throws IOException {
    if (closed) {
      throw new IOException("the stream is closed");
    }
    if (at == chunk.length && next < blob.chunks().size()) {
      chunk = source.read(blob, next++);
      at = 0;
    }
    return at < chunk.length;
  }
}
