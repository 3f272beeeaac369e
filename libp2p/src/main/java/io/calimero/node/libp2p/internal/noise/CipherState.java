// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.noise;

import io.calimero.node.libp2p.AuthenticationException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * ChaCha20-Poly1305 under one key with a counting nonce (Noise, section 5.1). For one direction and
 * one thread. The JDK's cipher is used because it is faster than Bouncy Castle's.
 */
public final class CipherState {
  /** How many bytes a ciphertext is longer than its plaintext. */
  public static final int TAG = 16;

  private final SecretKeySpec key;
  private final Cipher cipher;
  private long nonce;

  CipherState(final byte[] key) {
    this.key = new SecretKeySpec(key, "ChaCha20");
    try {
      cipher = Cipher.getInstance("ChaCha20-Poly1305");
    } catch (final GeneralSecurityException e) {
      throw new IllegalStateException("Every JDK has ChaCha20-Poly1305", e);
    }
  }

  /** Encrypts {@code length} bytes to {@code out}; returns how many bytes that took. */
  public int encrypt(
      final byte[] in, final int at, final int length, final byte[] out, final int outAt) {
    try {
      return run(Cipher.ENCRYPT_MODE, new byte[0], in, at, length, out, outAt);
    } catch (final GeneralSecurityException e) {
      throw new IllegalStateException("Encryption cannot fail", e);
    }
  }

  /**
   * Decrypts {@code length} bytes to {@code out}; returns how many bytes that gave.
   *
   * @throws AuthenticationException if the ciphertext is not the next one that the peer made
   */
  public int decrypt(
      final byte[] in, final int at, final int length, final byte[] out, final int outAt) {
    try {
      return run(Cipher.DECRYPT_MODE, new byte[0], in, at, length, out, outAt);
    } catch (final GeneralSecurityException e) {
      throw new AuthenticationException("A noise frame was tampered with", e);
    }
  }

  byte[] encrypt(final byte[] ad, final byte[] plain) {
    final byte[] out = new byte[plain.length + TAG];
    try {
      run(Cipher.ENCRYPT_MODE, ad, plain, 0, plain.length, out, 0);
    } catch (final GeneralSecurityException e) {
      throw new IllegalStateException("Encryption cannot fail", e);
    }
    return out;
  }

  byte[] decrypt(final byte[] ad, final byte[] sealed) {
    if (sealed.length < TAG) {
      throw new AuthenticationException("A noise ciphertext of " + sealed.length + " bytes");
    }
    final byte[] out = new byte[sealed.length - TAG];
    try {
      run(Cipher.DECRYPT_MODE, ad, sealed, 0, sealed.length, out, 0);
    } catch (final GeneralSecurityException e) {
      throw new AuthenticationException("A noise handshake message was tampered with", e);
    }
    return out;
  }

  private int run(
      final int mode,
      final byte[] ad,
      final byte[] in,
      final int at,
      final int length,
      final byte[] out,
      final int outAt)
      throws GeneralSecurityException {
    if (nonce == -1) {
      throw new AuthenticationException("A noise key was used up");
    }
    final byte[] iv =
        ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN).putInt(0).putLong(nonce).array();
    cipher.init(mode, key, new IvParameterSpec(iv));
    if (ad.length > 0) {
      cipher.updateAAD(ad);
    }
    final int written = cipher.doFinal(in, at, length, out, outAt);
    nonce++;
    return written;
  }
}
