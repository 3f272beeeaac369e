// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.internal;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Files that are there as a whole or not at all. */
public final class Durable {
  /** How the names of unfinished files end. */
  public static final String UNFINISHED = ".tmp";

  private Durable() {}

  /** The unfinished file that becomes the file of the name. */
  public static Path unfinished(final Path file) {
    return file.resolveSibling(file.getFileName() + UNFINISHED);
  }

  /**
   * Writes the file in one step, replacing what has its name. Durable on return. On failure the
   * file is as it was before, or new as a whole.
   */
  public static void write(final Disk disk, final Path file, final byte[] content)
      throws IOException {
    final Path unfinished = unfinished(file);
    disk.delete(unfinished);
    try {
      disk.create(unfinished, content);
      disk.force(unfinished);
      disk.rename(unfinished, file);
    } catch (final IOException e) {
      discard(disk, unfinished, e);
      throw e;
    }
    disk.forceDirectory(parent(file));
  }

  /** Creates the directory, if it is not there, so that it survives a crash. */
  public static void makeDirectory(final Disk disk, final Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      disk.makeDirectory(directory);
      disk.forceDirectory(parent(directory));
    }
  }

  /** Deletes what is left of a failed step; its own failure goes with that of the step. */
  public static void discard(final Disk disk, final Path file, final Exception because) {
    try {
      disk.delete(file);
    } catch (final IOException e) {
      because.addSuppressed(e);
    }
  }

  /** The names in the directory in their order, none if there is no directory. */
  public static List<String> names(final Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    final List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (final Path file : files) {
        names.add(name(file));
      }
    } catch (final DirectoryIteratorException e) {
      throw e.getCause();
    }
    Collections.sort(names);
    return names;
  }

  /**
   * The whole file.
   *
   * @throws IOException if it cannot be read, or is longer than the maximum
   */
  public static byte[] read(final Path file, final int maximum) throws IOException {
    try (InputStream in = new FileInputStream(file.toFile())) {
      final byte[] content = in.readNBytes(maximum);
      if (content.length == maximum && in.read() >= 0) {
        throw new IOException(file + " has more than " + maximum + " bytes");
      }
      return content;
    }
  }

  /** The last part of the path. */
  public static String name(final Path file) {
    final Path name = file.getFileName();
    return name == null ? "" : name.toString();
  }

  private static Path parent(final Path file) {
    final Path parent = file.toAbsolutePath().getParent();
    if (parent == null) {
      throw new IllegalArgumentException("the root directory");
    }
    return parent;
  }
}
