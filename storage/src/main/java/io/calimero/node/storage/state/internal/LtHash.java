// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.state.internal;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.Domain;
import io.calimero.node.events.Hash;
import io.calimero.node.events.codec.MalformedException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.bouncycastle.crypto.digests.Blake3Digest;

/**
 * A hash of a set of entries to which an entry can be added, and from which it can be taken,
 * without the others: LtHash with 1024 lanes of 16 bits (Lewi, Kim, Maykov, Weis: Securing Update
 * Propagation with Homomorphic Hashing, 2019). Not safe for threads while it changes.
 */
public final class LtHash {
  /** The bytes of all lanes. */
  public static final int LENGTH = 2048;

  private static final int LANES = LENGTH / Short.BYTES;
  private static final byte[] TAG = "calimero/state-entry/1".getBytes(StandardCharsets.US_ASCII);

  private final short[] lanes;

  private LtHash(final short[] lanes) {
    this.lanes = lanes;
  }

  /** The hash of no entries. */
  public static LtHash empty() {
    return new LtHash(new short[LANES]);
  }

  /**
   * The hash of these lanes.
   *
   * @throws MalformedException if their number is wrong
   */
  public static LtHash of(final byte[] bytes) {
    if (bytes.length != LENGTH) {
      throw new MalformedException("a state hash of " + bytes.length + " bytes");
    }
    final short[] lanes = new short[LANES];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asShortBuffer().get(lanes);
    return new LtHash(lanes);
  }

  /** One that can be changed without changing this. */
  public LtHash copy() {
    return new LtHash(lanes.clone());
  }

  /** Adds an entry. */
  public void add(final Bytes key, final Bytes value) {
    final short[] entry = expand(key, value);
    for (int i = 0; i < LANES; i++) {
      lanes[i] += entry[i];
    }
  }

  /** Takes an entry away that was added. */
  public void subtract(final Bytes key, final Bytes value) {
    final short[] entry = expand(key, value);
    for (int i = 0; i < LANES; i++) {
      lanes[i] -= entry[i];
    }
  }

  /** The lanes, little-endian. */
  public byte[] toByteArray() {
    final byte[] bytes = new byte[LENGTH];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asShortBuffer().put(lanes);
    return bytes;
  }

  /** The state root. */
  public Hash root() {
    return Domain.STATE.digest(toByteArray());
  }

  /**
   * The lanes of one entry: BLAKE3 over a tag and the SHA-256 of the entry as borsh, 2048 bytes of
   * it. SHA-256 first, because the JDK digests a large value several times faster with it.
   */
  private static short[] expand(final Bytes key, final Bytes value) {
    final MessageDigest entry = Hash.sha256Digest();
    update(entry, key);
    update(entry, value);
    final Blake3Digest expansion = new Blake3Digest();
    expansion.update((byte) TAG.length);
    expansion.update(TAG, 0, TAG.length);
    expansion.update(entry.digest(), 0, Hash.LENGTH);
    final byte[] bytes = new byte[LENGTH];
    expansion.doFinal(bytes, 0, LENGTH);
    return of(bytes).lanes;
  }

  private static void update(final MessageDigest digest, final Bytes bytes) {
    digest.update(
        ByteBuffer.allocate(Integer.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(0, bytes.length())
            .array());
    digest.update(bytes.unsafeArray());
  }
}
