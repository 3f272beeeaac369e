// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.blobs.internal;

import io.calimero.node.events.BlobId;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Hash;
import io.calimero.node.events.codec.BorshReader;
import io.calimero.node.events.codec.BorshWriter;
import io.calimero.node.events.codec.MalformedException;
import io.calimero.node.storage.StorageException;
import io.calimero.node.storage.StorageException.Code;
import io.calimero.node.storage.internal.Disk;
import io.calimero.node.storage.internal.Durable;
import io.calimero.node.storage.internal.Seal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * In which contexts blobs are shared: {@code shares/<blob>}. Nothing of it is in memory, as it is
 * asked for by those only who ask for a blob. A record goes before its blob does, so that no crash
 * leaves one that would hold for the same blob when it comes again. Not for several threads at
 * once.
 */
final class BlobShares {
  private static final Logger LOG = LoggerFactory.getLogger(BlobShares.class);
  private static final Seal SEAL = new Seal("calishar", "record of where a blob is shared", 1);
  private static final int FILE_LIMIT = 1 << 16;

  /** In so many contexts a blob can be shared. */
  static final int CONTEXTS = 256;

  private final Path directory;
  private final Disk disk;

  BlobShares(final Path directory, final Disk disk) {
    this.directory = directory;
    this.disk = disk;
  }

  /** Clears away what is unfinished, and records without their blobs. */
  void load(final Set<BlobId> here) throws IOException {
    for (final String name : Durable.names(directory)) {
      if (FileBlobStore.parse(name).map(BlobId::new).filter(here::contains).isEmpty()) {
        disk.delete(directory.resolve(name));
      }
    }
  }

  /**
   * The blob is shared in a context more; durable on return.
   *
   * @throws StorageException {@code REJECTED} if it is shared in too many
   */
  void add(final BlobId id, final ContextId context) throws IOException {
    final List<ContextId> contexts = new ArrayList<>(of(id));
    if (contexts.contains(context)) {
      return;
    }
    if (contexts.size() >= CONTEXTS) {
      throw new StorageException(
          Code.REJECTED, "the blob " + id + " is shared in " + CONTEXTS + " contexts already");
    }
    contexts.add(context);
    Durable.makeDirectory(disk, directory);
    Durable.write(
        disk,
        file(id),
        SEAL.close(
            new BorshWriter()
                .list(contexts.stream().map(ContextId::hash).toList(), Hash.CODEC)
                .toByteArray()));
  }

  /** The contexts; none if the record cannot be read, which is told and goes. */
  List<ContextId> of(final BlobId id) throws IOException {
    if (!Files.exists(file(id))) {
      return List.of();
    }
    try {
      final BorshReader in = SEAL.open(Durable.read(file(id), FILE_LIMIT));
      final List<ContextId> contexts = in.list(Hash.CODEC).stream().map(ContextId::new).toList();
      in.expectEnd();
      return contexts;
    } catch (final MalformedException e) {
      LOG.warn(
          "{}: {}. The blob is given to no member until it is shared again",
          file(id),
          e.getMessage());
      disk.delete(file(id));
      return List.of();
    }
  }

  /** The blob is shared nowhere; durable on return. */
  void remove(final BlobId id) throws IOException {
    if (Files.exists(file(id))) {
      disk.delete(file(id));
      disk.forceDirectory(directory);
    }
  }

  private Path file(final BlobId id) {
    return directory.resolve(id.toString());
  }
}
