// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.state;

import io.calimero.node.events.Bytes;
import io.calimero.node.storage.StorageException;
import java.util.List;
import java.util.Optional;

/**
 * A state that comes from elsewhere, key by key, to become a snapshot when its root is the one that
 * it must be. What has come is kept on disk, so that a broken or killed import goes on where it
 * was; memory holds one part at a time. For one thread at a time; blocks.
 */
public interface StateImport extends AutoCloseable {
  /** The last key that is here, none at the beginning. */
  Optional<Bytes> lastKey();

  /** How many keys are here. */
  long entries();

  /** The bytes of all of them and their values. */
  long bytes();

  /**
   * Takes more. Not forced: a crash may take the newest parts away, whole.
   *
   * @param next entries behind the last key, their keys ascending
   * @throws StorageException {@code REJECTED} if they are not, and nothing was taken; {@code FULL};
   *     {@code IO}
   */
  void add(List<StateEntry> next);

  /**
   * Makes the snapshot, durable on return, and ends the import.
   *
   * @throws StorageException {@code CORRUPT} if the root is another one: what had come is deleted;
   *     else as {@link StateStore#snapshot} does, and it can be tried again
   */
  Snapshot finish(Bytes attachment);

  /** Deletes what has come. */
  void discard();

  /** Lets go of the file, which stays. */
  @Override
  void close();
}
