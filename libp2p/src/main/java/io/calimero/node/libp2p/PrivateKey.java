// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p;

import com.google.protobuf.ByteString;
import io.calimero.node.libp2p.internal.wire.ProtoReader;
import io.calimero.node.libp2p.internal.wire.ProtoWriter;
import java.security.SecureRandom;
import java.util.Arrays;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * An Ed25519 identity key. Immutable; its text form never shows the secret.
 *
 * <p>Bouncy Castle's arithmetic is used because it verifies several times as fast as the JDK's.
 */
public final class PrivateKey {
  private final byte[] seed;
  private final PublicKey publicKey;

  private PrivateKey(final byte[] seed) {
    this.seed = seed;
    final byte[] point = new byte[Ed25519.PUBLIC_KEY_SIZE];
    Ed25519.generatePublicKey(seed, 0, point, 0);
    publicKey = PublicKey.of(KeyType.ED25519, point);
  }

  /** A new key from {@code random}, which must be fit for secrets. */
  public static PrivateKey generate(final SecureRandom random) {
    final byte[] seed = new byte[Ed25519.SECRET_KEY_SIZE];
    random.nextBytes(seed);
    return new PrivateKey(seed);
  }

  /** The key of a seed of 32 bytes (RFC 8032, section 5.1.5). */
  public static PrivateKey ofSeed(final byte[] seed) {
    if (seed.length != Ed25519.SECRET_KEY_SIZE) {
      throw new MalformedException("An Ed25519 seed has 32 bytes, not " + seed.length);
    }
    return new PrivateKey(seed.clone());
  }

  /**
   * Reads the protobuf form (kind, then seed and public key).
   *
   * @throws MalformedException if it is not an Ed25519 key, or its halves do not belong together
   */
  public static PrivateKey decode(final byte[] protobuf) {
    final ProtoReader in = new ProtoReader("PrivateKey", protobuf);
    long code = -1;
    ByteString data = ByteString.EMPTY;
    while (in.next()) {
      switch (in.field()) {
        case 1 -> code = in.varint();
        case 2 -> data = in.bytes();
        default -> in.skip();
      }
    }
    if (KeyType.of(code) != KeyType.ED25519) {
      throw new MalformedException("Only Ed25519 private keys can be used here");
    }
    // An old form repeats the public key once more.
    if (data.size() != 64 && data.size() != 96) {
      throw new MalformedException("An Ed25519 private key of " + data.size() + " bytes");
    }
    final byte[] bytes = data.toByteArray();
    final PrivateKey key = new PrivateKey(Arrays.copyOf(bytes, 32));
    if (!Arrays.equals(key.publicKey.data(), Arrays.copyOfRange(bytes, 32, 64))) {
      throw new MalformedException("The public half does not belong to the private one");
    }
    return key;
  }

  /** The protobuf form. Secret. */
  public byte[] encode() {
    final ByteString data = ByteString.copyFrom(seed).concat(ByteString.copyFrom(publicKey.data()));
    return new ProtoWriter().varint(1, KeyType.ED25519.code()).bytes(2, data).encode();
  }

  /** The public half. */
  public PublicKey publicKey() {
    return publicKey;
  }

  /** The peer that has this key. */
  public PeerId peerId() {
    return PeerId.of(publicKey);
  }

  /** Signs {@code message}: 64 bytes, the same each time. */
  public byte[] sign(final byte[] message) {
    final byte[] signature = new byte[Ed25519.SIGNATURE_SIZE];
    Ed25519.sign(seed, 0, message, 0, message.length, signature, 0);
    return signature;
  }

  @Override
  public String toString() {
    return "private key of " + peerId();
  }
}
