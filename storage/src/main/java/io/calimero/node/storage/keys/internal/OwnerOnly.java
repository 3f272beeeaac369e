// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.keys.internal;

import io.calimero.node.storage.StorageException;
import io.calimero.node.storage.StorageException.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;

/** That nobody but its owner can use a file. */
final class OwnerOnly {
  private static final Set<PosixFilePermission> OWNERS =
      Set.copyOf(
          EnumSet.of(
              PosixFilePermission.OWNER_READ,
              PosixFilePermission.OWNER_WRITE,
              PosixFilePermission.OWNER_EXECUTE));

  private OwnerOnly() {}

  /**
   * Refuses a file or directory that others can read, change or enter, and one whose file system
   * cannot say.
   *
   * @throws StorageException {@code PERMISSION}, with what to do
   */
  static void require(final Path file) throws IOException {
    final Set<PosixFilePermission> permissions;
    try {
      permissions = Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS);
    } catch (final UnsupportedOperationException e) {
      throw new StorageException(
          Code.PERMISSION,
          "the file system of "
              + file
              + " has no POSIX permissions, so secrets there could be read by anybody;"
              + " put the home on another file system",
          e);
    }
    if (!OWNERS.containsAll(permissions)) {
      throw new StorageException(
          Code.PERMISSION,
          file
              + " holds secrets, but has the permissions "
              + PosixFilePermissions.toString(permissions)
              + "; make it its owner's alone: chmod go= "
              + file);
    }
  }
}
