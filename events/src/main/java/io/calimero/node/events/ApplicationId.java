// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events;

import io.calimero.node.events.codec.BorshReader;
import io.calimero.node.events.codec.BorshWriter;
import io.calimero.node.events.codec.Codec;
import io.calimero.node.events.codec.MalformedException;

/**
 * Names an application: the SHA-256 digest of its borsh-encoded blob, size, source and metadata.
 *
 * @param hash the 32 bytes
 */
public record ApplicationId(Hash hash) implements Comparable<ApplicationId> {
  /** Thirty-two raw bytes. */
  public static final Codec<ApplicationId> CODEC =
      new Codec<>() {
        @Override
        public void write(final BorshWriter out, final ApplicationId value) {
          out.hash(value.hash);
        }

        @Override
        public ApplicationId read(final BorshReader in) {
          return new ApplicationId(in.hash());
        }
      };

  /**
   * The identifier that the base58 text shows.
   *
   * @throws MalformedException if the text is not base58, or not of 32 bytes
   */
  public static ApplicationId parse(final String text) {
    return new ApplicationId(Hash.parse(text));
  }

  @Override
  public int compareTo(final ApplicationId other) {
    return hash.compareTo(other.hash);
  }

  /** The base58 text. */
  @Override
  public String toString() {
    return hash.toString();
  }
}
