// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events;

import io.calimero.node.events.codec.BorshReader;
import io.calimero.node.events.codec.BorshWriter;
import io.calimero.node.events.codec.Codec;
import io.calimero.node.events.codec.MalformedException;

/**
 * Names a blob: the SHA-256 digest of its concatenated chunk identifiers, each that of a chunk of 1
 * MiB.
 *
 * @param hash the 32 bytes
 */
public record BlobId(Hash hash) implements Comparable<BlobId> {
  /** Thirty-two raw bytes. */
  public static final Codec<BlobId> CODEC =
      new Codec<>() {
        @Override
        public void write(final BorshWriter out, final BlobId value) {
          out.hash(value.hash);
        }

        @Override
        public BlobId read(final BorshReader in) {
          return new BlobId(in.hash());
        }
      };

  /**
   * The identifier that the base58 text shows.
   *
   * @throws MalformedException if the text is not base58, or not of 32 bytes
   */
  public static BlobId parse(final String text) {
    return new BlobId(Hash.parse(text));
  }

  @Override
  public int compareTo(final BlobId other) {
    return hash.compareTo(other.hash);
  }

  /** The base58 text. */
  @Override
  public String toString() {
    return hash.toString();
  }
}
