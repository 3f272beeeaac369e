// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm.internal.host;

import io.calimero.node.events.Hash;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * The bytes that a guest gets as random: the same for the same seed on every node, unpredictable
 * for who does not know the seed.
 *
 * <p>Block {@code n} of 32 bytes is {@code SHA-256("calimero/random-bytes/1" ‖ seed ‖ n)} with
 * {@code n} as 64 bits, little-endian, counted from 0. Reads take the bytes of the blocks one after
 * the other, leaving none out.
 */
final class RandomStream {
  private static final byte[] TAG = "calimero/random-bytes/1".getBytes(StandardCharsets.US_ASCII);

  private final MessageDigest digest = Hash.sha256Digest();
  private final byte[] seed;
  private byte[] block = new byte[0];
  private int used;
  private long next;

  RandomStream(final Hash seed) {
    this.seed = seed.toByteArray();
  }

  void fill(final byte[] target, final int length) {
    int filled = 0;
    while (filled < length) {
      if (used == block.length) {
        digest.update(TAG);
        digest.update(seed);
        digest.update(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(0, next++));
        block = digest.digest();
        used = 0;
      }
      final int part = Math.min(length - filled, block.length - used);
      System.arraycopy(block, used, target, filled, part);
      used += part;
      filled += part;
    }
  }
}
