// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * What the disk itself takes to make a small append durable, in the way of the log: a write of one
 * kilobyte behind the last one, into a file that was filled before, and a force of the data.
 */
final class ForceProbe {
  private static final int FILE = 16 << 20;
  private static final int APPEND = 1024;

  private ForceProbe() {}

  /** Appends for that long, in a file of its own in the directory. */
  static Latencies run(final Path directory, final long nanos) throws IOException {
    final Path file = Files.createTempFile(directory, "force", ".probe");
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      final ByteBuffer zeros = ByteBuffer.allocateDirect(1 << 20);
      for (long at = 0; at < FILE; at += zeros.capacity()) {
        channel.write(zeros.clear(), at);
      }
      channel.force(true);
      return appends(channel, nanos);
    } finally {
      Files.delete(file);
    }
  }

  private static Latencies appends(final FileChannel channel, final long nanos) throws IOException {
    final Latencies latencies = new Latencies();
    final ByteBuffer content = ByteBuffer.allocateDirect(APPEND);
    final long end = System.nanoTime() + nanos;
    long begun = System.nanoTime();
    for (long at = 0; begun < end; at = (at + APPEND) % FILE) {
      channel.write(content.clear(), at);
      channel.force(false);
      final long now = System.nanoTime();
      latencies.add(now - begun);
      begun = now;
    }
    return latencies;
  }
}
