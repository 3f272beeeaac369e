// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p;

import io.calimero.node.libp2p.internal.wire.BaseN;
import io.calimero.node.libp2p.internal.wire.Multihash;
import io.calimero.node.libp2p.internal.wire.Uvarint;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.Optional;

/**
 * The name of a peer: a multihash of its public key (peer-ids specification). Immutable, ordered by
 * its bytes.
 */
public final class PeerId implements Comparable<PeerId> {
  /** Keys up to this size are in the id itself. */
  private static final int MAX_INLINE_KEY = 42;

  private static final int CID_VERSION = 1;
  private static final int LIBP2P_KEY = 0x72;

  private final byte[] bytes;

  private PeerId(final byte[] bytes) {
    this.bytes = bytes;
  }

  /** The id of the peer that has {@code key}. */
  public static PeerId of(final PublicKey key) {
    final byte[] encoded = key.encode();
    final Multihash hash =
        encoded.length <= MAX_INLINE_KEY ? Multihash.identity(encoded) : Multihash.sha256(encoded);
    return new PeerId(hash.encode());
  }

  /**
   * Reads the binary form, a multihash.
   *
   * @throws MalformedException if it is none that a peer could have
   */
  public static PeerId decode(final byte[] bytes) {
    final Multihash hash = Multihash.decode(bytes);
    if (hash.code() == Multihash.IDENTITY) {
      if (hash.digest().size() > MAX_INLINE_KEY) {
        throw new MalformedException("A peer id with a key of " + hash.digest().size() + " bytes");
      }
      PublicKey.decode(hash.digest().toByteArray());
    }
    // Encoded anew, so that one peer has one spelling.
    return new PeerId(hash.encode());
  }

  /**
   * Reads the text form: base58 of the multihash, or a CID (version 1, base32).
   *
   * @throws MalformedException if it is neither
   */
  public static PeerId parse(final String text) {
    if (text.startsWith("Qm") || text.startsWith("1")) {
      return decode(BaseN.fromBase58(text));
    }
    if (!text.startsWith("b")) {
      throw new MalformedException("Not a peer id: " + text);
    }
    final ByteBuf cid = Unpooled.wrappedBuffer(BaseN.fromBase32(text.substring(1)));
    if (Uvarint.readWhole(cid) != CID_VERSION || Uvarint.readWhole(cid) != LIBP2P_KEY) {
      throw new MalformedException("Not the CID of a peer: " + text);
    }
    final byte[] hash = new byte[cid.readableBytes()];
    cid.readBytes(hash);
    return decode(hash);
  }

  /** The public key, if the id is short enough to hold it (it is for Ed25519). */
  public Optional<PublicKey> publicKey() {
    final Multihash hash = Multihash.decode(bytes);
    return hash.code() == Multihash.IDENTITY
        ? Optional.of(PublicKey.decode(hash.digest().toByteArray()))
        : Optional.empty();
  }

  /** Whether this is the id of {@code key}. */
  public boolean matches(final PublicKey key) {
    return equals(of(key));
  }

  /** The binary form. */
  public byte[] encode() {
    return bytes.clone();
  }

  @Override
  public int compareTo(final PeerId other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(final Object other) {
    return other instanceof final PeerId id && Arrays.equals(bytes, id.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** The text form in base58. */
  @Override
  public String toString() {
    return BaseN.toBase58(bytes);
  }
}
