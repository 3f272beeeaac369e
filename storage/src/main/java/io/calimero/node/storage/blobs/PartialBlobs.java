// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.blobs;

import io.calimero.node.events.BlobId;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.Hash;
import io.calimero.node.storage.StorageException;
import io.calimero.node.storage.blobs.internal.FilePartialBlobs;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Blobs of which some chunks are here: they come from elsewhere in any order, and are kept on disk
 * until all of them are. Each is verified when it comes and when it is read. Nothing is forced: a
 * crash costs the newest chunks. All methods may be called from any thread, and block on the disk.
 */
public interface PartialBlobs {
  /** So many blobs are kept at most; beyond that, the one that was asked for longest ago is not. */
  int MOST = 16;

  /** Those in this directory, which is made when it is needed. */
  static PartialBlobs open(final Path directory) {
    return new FilePartialBlobs(directory);
  }

  /**
   * The chunks that are missing, ascending; empty if it is not known of which chunks the blob
   * consists.
   */
  Optional<List<Integer>> missing(BlobId blob);

  /**
   * Begins to gather a blob, or goes on.
   *
   * @param size the bytes it must have
   * @param chunks the names of its chunks
   * @return the chunks that are missing, ascending
   * @throws StorageException {@code REJECTED} if a blob of these chunks has another name or size
   */
  List<Integer> begin(BlobId blob, long size, List<Hash> chunks);

  /**
   * Keeps a chunk.
   *
   * @throws StorageException {@code REJECTED} if it is not the one of that number, or nobody has
   *     begun to gather the blob; {@code FULL}; {@code IO}
   */
  void add(BlobId blob, int number, Bytes chunk);

  /**
   * The whole content.
   *
   * @throws StorageException {@code MISSING} if a chunk is not here, or not any more what it was
   */
  Bytes content(BlobId blob);

  /**
   * The whole content, one verified chunk in memory at a time. Reading fails with {@code MISSING}
   * if a chunk is not here, or not any more what it was.
   *
   * @throws StorageException {@code MISSING} if the blob is not gathered
   */
  InputStream stream(BlobId blob);

  /** How many bytes the blob has that is gathered; empty if none of that name is. */
  OptionalLong size(BlobId blob);

  /** Deletes what is here of a blob. */
  void discard(BlobId blob);
}
