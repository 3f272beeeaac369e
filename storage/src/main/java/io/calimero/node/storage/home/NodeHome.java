// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.home;

import io.calimero.node.storage.Access;
import io.calimero.node.storage.StorageException;
import io.calimero.node.storage.home.internal.DirectoryHome;
import io.calimero.node.storage.internal.Disk;
import java.nio.file.Path;
import java.time.Clock;

/**
 * A node's home: the directory of all its files. While a home is open for writing no other process,
 * and nobody else in this one, can open it so; the end of the process, however it comes, frees it.
 */
public interface NodeHome extends AutoCloseable {

  /**
   * Makes the directory a home, unless it is one already, and opens it. A directory that is not
   * there is created, for its owner only.
   *
   * @param clock what the lock says the time is
   * @throws StorageException {@code NOT_A_HOME} if it holds anything else, or as {@link #open}
   */
  static NodeHome init(final Path directory, final Clock clock) {
    return DirectoryHome.init(directory, clock, Disk.real());
  }

  /**
   * Opens a home and takes its lock.
   *
   * @param clock what the lock says the time is
   * @throws StorageException {@code NOT_A_HOME}, {@code IN_USE} with who uses it, {@code
   *     NEWER_FORMAT}, {@code PERMISSION} if others may write there, {@code CORRUPT} or {@code IO}
   */
  static NodeHome open(final Path directory, final Clock clock) {
    return DirectoryHome.open(directory, clock);
  }

  /**
   * Opens a home for looking at it only, also while a node uses it: what is read may be changing.
   *
   * @throws StorageException {@code NOT_A_HOME}, {@code NEWER_FORMAT}, {@code CORRUPT} or {@code
   *     IO}
   */
  static NodeHome openReadOnly(final Path directory) {
    return DirectoryHome.openReadOnly(directory);
  }

  /** Whether the directory is a home, of whatever format. */
  static boolean isHome(final Path directory) {
    return DirectoryHome.isHome(directory);
  }

  /** The directory. */
  Path directory();

  /** What may be done here, for opening the stores within. */
  Access access();

  /** Where the transaction log is. */
  default Path log() {
    return directory().resolve("log");
  }

  /** Where the snapshots are. */
  default Path state() {
    return directory().resolve("state");
  }

  /** Where the blobs are. */
  default Path blobs() {
    return directory().resolve("blobs");
  }

  /** Where the private storage of the executors is. */
  default Path privates() {
    return directory().resolve("private");
  }

  /** Where the identities are. */
  default Path keys() {
    return directory().resolve("keys");
  }

  /** Where the keys of epochs are. */
  default Path epochKeys() {
    return keys().resolve("epochs");
  }

  /** The file of the node's own key. */
  default Path nodeKey() {
    return directory().resolve("node.key");
  }

  /** The file in which other nodes are remembered. */
  default Path peers() {
    return directory().resolve("peers");
  }

  /** Lets others open it. Nothing happens the second time. */
  @Override
  void close();
}
