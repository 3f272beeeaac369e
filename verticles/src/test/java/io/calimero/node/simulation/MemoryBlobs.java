// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.simulation;

import io.calimero.node.events.BlobId;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Hash;
import io.calimero.node.storage.StorageException;
import io.calimero.node.storage.blobs.Blob;
import io.calimero.node.storage.blobs.BlobNote;
import io.calimero.node.storage.blobs.BlobStore;
import io.calimero.node.storage.blobs.BlobUpload;
import io.calimero.node.storage.blobs.SizeGuard;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/** Small blobs on a disk that outlives the process. */
final class MemoryBlobs implements BlobStore {
  private final SortedMap<BlobId, Bytes> blobs = new TreeMap<>();
  private final SortedMap<BlobId, SortedSet<ContextId>> shares = new TreeMap<>();

  @Override
  public Blob put(
      final InputStream content, final SizeGuard size, final Optional<BlobId> expected) {
    final byte[] bytes;
    try {
      bytes = content.readAllBytes();
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
    final Blob blob = blob(bytes);
    if (expected.filter(id -> !id.equals(blob.id())).isPresent()) {
      throw new StorageException(StorageException.Code.REJECTED, "another blob");
    }
    blobs.put(blob.id(), Bytes.wrap(bytes));
    return blob;
  }

  private static Blob blob(final byte[] bytes) {
    if (bytes.length > Blob.CHUNK_SIZE) {
      throw new UnsupportedOperationException("simulated blobs are small");
    }
    final Hash chunk = Hash.sha256(bytes);
    return new Blob(id(bytes), bytes.length, chunk, List.of(chunk));
  }

  /** The name of a blob of one chunk. */
  static BlobId id(final byte[] bytes) {
    return new BlobId(Hash.sha256(Hash.sha256(bytes).toByteArray()));
  }

  @Override
  public BlobUpload begin(final long maximum) {
    throw new UnsupportedOperationException("simulated guests write no blobs");
  }

  @Override
  public Optional<Blob> find(final BlobId id) {
    return Optional.ofNullable(blobs.get(id)).map(bytes -> blob(bytes.toByteArray()));
  }

  @Override
  public InputStream stream(final BlobId id) {
    return new ByteArrayInputStream(content(id).toByteArray());
  }

  @Override
  public Bytes read(final BlobId id, final long maximum) {
    return content(id);
  }

  @Override
  public Bytes read(final BlobId id, final long offset, final int length) {
    final byte[] all = content(id).toByteArray();
    final int from = (int) Math.min(all.length, offset);
    return Bytes.wrap(Arrays.copyOfRange(all, from, Math.min(all.length, from + length)));
  }

  private Bytes content(final BlobId id) {
    final Bytes content = blobs.get(id);
    if (content == null) {
      throw new StorageException(StorageException.Code.MISSING, "no blob " + id);
    }
    return content;
  }

  @Override
  public List<Blob> list() {
    return blobs.values().stream().map(bytes -> blob(bytes.toByteArray())).toList();
  }

  @Override
  public boolean delete(final BlobId id) {
    shares.remove(id);
    return blobs.remove(id) != null;
  }

  @Override
  public SortedMap<BlobId, List<BlobNote>> unsettled() {
    return new TreeMap<>();
  }

  @Override
  public void keep(final BlobId id) {
    // all are settled
  }

  @Override
  public boolean withdraw(final BlobId id, final ContextId context) {
    return false;
  }

  @Override
  public boolean discard(final BlobId id, final Predicate<BlobNote> over) {
    return false;
  }

  @Override
  public boolean share(final BlobId id, final ContextId context) {
    if (!blobs.containsKey(id)) {
      return false;
    }
    shares.computeIfAbsent(id, _ -> new TreeSet<>()).add(context);
    return true;
  }

  @Override
  public boolean isShared(final BlobId id, final ContextId context) {
    return blobs.containsKey(id)
        && shares.getOrDefault(id, Collections.emptySortedSet()).contains(context);
  }
}
