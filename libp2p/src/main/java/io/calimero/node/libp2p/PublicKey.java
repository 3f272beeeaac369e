// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p;

import com.google.protobuf.ByteString;
import io.calimero.node.libp2p.internal.crypto.Verifier;
import io.calimero.node.libp2p.internal.wire.ProtoReader;
import io.calimero.node.libp2p.internal.wire.ProtoWriter;

/** The public half of an identity key (peer-ids specification, "Keys"). Immutable. */
public final class PublicKey {
  private static final int MAX_BYTES = 2048;

  private final KeyType type;
  private final ByteString data;
  private final Verifier verifier;

  private PublicKey(final KeyType type, final ByteString data) {
    this.type = type;
    this.data = data;
    verifier = Verifier.of(type, data.toByteArray());
  }

  /**
   * A key of kind {@code type} from its own encoding: 32 bytes for Ed25519, a compressed point for
   * secp256k1, a DER SubjectPublicKeyInfo for RSA and ECDSA.
   *
   * @throws MalformedException if {@code data} is no such key
   */
  public static PublicKey of(final KeyType type, final byte[] data) {
    return new PublicKey(type, ByteString.copyFrom(data));
  }

  /**
   * Reads the protobuf form.
   *
   * @throws MalformedException if it is not a key
   */
  public static PublicKey decode(final byte[] protobuf) {
    if (protobuf.length > MAX_BYTES) {
      throw new MalformedException("A public key of " + protobuf.length + " bytes");
    }
    final ProtoReader in = new ProtoReader("PublicKey", protobuf);
    long code = -1;
    ByteString data = null;
    while (in.next()) {
      switch (in.field()) {
        case 1 -> code = in.varint();
        case 2 -> data = in.bytes();
        default -> in.skip();
      }
    }
    if (data == null) {
      throw new MalformedException("A public key without data");
    }
    return new PublicKey(KeyType.of(code), data);
  }

  /** The protobuf form, always the same bytes for the same key. */
  public byte[] encode() {
    return new ProtoWriter().varint(1, type.code()).bytes(2, data).encode();
  }

  /** The kind of key. */
  public KeyType type() {
    return type;
  }

  /** The key's own encoding, see {@link #of}. */
  public byte[] data() {
    return data.toByteArray();
  }

  /** Whether {@code signature} is this key's over {@code message}. Never throws. */
  public boolean verify(final byte[] message, final byte[] signature) {
    return verifier.verify(message, signature);
  }

  @Override
  public boolean equals(final Object other) {
    return other instanceof final PublicKey key && type == key.type && data.equals(key.data);
  }

  @Override
  public int hashCode() {
    return data.hashCode();
  }

  @Override
  public String toString() {
    return type + " key of " + PeerId.of(this);
  }
}
