// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.internal;

import java.io.IOException;
import java.nio.file.Path;
import org.mapdb.volume.Volume;

/**
 * The steps by which files come to be and go, each of which can fail or be the last before a crash.
 * None of them is disturbed by the interruption of its thread.
 */
public interface Disk {

  /** The file system of the operating system. */
  static Disk real() {
    return new RealDisk();
  }

  /** Creates a file that does not exist, readable and writable by its owner only, with content. */
  void create(Path file, byte[] content) throws IOException;

  /** Creates a file that does not exist, readable and writable by its owner only, for MapDB. */
  Volume createVolume(Path file) throws IOException;

  /** Forces content and length of the file to the medium. */
  void force(Path file) throws IOException;

  /** Gives the file another name in the same directory tree, replacing what has it, in one step. */
  void rename(Path from, Path to) throws IOException;

  /** Forces the names in the directory to the medium. */
  void forceDirectory(Path directory) throws IOException;

  /** Creates a directory that only its owner may use, if it is not there. */
  void makeDirectory(Path directory) throws IOException;

  /** Deletes the file or the empty directory, if it is there. */
  void delete(Path file) throws IOException;
}
