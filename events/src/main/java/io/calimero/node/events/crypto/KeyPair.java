// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.crypto;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.Hash;
import io.calimero.node.events.PublicKey;
import java.security.SecureRandom;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/** An Ed25519 key pair (RFC 8032), made from its 32-byte secret. */
public final class KeyPair implements Signer {
  private final byte[] secret;
  private final byte[] encodedPublicKey;
  private final PublicKey publicKey;

  private KeyPair(final byte[] secret) {
    this.secret = secret;
    encodedPublicKey = new byte[Ed25519.PUBLIC_KEY_SIZE];
    Ed25519.generatePublicKey(secret, 0, encodedPublicKey, 0);
    publicKey = new PublicKey(Hash.of(encodedPublicKey));
  }

  /** The pair of this secret. */
  public static KeyPair ofSecret(final Hash secret) {
    return new KeyPair(secret.toByteArray());
  }

  /** A new pair. */
  public static KeyPair generate(final SecureRandom random) {
    final byte[] secret = new byte[Ed25519.SECRET_KEY_SIZE];
    random.nextBytes(secret);
    return new KeyPair(secret);
  }

  @Override
  public PublicKey publicKey() {
    return publicKey;
  }

  /** The secret, for the key store alone. */
  public Hash secret() {
    return Hash.of(secret);
  }

  @Override
  public Signature sign(final Hash digest) {
    final byte[] message = digest.toByteArray();
    final byte[] signature = new byte[Signature.LENGTH];
    Ed25519.sign(secret, 0, encodedPublicKey, 0, message, 0, message.length, signature, 0);
    return new Signature(Bytes.wrap(signature));
  }

  /** Whether the signature over the digest is the key's. A malformed key verifies nothing. */
  public static boolean verify(final PublicKey key, final Hash digest, final Signature signature) {
    return verify(key, digest.toByteArray(), signature);
  }

  /** Whether the signature over the message is the key's. A malformed key verifies nothing. */
  public static boolean verify(
      final PublicKey key, final byte[] message, final Signature signature) {
    return Ed25519.verify(
        signature.bytes().unsafeArray(),
        0,
        key.hash().toByteArray(),
        0,
        message,
        0,
        message.length);
  }

  /** Names the public key only. */
  @Override
  public String toString() {
    return "KeyPair[" + publicKey + "]";
  }
}
