// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.log;

import io.calimero.node.events.Bytes;
import io.calimero.node.storage.files.Disk;
import io.calimero.node.storage.log.LogException.Code;
import io.calimero.node.storage.log.internal.RawReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Walks through the frames of a log in the order in which they were written, of all streams. It
 * changes nothing and may run while a node uses the log; asked again at the end, it gives what has
 * come since. For one thread.
 */
public final class LogCursor implements AutoCloseable {
  private final RawReader reader;

  private LogCursor(final RawReader reader) {
    this.reader = reader;
  }

  /**
   * A cursor at the beginning of the log in the directory.
   *
   * @throws LogException with code UNREADABLE if there is no log or it cannot be read
   */
  public static LogCursor open(final Path directory) {
    return guarded(directory, () -> new LogCursor(new RawReader(Disk.real(), directory)));
  }

  /**
   * The next frames, empty at the end. Of a running node it may show a frame a moment before it is
   * durable, but no unfinished one.
   *
   * @throws LogException with code UNREADABLE if the log cannot be read
   */
  public List<RawFrame> next(final int maxFrames) {
    return guarded(reader.directory(), () -> reader.next(maxFrames));
  }

  /** Passes over everything that is there now. */
  public void skipToEnd() {
    while (!next(1000).isEmpty()) {
      // What is passed over is not looked at.
    }
  }

  /** The payload of a frame that this gave, if the frame is whole. */
  public Optional<Bytes> payload(final RawFrame frame) {
    return frame.isWhole()
        ? Optional.of(guarded(reader.directory(), () -> reader.payload(frame)))
        : Optional.empty();
  }

  @Override
  public void close() {
    guarded(
        reader.directory(),
        () -> {
          reader.close();
          return reader;
        });
  }

  private interface Action<T> {
    T run() throws IOException;
  }

  private static <T> T guarded(final Path directory, final Action<T> action) {
    try {
      return action.run();
    } catch (final IOException e) {
      throw new LogException(
          Code.UNREADABLE, "cannot read the log in " + directory + ": " + e.getMessage(), e);
    }
  }
}
