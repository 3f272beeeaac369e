// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.home.internal;

import io.calimero.node.storage.Access;
import io.calimero.node.storage.StorageException;
import io.calimero.node.storage.StorageException.Code;
import io.calimero.node.storage.home.NodeHome;
import io.calimero.node.storage.internal.Disk;
import io.calimero.node.storage.internal.Durable;
import io.calimero.node.storage.internal.Trouble;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A home as a directory; its file {@code format} says that it is one, and of which format. */
public final class DirectoryHome implements NodeHome {
  private static final String FORMAT_FILE = "format";
  private static final int FORMAT = 1;
  private static final Pattern FORMAT_TEXT = Pattern.compile("calimero-home ([1-9][0-9]{0,8})\n");
  private static final int FORMAT_LIMIT = 64;
  private static final List<String> FOLDERS = List.of("log", "state", "blobs", "keys");

  private final Path directory;
  private final Optional<HomeLock> lock;
  private final AtomicBoolean closed = new AtomicBoolean();

  private DirectoryHome(final Path directory, final Optional<HomeLock> lock) {
    this.directory = directory;
    this.lock = lock;
  }

  /** Whether the directory is a home, of whatever format. */
  public static boolean isHome(final Path directory) {
    return Files.exists(directory.resolve(FORMAT_FILE));
  }

  /** Makes the directory a home, unless it is one, and opens it. */
  public static NodeHome init(final Path directory, final Clock clock, final Disk disk) {
    try {
      if (!isHome(directory)) {
        create(directory, clock, disk);
      }
    } catch (final IOException e) {
      throw Trouble.of("making the home " + directory, directory, e);
    }
    return open(directory, clock);
  }

  private static void create(final Path directory, final Clock clock, final Disk disk)
      throws IOException {
    if (Files.exists(directory)) {
      requireUnused(directory);
      restrict(directory);
    } else {
      final Path parent = directory.toAbsolutePath().getParent();
      if (parent != null) {
        Files.createDirectories(parent);
      }
      Durable.makeDirectory(disk, directory);
    }
    // Nobody else may be in the middle of the same.
    try (HomeLock _ = HomeLock.take(directory, clock.instant())) {
      for (final String folder : FOLDERS) {
        Durable.makeDirectory(disk, directory.resolve(folder));
      }
      Durable.write(
          disk,
          directory.resolve(FORMAT_FILE),
          ("calimero-home " + FORMAT + "\n").getBytes(StandardCharsets.US_ASCII));
    }
  }

  /** Refuses a directory that holds anything but what an interrupted creation leaves. */
  private static void requireUnused(final Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      throw new StorageException(Code.NOT_A_HOME, directory + " is not a directory");
    }
    for (final String name : Durable.names(directory)) {
      final Path file = directory.resolve(name);
      final boolean ours =
          name.equals(HomeLock.FILE)
              || name.equals(FORMAT_FILE + Durable.UNFINISHED)
              || (FOLDERS.contains(name)
                  && Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)
                  && Durable.names(file).isEmpty());
      if (!ours) {
        throw new StorageException(
            Code.NOT_A_HOME,
            directory
                + " is not a node's home, and not empty: it holds "
                + name
                + "; name an empty or a new directory");
      }
    }
  }

  private static void restrict(final Path directory) throws IOException {
    if (directory.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    }
  }

  /** Opens a home with its lock. */
  public static NodeHome open(final Path directory, final Clock clock) {
    try {
      requireHome(directory);
      requireOthersOut(directory);
      final HomeLock lock = HomeLock.take(directory, clock.instant());
      return new DirectoryHome(directory, Optional.of(lock));
    } catch (final IOException e) {
      throw Trouble.of("opening the home " + directory, directory, e);
    }
  }

  /** Opens a home for looking at it. */
  public static NodeHome openReadOnly(final Path directory) {
    try {
      requireHome(directory);
      return new DirectoryHome(directory, Optional.empty());
    } catch (final IOException e) {
      throw Trouble.of("opening the home " + directory, directory, e);
    }
  }

  private static void requireHome(final Path directory) throws IOException {
    if (!isHome(directory)) {
      throw new StorageException(
          Code.NOT_A_HOME,
          directory
              + (Files.exists(directory) ? " is not a node's home" : " does not exist")
              + "; make one there first");
    }
    final String text =
        new String(
            Durable.read(directory.resolve(FORMAT_FILE), FORMAT_LIMIT), StandardCharsets.US_ASCII);
    final Matcher matcher = FORMAT_TEXT.matcher(text);
    if (!matcher.matches()) {
      throw new StorageException(
          Code.CORRUPT,
          directory.resolve(FORMAT_FILE) + " is damaged; it should say: calimero-home " + FORMAT);
    }
    final int format = Integer.parseInt(matcher.group(1));
    if (format > FORMAT) {
      throw new StorageException(
          Code.NEWER_FORMAT,
          "the home "
              + directory
              + " is of format "
              + format
              + ", this node knows up to "
              + FORMAT
              + "; use a newer version of the node");
    }
  }

  private static void requireOthersOut(final Path directory) throws IOException {
    if (directory.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      final Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(directory);
      if (permissions.contains(PosixFilePermission.OTHERS_WRITE)
          || permissions.contains(PosixFilePermission.GROUP_WRITE)) {
        throw new StorageException(
            Code.PERMISSION,
            "others than its owner may write into the home "
                + directory
                + "; make it its owner's alone: chmod go= "
                + directory);
      }
    }
  }

  @Override
  public Path directory() {
    return directory;
  }

  @Override
  public Access access() {
    return lock.isPresent() ? Access.READ_WRITE : Access.READ_ONLY;
  }

  @Override
  public void close() {
    if (lock.isPresent() && closed.compareAndSet(false, true)) {
      try {
        lock.get().close();
      } catch (final IOException e) {
        throw Trouble.of("closing the home " + directory, directory, e);
      }
    }
  }
}
