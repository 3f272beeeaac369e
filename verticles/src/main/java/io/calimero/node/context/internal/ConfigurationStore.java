// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal;

import io.calimero.node.events.Configuration;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Hash;
import io.calimero.node.events.PublicKey;
import io.calimero.node.events.codec.BorshReader;
import io.calimero.node.events.codec.BorshWriter;
import io.calimero.node.events.codec.MalformedException;
import io.calimero.node.events.messages.CatchupMessages.Fetch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the configuration of each context at some position, so that a start need not read whole
 * logs to find out what contexts there are. Derived from the log and never trusted beyond it: a
 * file that is missing, damaged or of another log only costs time. Nothing is forced. Blocks.
 *
 * <p>A file, {@code <context>.configuration}: format 1 (one byte), position (u64), entry hash (32
 * bytes), the configuration, SHA-256 of all that (32 bytes). Another, {@code <context>.joining},
 * says how a context is being joined, until its log makes the joiner a member: a line each for the
 * joiner, the inviter, and every address of the invitation.
 */
final class ConfigurationStore {
  private static final Logger LOG = LoggerFactory.getLogger(ConfigurationStore.class);
  private static final int FORMAT = 1;
  private static final String JOINING = ".joining";
  private static final String SUFFIX = ".configuration";

  private final Path directory;

  /**
   * The configuration after an entry.
   *
   * @param position the position of the entry
   * @param hash its hash
   * @param configuration the configuration
   */
  record Kept(long position, Hash hash, Configuration configuration) {}

  ConfigurationStore(final Path directory) {
    this.directory = directory;
    try {
      Files.createDirectories(directory);
    } catch (final IOException e) {
      throw new UncheckedIOException("cannot make the directory " + directory, e);
    }
  }

  Optional<Kept> load(final ContextId context) {
    try {
      return decode(Files.readAllBytes(file(context)));
    } catch (final NoSuchFileException e) {
      return Optional.empty();
    } catch (final IOException | MalformedException e) {
      LOG.warn(
          "The kept configuration of {} is of no use, its log is read: {}", context, e.toString());
      return Optional.empty();
    }
  }

  /** Keeps a configuration; a failure costs the next start some time and is only logged. */
  synchronized void save(final Kept kept) {
    final BorshWriter out =
        new BorshWriter()
            .u8(FORMAT)
            .u64(kept.position)
            .hash(kept.hash)
            .value(Configuration.CODEC, kept.configuration);
    out.hash(Hash.sha256(out.toByteArray()));
    final Path file = file(kept.configuration.context());
    final Path fresh = file.resolveSibling(file.getFileName() + ".tmp");
    try {
      Files.write(fresh, out.toByteArray());
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (final IOException e) {
      LOG.warn("The configuration cannot be kept in {}: {}", file, e.toString());
    }
  }

  /** Remembers how a context is being joined, until its log says that the joiner is a member. */
  synchronized void joining(final Fetch how) {
    final List<String> lines = new ArrayList<>();
    lines.add(how.member().toString());
    lines.add(how.inviter().toString());
    lines.addAll(how.addresses());
    try {
      Files.write(directory.resolve(how.context() + JOINING), lines);
    } catch (final IOException e) {
      LOG.warn("It cannot be noted who joins {}: {}", how.context(), e.toString());
    }
  }

  /** How contexts are being joined. */
  List<Fetch> joining() {
    try (DirectoryStream<Path> notes = Files.newDirectoryStream(directory, "*" + JOINING)) {
      final List<Fetch> all = new ArrayList<>();
      notes.forEach(note -> joining(note).ifPresent(all::add));
      return all;
    } catch (final IOException | DirectoryIteratorException e) {
      LOG.warn("It cannot be read which contexts are being joined: {}", e.toString());
      return List.of();
    }
  }

  private static Optional<Fetch> joining(final Path note) {
    final String name = String.valueOf(note.getFileName());
    try {
      final ContextId context =
          ContextId.parse(name.substring(0, name.length() - JOINING.length()));
      final List<String> lines = Files.readAllLines(note);
      return lines.size() < 2
          ? Optional.empty()
          : Optional.of(
              new Fetch(
                  context,
                  PublicKey.parse(lines.getFirst()),
                  PublicKey.parse(lines.get(1)),
                  lines.subList(2, lines.size())));
    } catch (final IOException | MalformedException e) {
      LOG.warn("The note {} of how a context is joined is of no use: {}", note, e.toString());
      return Optional.empty();
    }
  }

  /** The context has been joined, or never will be. */
  synchronized void joined(final ContextId context) {
    try {
      Files.deleteIfExists(directory.resolve(context + JOINING));
    } catch (final IOException e) {
      LOG.warn("The note of who joins {} cannot be deleted: {}", context, e.toString());
    }
  }

  void drop(final ContextId context) {
    joined(context);
    try {
      Files.deleteIfExists(file(context));
    } catch (final IOException e) {
      LOG.warn("{} cannot be deleted: {}", file(context), e.toString());
    }
  }

  private static Optional<Kept> decode(final byte[] bytes) {
    final BorshReader in = new BorshReader(bytes);
    if (in.u8() != FORMAT) {
      return Optional.empty();
    }
    final Kept kept = new Kept(in.count64(), in.hash(), in.value(Configuration.CODEC));
    final int length = bytes.length - in.remaining();
    final Hash found = in.hash();
    in.expectEnd();
    final byte[] content = new byte[length];
    System.arraycopy(bytes, 0, content, 0, length);
    return Hash.sha256(content).equals(found) ? Optional.of(kept) : Optional.empty();
  }

  private Path file(final ContextId context) {
    return directory.resolve(context + SUFFIX);
  }
}
