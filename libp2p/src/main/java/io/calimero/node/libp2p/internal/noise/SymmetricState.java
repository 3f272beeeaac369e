// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.noise;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** The chaining key and the transcript hash of a handshake (Noise, section 5.2), with SHA-256. */
final class SymmetricState {
  /** Exactly as long as a hash, so it is the first transcript hash as it is. */
  private static final byte[] NAME =
      "Noise_XX_25519_ChaChaPoly_SHA256".getBytes(StandardCharsets.US_ASCII);

  private byte[] chainingKey = NAME;
  private byte[] hash = NAME;
  private @Nullable CipherState cipher;

  void mixHash(final byte[] data) {
    try {
      final MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(hash);
      hash = digest.digest(data);
    } catch (final GeneralSecurityException e) {
      throw new IllegalStateException("Every JDK has SHA-256", e);
    }
  }

  void mixKey(final byte[] secret) {
    final byte[][] keys = derive(secret);
    chainingKey = keys[0];
    cipher = new CipherState(keys[1]);
  }

  byte[] encryptAndHash(final byte[] plain) {
    final byte[] sealed = cipher == null ? plain : cipher.encrypt(hash, plain);
    mixHash(sealed);
    return sealed;
  }

  byte[] decryptAndHash(final byte[] sealed) {
    final byte[] plain = cipher == null ? sealed : cipher.decrypt(hash, sealed);
    mixHash(sealed);
    return plain;
  }

  /** The keys of the initiator's and of the responder's direction. */
  CipherState[] split() {
    final byte[][] keys = derive(new byte[0]);
    return new CipherState[] {new CipherState(keys[0]), new CipherState(keys[1])};
  }

  /** HKDF with two outputs (Noise, section 4.3). */
  private byte[][] derive(final byte[] secret) {
    final byte[] temporary = hmac(chainingKey, secret);
    final byte[] first = hmac(temporary, new byte[] {1});
    final byte[] input = Arrays.copyOf(first, first.length + 1);
    input[first.length] = 2;
    return new byte[][] {first, hmac(temporary, input)};
  }

  private static byte[] hmac(final byte[] key, final byte[] data) {
    try {
      final Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(data);
    } catch (final GeneralSecurityException e) {
      throw new IllegalStateException("Every JDK has HMAC-SHA-256", e);
    }
  }
}
