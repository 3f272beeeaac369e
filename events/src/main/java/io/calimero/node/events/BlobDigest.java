// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events;

import java.security.MessageDigest;

/**
 * Computes the name of a blob from its content, given part by part: the SHA-256 digest over the
 * SHA-256 digests of its chunks of 1 MiB, the last of which may be shorter.
 */
public final class BlobDigest {
  /** The bytes of a chunk. */
  public static final int CHUNK = 1 << 20;

  private final MessageDigest whole = Hash.sha256Digest();
  private final MessageDigest chunk = Hash.sha256Digest();
  private long size;

  /** Goes on with these bytes. */
  public void update(final byte[] bytes) {
    int done = 0;
    while (done < bytes.length) {
      final int part = (int) Math.min(bytes.length - done, CHUNK - size % CHUNK);
      chunk.update(bytes, done, part);
      done += part;
      size += part;
      if (size % CHUNK == 0) {
        whole.update(chunk.digest());
      }
    }
  }

  /** How many bytes there were. */
  public long size() {
    return size;
  }

  /** The name of a blob of these bytes, which ends here: nothing may follow. */
  public BlobId id() {
    if (size % CHUNK != 0) {
      whole.update(chunk.digest());
    }
    return new BlobId(Hash.of(whole.digest()));
  }
}
