// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.blobs;

import io.calimero.node.events.Hash;
import io.calimero.node.storage.StorageException;

/**
 * A blob that comes part by part. For one thread at a time; blocks on the disk. One that is neither
 * finished nor abandoned is cleared away when the store is next opened.
 */
public interface BlobUpload {
  /**
   * Adds to it. What failed once is abandoned.
   *
   * @throws StorageException {@code REJECTED} if it becomes too large, {@code FULL}, {@code IO}
   */
  void write(byte[] part);

  /** How many bytes there are so far. */
  long size();

  /**
   * Ends it. Durable on return.
   *
   * @throws StorageException {@code FULL}, {@code IO}; nothing is stored then
   */
  Blob finish();

  /**
   * Ends it, if it is what it must be. Durable on return.
   *
   * @param expected its name, or the SHA-256 digest of its content
   * @throws StorageException {@code REJECTED} if it has neither; {@code FULL}, {@code IO}; nothing
   *     is stored then
   */
  Blob finish(Hash expected);

  /**
   * Ends it for a call of which it is open what comes of it: blob and note are durable on return.
   * If the blob was here before and is to stay, nothing is noted.
   *
   * @throws StorageException {@code FULL}, {@code IO}; nothing is stored then
   */
  Blob finish(BlobNote note);

  /** Gives it up; nothing of it stays. */
  void abandon();
}
