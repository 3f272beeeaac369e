// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.kad;

import com.google.protobuf.ByteString;
import io.calimero.node.libp2p.PeerId;
import io.calimero.node.libp2p.internal.wire.Multihash;
import java.nio.ByteBuffer;

/**
 * A place among the 2^256 where peers and entries are: the SHA-256 of a peer id or a key. Also a
 * distance between two such places, ordered as a number.
 *
 * @param a the first eight bytes
 * @param b the next
 * @param c the next
 * @param d the last
 */
record KadKey(long a, long b, long c, long d) implements Comparable<KadKey> {
  static final int BITS = 256;

  static KadKey of(final byte[] preimage) {
    final ByteBuffer hash = ByteBuffer.wrap(Multihash.digest(preimage));
    return new KadKey(hash.getLong(), hash.getLong(), hash.getLong(), hash.getLong());
  }

  static KadKey of(final ByteString preimage) {
    return of(preimage.toByteArray());
  }

  static KadKey of(final PeerId peer) {
    return of(peer.encode());
  }

  /** The distance to {@code other}. */
  KadKey to(final KadKey other) {
    return new KadKey(a ^ other.a, b ^ other.b, c ^ other.c, d ^ other.d);
  }

  /** How many bits at the front are the same as those of {@code other}, 256 if all are. */
  int commonPrefix(final KadKey other) {
    final KadKey apart = to(other);
    if (apart.a != 0) {
      return Long.numberOfLeadingZeros(apart.a);
    }
    if (apart.b != 0) {
      return 64 + Long.numberOfLeadingZeros(apart.b);
    }
    return apart.c != 0
        ? 128 + Long.numberOfLeadingZeros(apart.c)
        : 192 + Long.numberOfLeadingZeros(apart.d);
  }

  @Override
  public int compareTo(final KadKey other) {
    if (a != other.a) {
      return Long.compareUnsigned(a, other.a);
    }
    if (b != other.b) {
      return Long.compareUnsigned(b, other.b);
    }
    return c != other.c ? Long.compareUnsigned(c, other.c) : Long.compareUnsigned(d, other.d);
  }
}
