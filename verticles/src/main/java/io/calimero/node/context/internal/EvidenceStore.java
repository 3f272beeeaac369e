// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal;

import io.calimero.node.events.ContextId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Why contexts are stopped that the log itself does not say it of: one small file each, which
 * outlives a restart. Evidence is never deleted with the context that it is about, only put aside.
 * Blocks.
 */
final class EvidenceStore {
  private static final Logger LOG = LoggerFactory.getLogger(EvidenceStore.class);
  private static final String DIVERGED = ".diverged";
  private static final String LEFT = ".left";
  private static final String ASIDE = ".evidence";

  /** How much is kept of what is over. */
  private static final int KEPT_ASIDE = 64;

  private final Path directory;

  EvidenceStore(final Path directory) {
    this.directory = directory;
    try {
      Files.createDirectories(directory);
    } catch (final IOException e) {
      throw new UncheckedIOException("cannot make the directory " + directory, e);
    }
  }

  /** Why the context is stopped, if it is. A file that cannot be read stops it too. */
  Optional<Stop> stop(final ContextId context) {
    if (Files.exists(file(context, LEFT))) {
      return Optional.of(new Stop.Left());
    }
    if (!Files.exists(file(context, DIVERGED))) {
      return Optional.empty();
    }
    return Optional.of(
        new Stop.Diverged(
            read(context)
                .map(Evidence::reason)
                .orElseGet(() -> "the evidence in " + file(context, DIVERGED) + " is damaged")));
  }

  /** The evidence against a context, if there is some. */
  Optional<Evidence> read(final ContextId context) {
    try {
      return Evidence.decode(Files.readAllBytes(file(context, DIVERGED)));
    } catch (final NoSuchFileException e) {
      return Optional.empty();
    } catch (final IOException e) {
      LOG.warn("{} cannot be read: {}", file(context, DIVERGED), e.toString());
      return Optional.empty();
    }
  }

  /**
   * Keeps evidence; durable on return. A failure is logged: the context is stopped all the same.
   */
  synchronized void save(final Evidence evidence) {
    write(file(evidence.context(), DIVERGED), evidence.encode());
  }

  /** Keeps that a context was left; durable on return. */
  synchronized void saveLeft(final ContextId context) {
    write(file(context, LEFT), "left\n".getBytes(StandardCharsets.US_ASCII));
  }

  /** Forgets that a context was left: it is being joined again. */
  synchronized void clearLeft(final ContextId context) {
    try {
      Files.deleteIfExists(file(context, LEFT));
    } catch (final IOException e) {
      LOG.warn("{} cannot be deleted: {}", file(context, LEFT), e.toString());
    }
  }

  /** The context is not stopped any more; what was evidence stays beside. */
  synchronized void archive(final ContextId context) {
    clearLeft(context);
    final Path file = file(context, DIVERGED);
    if (!Files.exists(file)) {
      return;
    }
    final long found = read(context).map(Evidence::found).orElse(0L);
    try {
      Files.move(
          file,
          directory.resolve(found + "-" + context + ASIDE),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
      forceDirectory();
      prune();
    } catch (final IOException e) {
      LOG.warn("{} cannot be put aside: {}", file, e.toString());
    }
  }

  private void prune() throws IOException {
    final List<Path> aside;
    try (Stream<Path> files = Files.list(directory)) {
      aside = files.filter(file -> file.toString().endsWith(ASIDE)).sorted().toList();
    }
    for (final Path old : aside.subList(0, Math.max(0, aside.size() - KEPT_ASIDE))) {
      Files.deleteIfExists(old);
    }
  }

  private void write(final Path file, final byte[] content) {
    final Path fresh = file.resolveSibling(file.getFileName() + ".tmp");
    try {
      try (FileChannel out =
          FileChannel.open(
              fresh,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        final ByteBuffer bytes = ByteBuffer.wrap(content);
        while (bytes.hasRemaining()) {
          out.write(bytes);
        }
        out.force(true);
      }
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      forceDirectory();
    } catch (final IOException e) {
      LOG.error("{} cannot be written, so a restart will not know of it: {}", file, e.toString());
    }
  }

  private void forceDirectory() throws IOException {
    try (FileChannel itself = FileChannel.open(directory, StandardOpenOption.READ)) {
      itself.force(true);
    }
  }

  private Path file(final ContextId context, final String suffix) {
    return directory.resolve(context + suffix);
  }
}
