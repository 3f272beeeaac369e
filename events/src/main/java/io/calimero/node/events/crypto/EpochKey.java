// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.crypto;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.codec.MalformedException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.KDF;
import javax.crypto.SecretKey;
import javax.crypto.spec.HKDFParameterSpec;

/**
 * The secret that the members of a context share in one epoch. It encrypts nothing itself: what
 * encrypts is derived from it (HKDF with SHA-256, RFC 5869). Not thread-safe.
 */
public final class EpochKey {
  /** How many bytes a key has. */
  public static final int LENGTH = 32;

  /** How many bytes the name of a key has. */
  public static final int ID_LENGTH = 16;

  private static final String KDF_NAME = "HKDF-SHA256";
  private static final String CIPHER = "AES";
  private static final byte[] ID = tag("calimero/epoch-key-id/1");
  private static final byte[] SESSION = tag("calimero/epoch-key-session/1");

  private final byte[] secret;
  private final Bytes id;
  private boolean destroyed;

  private EpochKey(final byte[] secret) {
    this.secret = secret;
    try {
      final HKDFParameterSpec parameters =
          HKDFParameterSpec.ofExtract().addIKM(secret).thenExpand(ID, ID_LENGTH);
      id = Bytes.wrap(KDF.getInstance(KDF_NAME).deriveData(parameters));
    } catch (final GeneralSecurityException e) {
      throw new IllegalStateException("HKDF is part of this Java", e);
    }
  }

  /** A new key. */
  public static EpochKey generate(final SecureRandom random) {
    final byte[] secret = new byte[LENGTH];
    random.nextBytes(secret);
    return new EpochKey(secret);
  }

  /**
   * The key of this secret, which is copied.
   *
   * @throws MalformedException if it has another length
   */
  public static EpochKey ofSecret(final byte[] secret) {
    if (secret.length != LENGTH) {
      throw new MalformedException("a key of " + secret.length + " bytes");
    }
    return new EpochKey(secret.clone());
  }

  /** Names the key, and tells nothing else about it. Two keys have two names. */
  public Bytes id() {
    return id;
  }

  /**
   * A copy of the secret, for the key store and for handing it to a member. Whoever takes it
   * overwrites it.
   */
  public byte[] secret() {
    requireAlive();
    return secret.clone();
  }

  /**
   * The AES-256 key of a session: of one sender, for as long as it counts its messages.
   *
   * @param session random, so that no two sessions have the same
   */
  public SecretKey ofSession(final Bytes session) {
    requireAlive();
    try {
      return KDF.getInstance(KDF_NAME)
          .deriveKey(
              CIPHER,
              HKDFParameterSpec.ofExtract()
                  .addIKM(secret)
                  .addSalt(session.toByteArray())
                  .thenExpand(SESSION, LENGTH));
    } catch (final GeneralSecurityException e) {
      throw new IllegalStateException("HKDF is part of this Java", e);
    }
  }

  /**
   * Overwrites the secret; nothing can be derived from it any more. What the virtual machine copied
   * when it moved the object, and keys that were derived before, are out of reach.
   */
  public void destroy() {
    destroyed = true;
    Arrays.fill(secret, (byte) 0);
  }

  private void requireAlive() {
    if (destroyed) {
      throw new IllegalStateException("the key was destroyed");
    }
  }

  private static byte[] tag(final String name) {
    return name.getBytes(StandardCharsets.US_ASCII);
  }

  /** Names the key only. */
  @Override
  public String toString() {
    return "EpochKey[" + id + "]";
  }
}
