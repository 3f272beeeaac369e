// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.noise;

import io.calimero.node.libp2p.PrivateKey;
import io.calimero.node.libp2p.PublicKey;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import org.bouncycastle.math.ec.rfc7748.X25519;

/**
 * The static Noise key of a host, vouched for by its identity key. Made once and used for every
 * handshake, as the specification allows, which saves a signature each.
 */
public final class NoiseIdentity {
  private static final byte[] PREFIX =
      "noise-libp2p-static-key:".getBytes(StandardCharsets.US_ASCII);

  private final PublicKey identity;
  private final KeyPair staticKey;
  private final byte[] signature;

  /** Makes a static key from {@code random} and signs it with {@code identity}. */
  public NoiseIdentity(final PrivateKey identity, final SecureRandom random) {
    this.identity = identity.publicKey();
    staticKey = KeyPair.generate(random);
    signature = identity.sign(signed(staticKey.publicKey()));
  }

  KeyPair staticKey() {
    return staticKey;
  }

  byte[] payload(final NoiseExtensions extensions) {
    return new NoisePayload(identity, signature, extensions).encode();
  }

  static byte[] signed(final byte[] staticKey) {
    final byte[] bytes = new byte[PREFIX.length + staticKey.length];
    System.arraycopy(PREFIX, 0, bytes, 0, PREFIX.length);
    System.arraycopy(staticKey, 0, bytes, PREFIX.length, staticKey.length);
    return bytes;
  }

  /** An X25519 key. */
  static final class KeyPair {
    private final byte[] secret;
    private final byte[] publicKey = new byte[X25519.POINT_SIZE];

    private KeyPair(final byte[] secret) {
      this.secret = secret;
      X25519.generatePublicKey(secret, 0, publicKey, 0);
    }

    static KeyPair generate(final SecureRandom random) {
      final byte[] secret = new byte[X25519.SCALAR_SIZE];
      X25519.generatePrivateKey(random, secret);
      return new KeyPair(secret);
    }

    static KeyPair ofSecret(final byte[] secret) {
      return new KeyPair(secret.clone());
    }

    byte[] publicKey() {
      return publicKey;
    }

    /** The shared secret; false if the other point is of low order. */
    boolean agree(final byte[] other, final byte[] shared) {
      return X25519.calculateAgreement(secret, 0, other, 0, shared, 0);
    }
  }
}
