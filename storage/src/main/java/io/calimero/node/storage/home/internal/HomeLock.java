// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.home.internal;

import io.calimero.node.storage.StorageException;
import io.calimero.node.storage.StorageException.Code;
import io.calimero.node.storage.internal.Durable;
import io.calimero.node.storage.internal.Uninterrupted;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The lock of a home: a lock of the operating system on a file, which ends with the process. The
 * file says who holds it, for the message to those who come too late.
 */
final class HomeLock implements AutoCloseable {
  static final String FILE = "lock";

  /**
   * The homes that this process has open. It must be one for the whole process, and asked before
   * the lock file is touched: POSIX drops a process's locks on a file when the process closes the
   * file, through whatever handle.
   */
  private static final Set<Path> OPEN_HERE = ConcurrentHashMap.newKeySet();

  private static final int TEXT_LIMIT = 200;

  private final Path home;
  private final FileChannel channel;

  private HomeLock(final Path home, final FileChannel channel) {
    this.home = home;
    this.channel = channel;
  }

  /**
   * Takes the lock.
   *
   * @throws StorageException {@code IN_USE} if someone has it
   */
  static HomeLock take(final Path directory, final Instant now) throws IOException {
    final Path home = directory.toRealPath();
    if (!OPEN_HERE.add(home)) {
      throw inUse(directory, "by this process, which may open it only once");
    }
    @Nullable HomeLock taken = null;
    try {
      taken = Uninterrupted.call(() -> lock(home, directory, now));
      return taken;
    } finally {
      if (taken == null) {
        OPEN_HERE.remove(home);
      }
    }
  }

  private static HomeLock lock(final Path home, final Path directory, final Instant now)
      throws IOException {
    final Path file = home.resolve(FILE);
    final FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
    boolean held = false;
    try {
      final @Nullable FileLock lock = channel.tryLock();
      if (lock == null) {
        throw inUse(directory, "by " + holder(file));
      }
      final String text = "process " + ProcessHandle.current().pid() + " since " + now + "\n";
      channel.truncate(0);
      channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), 0);
      held = true;
      return new HomeLock(home, channel);
    } finally {
      if (!held) {
        channel.close();
      }
    }
  }

  private static String holder(final Path file) {
    try {
      final String text =
          new String(Durable.read(file, TEXT_LIMIT), StandardCharsets.UTF_8).strip();
      return text.matches("process [0-9]+ since [-0-9TZ:.]+") ? text : "another process";
    } catch (final IOException unknown) {
      // That it is held is certain; by whom, only a help.
      return "another process";
    }
  }

  private static StorageException inUse(final Path directory, final String by) {
    return new StorageException(Code.IN_USE, "the home " + directory + " is in use " + by);
  }

  @Override
  public void close() throws IOException {
    try {
      channel.close();
    } finally {
      OPEN_HERE.remove(home);
    }
  }
}
