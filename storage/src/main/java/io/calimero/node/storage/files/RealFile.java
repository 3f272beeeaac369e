// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/**
 * A file behind a channel. The JDK closes a channel when a thread is interrupted that uses it: for
 * one that is only read, this opens another and goes on. A writable one stays closed, because
 * nobody could say what became of the write.
 */
final class RealFile implements DiskFile {
  /** A piece of I/O. */
  interface Action<T> {
    T run() throws IOException;
  }

  private final Path path;
  private final boolean writable;
  private volatile FileChannel channel;
  private volatile boolean closed;

  RealFile(final Path path, final FileChannel channel, final boolean writable) {
    this.path = path;
    this.channel = channel;
    this.writable = writable;
  }

  /** Runs the action, naming a full disk what it is. */
  static <T> T guarded(final Action<T> action) throws IOException {
    try {
      return action.run();
    } catch (final IOException e) {
      final String text = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
      if (text.contains("no space left")
          || text.contains("not enough space")
          || text.contains("quota exceeded")) {
        throw new OutOfSpaceException("the disk is full: " + e.getMessage(), e);
      }
      throw e;
    }
  }

  @Override
  public int read(final ByteBuffer target, final long offset) throws IOException {
    if (writable) {
      return readAll(channel, target, offset);
    }
    final int start = target.position();
    boolean interrupted = Thread.interrupted();
    try {
      while (true) {
        final FileChannel current = channel;
        try {
          return readAll(current, target, offset);
        } catch (final ClosedByInterruptException e) {
          interrupted |= Thread.interrupted();
          reopen(current);
        } catch (final ClosedChannelException e) {
          if (closed) {
            throw e;
          }
          reopen(current);
        }
        target.position(start);
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static int readAll(final FileChannel from, final ByteBuffer target, final long offset)
      throws IOException {
    int total = 0;
    while (target.hasRemaining()) {
      final int count = from.read(target, offset + total);
      if (count < 0) {
        break;
      }
      total += count;
    }
    return total;
  }

  private synchronized void reopen(final FileChannel broken) throws IOException {
    if (closed) {
      throw new ClosedChannelException();
    }
    if (channel.equals(broken)) {
      channel = FileChannel.open(path, StandardOpenOption.READ);
    }
  }

  @Override
  public void write(final ByteBuffer source, final long offset) throws IOException {
    guarded(
        () -> {
          long at = offset;
          while (source.hasRemaining()) {
            at += channel.write(source, at);
          }
          return at;
        });
  }

  @Override
  public long size() throws IOException {
    return channel.size();
  }

  @Override
  public void force() throws IOException {
    guarded(
        () -> {
          channel.force(false);
          return path;
        });
  }

  @Override
  public synchronized void close() throws IOException {
    closed = true;
    channel.close();
  }
}
