// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.blobs;

import io.calimero.node.events.BlobId;
import io.calimero.node.events.Hash;
import java.util.List;

/**
 * What is known of a stored blob.
 *
 * @param id its name: the SHA-256 digest of the chunk names, one after the other
 * @param size its bytes
 * @param contentHash the SHA-256 digest of the content as a whole
 * @param chunks the names of its chunks in their order: the SHA-256 digests of each 1 MiB
 */
public record Blob(BlobId id, long size, Hash contentHash, List<Hash> chunks) {
  /** The bytes of every chunk but the last, which may have fewer. */
  public static final int CHUNK_SIZE = 1 << 20;

  /** The blob, its chunks copied. */
  public Blob {
    chunks = List.copyOf(chunks);
  }
}
