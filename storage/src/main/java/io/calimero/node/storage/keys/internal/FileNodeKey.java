// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.keys.internal;

import io.calimero.node.events.crypto.KeyPair;
import io.calimero.node.storage.internal.Disk;
import io.calimero.node.storage.internal.Trouble;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;

/** The file of the node's own key. */
public final class FileNodeKey {
  private FileNodeKey() {}

  /** The pair in the file, if there is one. */
  public static Optional<KeyPair> read(final Path file) {
    try {
      return Files.exists(file) ? Optional.of(KeyFile.read(file)) : Optional.empty();
    } catch (final IOException e) {
      throw Trouble.of("reading the node's key", file, e);
    }
  }

  /** The pair in the file, or a new one that is stored there. */
  public static KeyPair readOrCreate(
      final Disk disk, final Path file, final Supplier<KeyPair> generator) {
    return read(file)
        .orElseGet(
            () -> {
              final KeyPair pair = generator.get();
              try {
                KeyFile.write(disk, file, pair);
              } catch (final IOException e) {
                throw Trouble.of("storing the node's key", file, e);
              }
              return pair;
            });
  }
}
