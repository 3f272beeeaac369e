// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p;

/** The kinds of identity keys, with their numbers in the protobuf of the peer id specification. */
public enum KeyType {
  /** RSA with PKCS #1 v1.5 signatures over SHA-256; at least 2048 bits here. */
  RSA(0),
  /** Ed25519, the kind that this library makes. */
  ED25519(1),
  /** ECDSA on secp256k1 over SHA-256. */
  SECP256K1(2),
  /** ECDSA on a NIST curve over SHA-256. */
  ECDSA(3);

  private final int code;

  KeyType(final int code) {
    this.code = code;
  }

  /** The number on the wire. */
  public int code() {
    return code;
  }

  /**
   * The kind with the number {@code code}.
   *
   * @throws MalformedException if there is none
   */
  public static KeyType of(final long code) {
    for (final KeyType type : values()) {
      if (type.code == code) {
        return type;
      }
    }
    throw new MalformedException("Unknown key type " + code);
  }
}
