// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events;

import io.calimero.node.events.codec.Base58;
import io.calimero.node.events.codec.BorshReader;
import io.calimero.node.events.codec.BorshWriter;
import io.calimero.node.events.codec.Codec;
import io.calimero.node.events.codec.MalformedException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * Thirty-two bytes, shown in base58: a SHA-256 digest, or an Ed25519 public key under the name of
 * an identifier. Ordered as unsigned bytes.
 */
public final class Hash implements Comparable<Hash> {
  /** How many bytes a hash has. */
  public static final int LENGTH = 32;

  /** Thirty-two zero bytes: the hash before the first entry of a log. */
  public static final Hash ZERO = new Hash(new byte[LENGTH]);

  /** Thirty-two raw bytes. */
  public static final Codec<Hash> CODEC =
      new Codec<>() {
        @Override
        public void write(final BorshWriter out, final Hash value) {
          out.hash(value);
        }

        @Override
        public Hash read(final BorshReader in) {
          return in.hash();
        }
      };

  private final byte[] bytes;

  private Hash(final byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * A hash of exactly these bytes, which are not hashed again.
   *
   * @throws MalformedException if they are not 32
   */
  public static Hash of(final byte[] bytes) {
    if (bytes.length != LENGTH) {
      throw new MalformedException("invalid hash length");
    }
    return new Hash(bytes.clone());
  }

  /**
   * The hash that the base58 text shows.
   *
   * @throws MalformedException if the text is not base58, or not of 32 bytes
   */
  public static Hash parse(final String text) {
    return of(Base58.decode(text, LENGTH));
  }

  /** The SHA-256 digest of the parts, one after the other. */
  public static Hash sha256(final byte[]... parts) {
    final MessageDigest digest = sha256Digest();
    for (final byte[] part : parts) {
      digest.update(part);
    }
    return new Hash(digest.digest());
  }

  /** A fresh SHA-256, which every JDK must have. */
  public static MessageDigest sha256Digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (final NoSuchAlgorithmException e) {
      throw new IllegalStateException("this JDK has no SHA-256", e);
    }
  }

  /** A copy of the 32 bytes. */
  public byte[] toByteArray() {
    return bytes.clone();
  }

  /** Copies the 32 bytes into the array from the offset on. */
  public void copyTo(final byte[] target, final int offset) {
    System.arraycopy(bytes, 0, target, offset, LENGTH);
  }

  @Override
  public int compareTo(final Hash other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(final Object other) {
    return other instanceof Hash that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return (bytes[0] & 0xff)
        | (bytes[1] & 0xff) << 8
        | (bytes[2] & 0xff) << 16
        | (bytes[3] & 0xff) << 24;
  }

  /** The base58 text. */
  @Override
  public String toString() {
    return Base58.encode(bytes);
  }
}
