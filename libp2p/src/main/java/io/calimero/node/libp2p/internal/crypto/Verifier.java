// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.crypto;

import io.calimero.node.libp2p.KeyType;
import io.calimero.node.libp2p.MalformedException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/** Checks the signatures of one public key. Safe for use by several threads. */
@FunctionalInterface
public interface Verifier {
  /** Whether {@code signature} is the key's over {@code message}. Never throws. */
  boolean verify(byte[] message, byte[] signature);

  /**
   * The verifier of a key in its own encoding.
   *
   * @throws MalformedException if {@code key} is no key of kind {@code type}
   */
  static Verifier of(final KeyType type, final byte[] key) {
    return switch (type) {
      case ED25519 -> ed25519(key);
      case SECP256K1 -> Secp256k1.verifier(key);
      case RSA -> x509("RSA", "SHA256withRSA", key);
      case ECDSA -> x509("EC", "SHA256withECDSA", key);
    };
  }

  private static Verifier ed25519(final byte[] key) {
    if (key.length != Ed25519.PUBLIC_KEY_SIZE) {
      throw new MalformedException("An Ed25519 public key has 32 bytes, not " + key.length);
    }
    return (message, signature) ->
        signature.length == Ed25519.SIGNATURE_SIZE
            && Ed25519.verify(signature, 0, key, 0, message, 0, message.length);
  }

  private static Verifier x509(final String family, final String algorithm, final byte[] der) {
    final PublicKey key;
    try {
      key = KeyFactory.getInstance(family).generatePublic(new X509EncodedKeySpec(der));
    } catch (final GeneralSecurityException e) {
      throw new MalformedException("Not an " + family + " public key", e);
    }
    requireStrength(key);
    return (message, signature) -> {
      try {
        final Signature check = Signature.getInstance(algorithm);
        check.initVerify(key);
        check.update(message);
        return check.verify(signature);
      } catch (final GeneralSecurityException e) {
        // A signature of the wrong shape is a wrong signature.
        return false;
      }
    };
  }

  private static void requireStrength(final PublicKey key) {
    final int bits =
        switch (key) {
          case final RSAPublicKey rsa -> rsa.getModulus().bitLength();
          case final ECPublicKey ec -> ec.getParams().getOrder().bitLength() * 8;
          default -> 0;
        };
    // Large moduli make a verification a gift to an attacker, small ones a forgery.
    if (bits < 2048 || bits > 8192) {
      throw new MalformedException("A " + key.getAlgorithm() + " key of unfit size");
    }
  }
}
