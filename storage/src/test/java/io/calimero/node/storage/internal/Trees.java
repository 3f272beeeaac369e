// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Files of tests. */
public final class Trees {
  private Trees() {}

  /** A new directory below the one for temporary files, for the owner only. */
  public static Path temporary() {
    try {
      return Files.createTempDirectory("storage-test");
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All files below the directory. */
  public static List<Path> files(final Path directory) {
    try (Stream<Path> found = Files.walk(directory)) {
      return found.filter(Files::isRegularFile).sorted().toList();
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Deletes the directory and what is in it. */
  public static void delete(final Path directory) {
    try (Stream<Path> found = Files.walk(directory)) {
      for (final Path file : found.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Copies the directory and what is in it to a new place, which does not exist yet. */
  public static void copy(final Path from, final Path to) {
    try (Stream<Path> found = Files.walk(from)) {
      for (final Path file : found.sorted().toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Changes one bit of the file. */
  public static void flip(final Path file, final int offset) {
    try {
      final byte[] content = Files.readAllBytes(file);
      content[offset] ^= 1;
      Files.write(file, content);
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
