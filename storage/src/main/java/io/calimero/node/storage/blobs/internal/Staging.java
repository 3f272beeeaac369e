// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.blobs.internal;

import io.calimero.node.events.BlobId;
import io.calimero.node.events.Hash;
import io.calimero.node.storage.StorageException;
import io.calimero.node.storage.StorageException.Code;
import io.calimero.node.storage.blobs.Blob;
import io.calimero.node.storage.blobs.SizeGuard;
import io.calimero.node.storage.internal.Disk;
import io.calimero.node.storage.internal.Durable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A stream on its way into the store: its chunks, in files without a name of their own yet. */
final class Staging {
  private final Disk disk;
  private final Path directory;
  private final String prefix;
  private final Map<Hash, Path> files = new LinkedHashMap<>();
  private final List<Hash> chunks = new ArrayList<>();
  private final MessageDigest content = Hash.sha256Digest();
  private long size;

  Staging(final Disk disk, final Path directory, final String prefix) {
    this.disk = disk;
    this.directory = directory;
    this.prefix = prefix;
  }

  /** Reads the stream to its end. */
  Blob take(final InputStream in, final SizeGuard guard) throws IOException {
    while (true) {
      final byte[] chunk = in.readNBytes(Blob.CHUNK_SIZE);
      size += chunk.length;
      check(guard, chunk.length < Blob.CHUNK_SIZE);
      if (chunk.length > 0) {
        stage(chunk);
      }
      if (chunk.length < Blob.CHUNK_SIZE) {
        return blob();
      }
    }
  }

  /** Adds a chunk: a whole one, or the last. */
  void add(final byte[] chunk) throws IOException {
    size += chunk.length;
    stage(chunk);
  }

  /** The blob of what was staged, nothing of which may follow. */
  Blob blob() {
    final BlobId id = BlobManifest.id(chunks);
    return new Blob(id, size, Hash.of(content.digest()), chunks);
  }

  private void check(final SizeGuard guard, final boolean ended) {
    final long limit =
        switch (guard) {
          case SizeGuard.Exactly exact -> exact.bytes();
          case SizeGuard.AtMost most -> most.bytes();
        };
    if (size > limit) {
      throw new StorageException(
          Code.REJECTED,
          guard instanceof SizeGuard.Exactly
              ? "expected " + limit + " bytes in the stream, found more"
              : "the stream has more than the " + limit + " bytes allowed");
    }
    if (ended && guard instanceof SizeGuard.Exactly && size < limit) {
      throw new StorageException(
          Code.REJECTED, "expected " + limit + " bytes in the stream, found " + size);
    }
  }

  private void stage(final byte[] chunk) throws IOException {
    content.update(chunk);
    final Hash id = Hash.sha256(chunk);
    chunks.add(id);
    if (!files.containsKey(id)) {
      final Path file = directory.resolve(prefix + files.size() + Durable.UNFINISHED);
      files.put(id, file);
      disk.create(file, chunk);
      disk.force(file);
    }
  }

  /** The file of each chunk. */
  Map<Hash, Path> files() {
    return files;
  }

  /** Deletes what is still here. */
  void discard(final Exception because) {
    for (final Path file : files.values()) {
      Durable.discard(disk, file, because);
    }
  }
}
