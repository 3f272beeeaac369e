// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.keys;

import io.calimero.node.events.crypto.KeyPair;
import io.calimero.node.storage.StorageException;
import io.calimero.node.storage.internal.Disk;
import io.calimero.node.storage.keys.internal.FileNodeKey;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;

/** The key by which other nodes know this one. It is no identity of a member. */
public final class NodeKey {
  private NodeKey() {}

  /**
   * The node's key, or none if it has none yet.
   *
   * @param file see {@link io.calimero.node.storage.home.NodeHome#nodeKey}
   * @throws StorageException {@code PERMISSION} if others than the owner may use the file, {@code
   *     CORRUPT} if it is damaged
   */
  public static Optional<KeyPair> read(final Path file) {
    return FileNodeKey.read(file);
  }

  /**
   * The node's key, made and stored if it has none yet. Durable on return.
   *
   * @throws StorageException as {@link #read}, and when it cannot be stored
   */
  public static KeyPair readOrCreate(final Path file, final SecureRandom random) {
    return FileNodeKey.readOrCreate(Disk.real(), file, () -> KeyPair.generate(random));
  }
}
