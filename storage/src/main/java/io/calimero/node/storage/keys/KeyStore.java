// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.keys;

import io.calimero.node.events.PublicKey;
import io.calimero.node.events.crypto.KeyPair;
import io.calimero.node.storage.Access;
import io.calimero.node.storage.StorageException;
import io.calimero.node.storage.internal.Disk;
import io.calimero.node.storage.keys.internal.FileKeyStore;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.SortedSet;

/**
 * The key pairs of a node's identities, each in a file that only its owner may read. All methods
 * may be called from any thread, and block on the disk.
 */
public interface KeyStore {

  /**
   * The store in this directory. For writing it is created if it is not there, and cleared of what
   * a crash left unfinished.
   *
   * @param directory see {@link io.calimero.node.storage.home.NodeHome#keys}
   * @throws StorageException {@code PERMISSION} if others than the owner may enter the directory,
   *     or if its file system cannot keep them out
   */
  static KeyStore open(final Path directory, final Access access) {
    return new FileKeyStore(directory, access, Disk.real());
  }

  /** Stores the pair. Durable on return. To store what is there already changes nothing. */
  void add(KeyPair pair);

  /** Makes a pair and stores it. Durable on return. */
  KeyPair generate(SecureRandom random);

  /**
   * The pair of the identity, or none if it is not here.
   *
   * @throws StorageException {@code PERMISSION} if others than the owner may read or change the
   *     file, {@code CORRUPT} if it is damaged
   */
  Optional<KeyPair> find(PublicKey identity);

  /** The identities whose pairs are here. */
  SortedSet<PublicKey> list();

  /**
   * Deletes the pair for ever. Durable on return.
   *
   * @return whether it was there
   */
  boolean remove(PublicKey identity);
}
