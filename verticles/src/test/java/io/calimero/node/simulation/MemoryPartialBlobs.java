// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.simulation;

import io.calimero.node.events.BlobId;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.Hash;
import io.calimero.node.storage.StorageException;
import io.calimero.node.storage.blobs.PartialBlobs;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/** What has come of blobs, on a disk that outlives the process. */
final class MemoryPartialBlobs implements PartialBlobs {
  private final Map<BlobId, Partial> partials = new HashMap<>();

  private record Partial(long size, List<Hash> chunks, SortedMap<Integer, Bytes> here) {
    List<Integer> missing() {
      final List<Integer> missing = new ArrayList<>();
      for (int i = 0; i < chunks.size(); i++) {
        if (!here.containsKey(i)) {
          missing.add(i);
        }
      }
      return missing;
    }
  }

  @Override
  public Optional<List<Integer>> missing(final BlobId blob) {
    return Optional.ofNullable(partials.get(blob)).map(Partial::missing);
  }

  @Override
  public List<Integer> begin(final BlobId blob, final long size, final List<Hash> chunks) {
    final Partial before = partials.get(blob);
    if (before != null && before.size == size && before.chunks.equals(chunks)) {
      return before.missing();
    }
    if (chunks.size() != 1
        || !blob.equals(new BlobId(Hash.sha256(chunks.getFirst().toByteArray())))) {
      throw rejected("these are not the chunks of " + blob);
    }
    final Partial begun = new Partial(size, List.copyOf(chunks), new TreeMap<>());
    partials.put(blob, begun);
    return begun.missing();
  }

  @Override
  public void add(final BlobId blob, final int number, final Bytes chunk) {
    final Partial partial = partials.get(blob);
    if (partial == null
        || number >= partial.chunks.size()
        || chunk.length() != partial.size
        || !Hash.sha256(chunk.toByteArray()).equals(partial.chunks.get(number))) {
      throw rejected("this is not chunk " + number + " of " + blob);
    }
    partial.here.put(number, chunk);
  }

  private static StorageException rejected(final String why) {
    return new StorageException(StorageException.Code.REJECTED, why);
  }

  @Override
  public Bytes content(final BlobId blob) {
    return Optional.ofNullable(partials.get(blob))
        .filter(partial -> partial.missing().isEmpty())
        .map(partial -> partial.here.get(0))
        .orElseThrow(
            () -> new StorageException(StorageException.Code.MISSING, blob + " is not here"));
  }

  @Override
  public InputStream stream(final BlobId blob) {
    return new ByteArrayInputStream(content(blob).toByteArray());
  }

  @Override
  public OptionalLong size(final BlobId blob) {
    return Optional.ofNullable(partials.get(blob))
        .map(partial -> OptionalLong.of(partial.size))
        .orElseGet(OptionalLong::empty);
  }

  @Override
  public void discard(final BlobId blob) {
    partials.remove(blob);
  }
}
