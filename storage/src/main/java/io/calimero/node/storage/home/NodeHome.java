// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.home;

import java.nio.file.Path;

/**
 * A node's home: the directory of all its files. While a home is open for writing no other process,
 * and nobody else in this one, can open it so; the end of the process, however it comes, frees it.
 */
public interface NodeHome extends AutoCloseable {

  /** The directory. */
  Path directory();

  /** Whether it was opened for reading only, without the lock. */
  boolean readOnly();

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

  /** Where the identities are. */
  default Path keys() {
    return directory().resolve("keys");
  }

  /** The file of the node's own key. */
  default Path nodeKey() {
    return directory().resolve("node.key");
  }

  /** Lets others open it. Nothing happens the second time. */
  @Override
  void close();
}
