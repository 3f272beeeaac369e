// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.files;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A file system, as far as the storage uses one.
 *
 * <p>What was written is durable after {@link DiskFile#force}, what was created, moved or deleted
 * after {@link #forceDirectory}; before that a power failure may undo any part of it, in any order.
 * A full disk is an {@link OutOfSpaceException} on every method that can meet one.
 */
public interface Disk {
  /** The file systems of this machine. */
  static Disk real() {
    return new RealDisk();
  }

  /** Creates an empty file, open for reading and writing; fails if the name is taken. */
  DiskFile create(Path file) throws IOException;

  /** Opens a file for reading and writing. */
  DiskFile open(Path file) throws IOException;

  /**
   * Opens a file for reading. Interrupting a thread that reads from it does not close it; the
   * thread stays marked as interrupted.
   */
  DiskFile openForReading(Path file) throws IOException;

  /** The names of what the directory holds, sorted; empty if there is no such directory. */
  List<String> list(Path directory) throws IOException;

  /** Whether there is a file of this name. */
  boolean exists(Path file);

  /** Creates the directory and those above it, as far as they are missing. */
  void createDirectory(Path directory) throws IOException;

  /** Renames a file within its file system, at once, in place of any file of the new name. */
  void move(Path from, Path to) throws IOException;

  /** Deletes a file; one that does not exist is no error. */
  void delete(Path file) throws IOException;

  /** How many more bytes this process may store in the file system of the directory. */
  long usableSpace(Path directory) throws IOException;

  /** Makes durable which files the directory holds. */
  void forceDirectory(Path directory) throws IOException;
}
