// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.blobs.internal;

import io.calimero.node.events.BlobId;
import io.calimero.node.events.Hash;
import io.calimero.node.events.codec.BorshReader;
import io.calimero.node.events.codec.BorshWriter;
import io.calimero.node.events.codec.MalformedException;
import io.calimero.node.storage.blobs.Blob;
import io.calimero.node.storage.internal.Seal;
import java.security.MessageDigest;
import java.util.List;

/** The file that makes a blob of its chunks. */
final class BlobManifest {
  /** Room for the chunks of 16 TiB. */
  static final int FILE_LIMIT = 512 << 20;

  private static final Seal SEAL = new Seal("caliblob", "blob manifest", 1);

  private BlobManifest() {}

  static byte[] encode(final Blob blob) {
    return SEAL.close(
        new BorshWriter()
            .u64(blob.size())
            .hash(blob.contentHash())
            .list(blob.chunks(), Hash.CODEC)
            .toByteArray());
  }

  /**
   * The blob of the name, as the file describes it.
   *
   * @throws MalformedException if it is damaged or of another blob
   */
  static Blob decode(final BlobId id, final byte[] file) {
    final BorshReader in = SEAL.open(file);
    final Blob blob = new Blob(id, in.count64(), in.hash(), in.list(Hash.CODEC));
    in.expectEnd();
    if (!id(blob.chunks()).equals(id)) {
      throw new MalformedException("a blob manifest of another blob");
    }
    final long chunks = (blob.size() + Blob.CHUNK_SIZE - 1) / Blob.CHUNK_SIZE;
    if (chunks != blob.chunks().size()) {
      throw new MalformedException("a blob manifest of the wrong size");
    }
    return blob;
  }

  /** The name of a blob of these chunks. */
  static BlobId id(final List<Hash> chunks) {
    final MessageDigest digest = Hash.sha256Digest();
    for (final Hash chunk : chunks) {
      digest.update(chunk.toByteArray());
    }
    return new BlobId(Hash.of(digest.digest()));
  }
}
