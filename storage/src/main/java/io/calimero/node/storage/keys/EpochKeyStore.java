// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.keys;

import io.calimero.node.events.ContextId;
import io.calimero.node.events.crypto.EpochKey;
import io.calimero.node.events.crypto.Signature;
import io.calimero.node.storage.Access;
import io.calimero.node.storage.StorageException;
import io.calimero.node.storage.internal.Disk;
import io.calimero.node.storage.keys.internal.FileEpochKeyStore;
import java.nio.file.Path;
import java.util.List;

/**
 * The keys of epochs that a node has, of each context those of the last epochs, each context in a
 * file that only its owner may read. All methods may be called from any thread, and block on the
 * disk.
 */
public interface EpochKeyStore {
  /** How many keys of a context are kept at most. */
  int MAX_KEYS = 8;

  /**
   * A key and whose word it is that it is one.
   *
   * @param epoch the epoch
   * @param key the key
   * @param signature the coordinator's
   */
  record Kept(long epoch, EpochKey key, Signature signature) {}

  /**
   * The store in this directory. For writing it is created if it is not there, and cleared of what
   * a crash left unfinished.
   *
   * @param directory see {@link io.calimero.node.storage.home.NodeHome#epochKeys}
   * @throws StorageException {@code PERMISSION} if others than the owner may enter the directory,
   *     or if its file system cannot keep them out
   */
  static EpochKeyStore open(final Path directory, final Access access) {
    return new FileEpochKeyStore(directory, access, Disk.real());
  }

  /**
   * The keys of a context in the order in which they came; none if it has none here.
   *
   * @throws StorageException {@code PERMISSION} if others than the owner may read or change the
   *     file, {@code CORRUPT} if it is damaged
   */
  List<Kept> load(ContextId context);

  /**
   * Keeps these keys of a context and no others. Durable on return.
   *
   * @param keys at most {@link #MAX_KEYS}
   */
  void save(ContextId context, List<Kept> keys);

  /** Deletes the keys of a context for ever. Durable on return. */
  void remove(ContextId context);
}
