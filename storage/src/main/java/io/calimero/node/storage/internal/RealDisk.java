// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.internal;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import org.mapdb.DBException;
import org.mapdb.volume.RandomAccessFileVol;
import org.mapdb.volume.Volume;

/**
 * The disk as it is. Files are written through the streams of {@code java.io}: unlike channels they
 * are not closed when their thread is interrupted.
 */
final class RealDisk implements Disk {
  private static final long NO_FILE_LOCK = -1;

  @Override
  public void create(final Path file, final byte[] content) throws IOException {
    createEmpty(file);
    try (OutputStream out = new FileOutputStream(file.toFile())) {
      out.write(content);
    }
  }

  @Override
  public Volume createVolume(final Path file) throws IOException {
    createEmpty(file);
    try {
      return new RandomAccessFileVol(file.toFile(), false, NO_FILE_LOCK, 0);
    } catch (final DBException e) {
      throw Trouble.inputOutput(e);
    }
  }

  @Override
  public void force(final Path file) throws IOException {
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
      open.getFD().sync();
    }
  }

  @Override
  public void rename(final Path from, final Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public void forceDirectory(final Path directory) throws IOException {
    Uninterrupted.call(
        () -> {
          try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
          }
          return directory;
        });
  }

  @Override
  public void makeDirectory(final Path directory) throws IOException {
    try {
      Files.createDirectory(directory, ownerOnly(directory, "rwx------"));
    } catch (final FileAlreadyExistsException e) {
      if (!Files.isDirectory(directory)) {
        final IOException failure = new NotDirectoryException(directory.toString());
        failure.initCause(e);
        throw failure;
      }
    }
  }

  @Override
  public void delete(final Path file) throws IOException {
    Files.deleteIfExists(file);
  }

  private static void createEmpty(final Path file) throws IOException {
    Files.createFile(file, ownerOnly(file, "rw-------"));
  }

  private static FileAttribute<?>[] ownerOnly(final Path file, final String permissions) {
    return file.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }
}
