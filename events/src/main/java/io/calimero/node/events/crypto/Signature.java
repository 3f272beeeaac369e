// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.crypto;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.codec.BorshReader;
import io.calimero.node.events.codec.BorshWriter;
import io.calimero.node.events.codec.Codec;
import io.calimero.node.events.codec.MalformedException;

/**
 * An Ed25519 signature (RFC 8032).
 *
 * @param bytes its 64 bytes
 */
public record Signature(Bytes bytes) {
  /** How many bytes a signature has. */
  public static final int LENGTH = 64;

  /** Sixty-four raw bytes. */
  public static final Codec<Signature> CODEC =
      new Codec<>() {
        @Override
        public void write(final BorshWriter out, final Signature value) {
          out.fixed(value.bytes.unsafeArray());
        }

        @Override
        public Signature read(final BorshReader in) {
          return new Signature(Bytes.wrap(in.fixed(LENGTH)));
        }
      };

  /**
   * Sixty-four bytes.
   *
   * @throws MalformedException if they are not 64
   */
  public Signature {
    if (bytes.length() != LENGTH) {
      throw new MalformedException("a signature of " + bytes.length() + " bytes");
    }
  }
}
