// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.log.internal;

import io.calimero.node.storage.files.Disk;
import io.calimero.node.storage.files.DiskFile;
import io.calimero.node.storage.files.OutOfSpaceException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes segments. The next one is filled with zeros ahead of its use, in the background, so that
 * forcing a batch has only data to bring to disk.
 */
final class SegmentMaker {
  private static final Logger LOG = LoggerFactory.getLogger(SegmentMaker.class);
  private static final String AHEAD = "next.tmp";
  private static final String LARGE = "large.tmp";
  private static final int CHUNK = 1 << 20;

  /** How much is written between forces, so that nobody waits for the whole segment. */
  private static final int FORCE_EVERY = 8 << 20;

  private final Disk disk;
  private final Path directory;
  private final int standardSize;
  private final Executor background;
  private @Nullable CompletableFuture<Boolean> ahead;

  SegmentMaker(
      final Disk disk, final Path directory, final int standardSize, final Executor background) {
    this.disk = disk;
    this.directory = directory;
    this.standardSize = standardSize;
    this.background = background;
  }

  /** Removes what an earlier run had prepared. */
  void clean() throws IOException {
    disk.delete(directory.resolve(AHEAD));
    disk.delete(directory.resolve(LARGE));
  }

  /** Has the next segment prepared, if that is not under way. Called by the writer only. */
  void prepareAhead() {
    if (ahead == null) {
      ahead = CompletableFuture.supplyAsync(this::tryFill, background);
    }
  }

  private boolean tryFill() {
    try {
      fill(AHEAD, standardSize);
      return true;
    } catch (final IOException e) {
      // The writer tries again when it needs the segment, and then says what is wrong.
      LOG.warn("cannot prepare the next segment of the log: {}", e.getMessage());
      return false;
    }
  }

  private void fill(final String name, final int size) throws IOException {
    final Path path = directory.resolve(name);
    disk.delete(path);
    // Asked first, so that a full disk is not filled to the brim at every attempt.
    final long usable = disk.usableSpace(directory);
    if (usable < size) {
      throw new OutOfSpaceException(usable + " bytes are free, " + size + " are needed");
    }
    try (DiskFile file = disk.create(path)) {
      zero(file, 0, size);
    } catch (final IOException e) {
      disk.delete(path);
      throw e;
    }
  }

  /** Writes zeros and forces them. */
  static void zero(final DiskFile file, final long from, final long to) throws IOException {
    final ByteBuffer zeros = ByteBuffer.allocateDirect(Math.clamp(to - from, 1, CHUNK));
    long forced = from;
    for (long at = from; at < to; at += zeros.limit()) {
      zeros.clear().limit((int) Math.min(zeros.capacity(), to - at));
      file.write(zeros, at);
      zeros.flip();
      if (at - forced > FORCE_EVERY) {
        file.force();
        forced = at;
      }
    }
    file.force();
  }

  /**
   * Makes the segment that the header describes. It is durable, under its name, on return.
   *
   * @throws OutOfSpaceException if there is no room; then nothing of it is left
   */
  void make(final SegmentHeader header) throws IOException {
    final Path path = directory.resolve(takePrepared(header.size()));
    try (DiskFile file = disk.open(path)) {
      file.write(ByteBuffer.wrap(header.encode()), 0);
      file.force();
    }
    disk.move(path, directory.resolve(SegmentFile.name(header.number())));
    try {
      disk.forceDirectory(directory);
    } catch (final IOException e) {
      // The segment has its name: nothing may be written before it any more, so this is no full
      // disk that one could wait out.
      throw new IOException("cannot make a segment durable: " + e.getMessage(), e);
    }
  }

  private String takePrepared(final int size) throws IOException {
    final CompletableFuture<Boolean> prepared = ahead;
    if (size == standardSize && prepared != null) {
      ahead = null;
      if (prepared.join()) {
        return AHEAD;
      }
    }
    fill(LARGE, size);
    return LARGE;
  }
}
