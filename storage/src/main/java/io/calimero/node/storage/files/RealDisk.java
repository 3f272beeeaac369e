// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.files;

import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/** The file systems of this machine, through NIO. */
final class RealDisk implements Disk {
  @Override
  public DiskFile create(final Path file) throws IOException {
    return RealFile.guarded(
        () ->
            new RealFile(
                file,
                FileChannel.open(
                    file,
                    StandardOpenOption.CREATE_NEW,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE),
                true));
  }

  @Override
  public DiskFile open(final Path file) throws IOException {
    return new RealFile(
        file, FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE), true);
  }

  @Override
  public DiskFile openForReading(final Path file) throws IOException {
    return new RealFile(file, FileChannel.open(file, StandardOpenOption.READ), false);
  }

  @Override
  public List<String> list(final Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(Path::getFileName).map(Path::toString).sorted().toList();
    }
  }

  @Override
  public boolean exists(final Path file) {
    return Files.exists(file);
  }

  @Override
  public void createDirectory(final Path directory) throws IOException {
    Files.createDirectories(directory);
  }

  @Override
  public void move(final Path from, final Path to) throws IOException {
    RealFile.guarded(
        () ->
            Files.move(
                from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING));
  }

  @Override
  public void delete(final Path file) throws IOException {
    Files.deleteIfExists(file);
  }

  @Override
  public long usableSpace(final Path directory) throws IOException {
    return Files.getFileStore(directory).getUsableSpace();
  }

  @Override
  public void forceDirectory(final Path directory) throws IOException {
    if (isWindows()) {
      // Windows cannot open a directory and journals its names itself.
      return;
    }
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static boolean isWindows() {
    return File.separatorChar == '\\';
  }
}
