// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events;

import io.calimero.node.events.codec.BorshReader;
import io.calimero.node.events.codec.BorshWriter;
import io.calimero.node.events.codec.Codec;
import io.calimero.node.events.codec.MalformedException;

/**
 * An identity: the Ed25519 public key of a member of contexts.
 *
 * @param hash the 32 bytes
 */
public record PublicKey(Hash hash) implements Comparable<PublicKey> {
  /** Thirty-two raw bytes. */
  public static final Codec<PublicKey> CODEC =
      new Codec<>() {
        @Override
        public void write(final BorshWriter out, final PublicKey value) {
          out.hash(value.hash);
        }

        @Override
        public PublicKey read(final BorshReader in) {
          return new PublicKey(in.hash());
        }
      };

  /**
   * The identifier that the base58 text shows.
   *
   * @throws MalformedException if the text is not base58, or not of 32 bytes
   */
  public static PublicKey parse(final String text) {
    return new PublicKey(Hash.parse(text));
  }

  @Override
  public int compareTo(final PublicKey other) {
    return hash.compareTo(other.hash);
  }

  /** The base58 text. */
  @Override
  public String toString() {
    return hash.toString();
  }
}
