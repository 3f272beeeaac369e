// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events;

import io.calimero.node.events.codec.BorshReader;
import io.calimero.node.events.codec.BorshWriter;
import io.calimero.node.events.codec.Codec;
import io.calimero.node.events.codec.MalformedException;

/**
 * Names a context: the Ed25519 public key of its context secret, which signed its first entry.
 *
 * @param hash the 32 bytes
 */
public record ContextId(Hash hash) implements Comparable<ContextId> {
  /** Thirty-two raw bytes. */
  public static final Codec<ContextId> CODEC =
      new Codec<>() {
        @Override
        public void write(final BorshWriter out, final ContextId value) {
          out.hash(value.hash);
        }

        @Override
        public ContextId read(final BorshReader in) {
          return new ContextId(in.hash());
        }
      };

  /**
   * The identifier that the base58 text shows.
   *
   * @throws MalformedException if the text is not base58, or not of 32 bytes
   */
  public static ContextId parse(final String text) {
    return new ContextId(Hash.parse(text));
  }

  @Override
  public int compareTo(final ContextId other) {
    return hash.compareTo(other.hash);
  }

  /** The base58 text. */
  @Override
  public String toString() {
    return hash.toString();
  }
}
