// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.internal;

import io.calimero.node.storage.StorageException;
import io.calimero.node.storage.StorageException.Code;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.mapdb.DBException;

/** Turns failures of the file system into what the caller is told. */
public final class Trouble {
  private static final List<String> FULL =
      List.of("no space left", "quota exceeded", "not enough space", "disk is full");
  private static final long NEXT_TO_NOTHING = 64 * 1024;

  private Trouble() {}

  /**
   * What to tell.
   *
   * @param doing what failed, as in "storing the blob X"
   * @param where a path of the file system concerned
   */
  public static StorageException of(final String doing, final Path where, final IOException e) {
    final Code code = code(where, e);
    final String hint =
        switch (code) {
          case FULL -> "the disk or the quota is full; make room and try again";
          case PERMISSION -> "the file system refuses access: " + reason(e);
          default -> reason(e);
        };
    return new StorageException(code, doing + " failed: " + hint, e);
  }

  /** The failure of the file system behind one of MapDB. */
  public static IOException inputOutput(final DBException e) {
    return e.getCause() instanceof IOException cause ? cause : new IOException(e.toString(), e);
  }

  private static Code code(final Path where, final IOException e) {
    if (isFull(where, e)) {
      return Code.FULL;
    }
    final boolean denied =
        e instanceof AccessDeniedException
            || (e instanceof FileNotFoundException && reason(e).contains("ermission denied"));
    return denied ? Code.PERMISSION : Code.IO;
  }

  /** The text comes from the operating system and may be in any language, hence the second look. */
  private static boolean isFull(final Path where, final IOException e) {
    final String reason = reason(e).toLowerCase(Locale.ROOT);
    return FULL.stream().anyMatch(reason::contains)
        || usableSpace(where).orElse(Long.MAX_VALUE) < NEXT_TO_NOTHING;
  }

  private static Optional<Long> usableSpace(final Path where) {
    try {
      Path existing = where.toAbsolutePath();
      while (!Files.exists(existing) && existing.getParent() != null) {
        existing = existing.getParent();
      }
      return Optional.of(Files.getFileStore(existing).getUsableSpace());
    } catch (final IOException unknown) {
      // Only a hint is lost: the failure itself is reported by the caller.
      return Optional.empty();
    }
  }

  private static String reason(final IOException e) {
    if (e instanceof FileSystemException failure) {
      final String reason = failure.getReason();
      return e.getClass().getSimpleName()
          + " "
          + failure.getFile()
          + (reason == null ? "" : ": " + reason);
    }
    final String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message;
  }
}
