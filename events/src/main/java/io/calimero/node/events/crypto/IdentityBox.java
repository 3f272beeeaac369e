// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.crypto;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.PublicKey;
import io.calimero.node.events.codec.MalformedException;
import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.hpke.HPKE;
import org.bouncycastle.crypto.hpke.HPKEContextWithEncapsulation;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.X25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.X25519PublicKeyParameters;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * Something that only one identity can open: HPKE (RFC 9180) in base mode with DHKEM(X25519,
 * HKDF-SHA256), HKDF-SHA256 and AES-256-GCM. The X25519 key of an identity is that of the same
 * curve's other form (RFC 7748, section 4.1), as libsodium and others convert it; that one key pair
 * may serve both Ed25519 and this KEM is shown by Thormarker (2021).
 *
 * @param encapsulated the sender's one-off public key
 * @param ciphertext what is in the box
 */
public record IdentityBox(Bytes encapsulated, Bytes ciphertext) {
  private static final int POINT = 32;
  private static final int MAX_CONTENT = 1024;
  private static final BigInteger PRIME = BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19));

  /**
   * A box, not yet opened.
   *
   * @throws MalformedException if the parts have lengths that no box has
   */
  public IdentityBox {
    if (encapsulated.length() != POINT || ciphertext.length() > MAX_CONTENT) {
      throw new MalformedException(
          "a box of " + encapsulated.length() + " and " + ciphertext.length() + " bytes");
    }
  }

  /**
   * Seals something for an identity.
   *
   * @param info what it is and for which occasion; the box opens for the same only
   * @throws MalformedException if the identity is no point of the curve
   */
  public static IdentityBox seal(
      final PublicKey identity, final Bytes info, final byte[] content, final SecureRandom random) {
    final byte[] oneOff = new byte[POINT];
    random.nextBytes(oneOff);
    final HPKE hpke = suite();
    final AsymmetricKeyParameter recipient =
        new X25519PublicKeyParameters(montgomery(identity.hash().toByteArray()));
    try {
      final HPKEContextWithEncapsulation context =
          hpke.setupBaseS(recipient, info.toByteArray(), hpke.deriveKeyPair(oneOff));
      return new IdentityBox(
          Bytes.wrap(context.getEncapsulation()), Bytes.wrap(context.seal(new byte[0], content)));
    } catch (final InvalidCipherTextException | IllegalStateException e) {
      throw new MalformedException("nothing can be sealed for " + identity);
    } finally {
      Arrays.fill(oneOff, (byte) 0);
    }
  }

  /** What is in the box, if it is for this identity and this occasion. */
  public Optional<byte[]> open(final KeyPair identity, final Bytes info) {
    final X25519PrivateKeyParameters secret =
        new X25519PrivateKeyParameters(scalar(identity.secret().toByteArray()));
    try {
      return Optional.of(
          suite()
              .setupBaseR(
                  encapsulated.toByteArray(),
                  new AsymmetricCipherKeyPair(secret.generatePublicKey(), secret),
                  info.toByteArray())
              .open(new byte[0], ciphertext.toByteArray()));
    } catch (final InvalidCipherTextException
        | IllegalStateException
        | IllegalArgumentException e) {
      // A point of small order, or not what was sealed
      return Optional.empty();
    }
  }

  private static HPKE suite() {
    return new HPKE(
        HPKE.mode_base, HPKE.kem_X25519_SHA256, HPKE.kdf_HKDF_SHA256, HPKE.aead_AES_GCM256);
  }

  /** The u-coordinate of an Edwards point: (1 + y) / (1 - y). */
  static byte[] montgomery(final byte[] edwards) {
    if (!Ed25519.validatePublicKeyFull(edwards, 0)) {
      throw new MalformedException("the identity is no point of the curve");
    }
    final byte[] bigEndian = reversed(edwards);
    bigEndian[0] &= 0x7f;
    final BigInteger y = new BigInteger(1, bigEndian);
    final BigInteger u =
        y.add(BigInteger.ONE)
            .multiply(BigInteger.ONE.subtract(y).mod(PRIME).modInverse(PRIME))
            .mod(PRIME);
    final byte[] digits = u.toByteArray();
    final byte[] padded = new byte[POINT];
    final int length = Math.min(digits.length, POINT);
    System.arraycopy(digits, digits.length - length, padded, POINT - length, length);
    return reversed(padded);
  }

  /** The scalar of an Ed25519 secret (RFC 8032, section 5.1.5); X25519 clamps it likewise. */
  static byte[] scalar(final byte[] secret) {
    try {
      final byte[] digest = MessageDigest.getInstance("SHA-512").digest(secret);
      final byte[] scalar = Arrays.copyOf(digest, POINT);
      Arrays.fill(digest, (byte) 0);
      Arrays.fill(secret, (byte) 0);
      scalar[0] &= (byte) 0xf8;
      scalar[POINT - 1] &= 0x7f;
      scalar[POINT - 1] |= 0x40;
      return scalar;
    } catch (final NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-512 is part of every Java", e);
    }
  }

  private static byte[] reversed(final byte[] bytes) {
    final byte[] reversed = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      reversed[i] = bytes[bytes.length - 1 - i];
    }
    return reversed;
  }
}
