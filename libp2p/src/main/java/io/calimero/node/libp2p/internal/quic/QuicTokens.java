// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.quic;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.quic.Quic;
import io.netty.handler.codec.quic.QuicTokenHandler;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.BooleanSupplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Lets peers show that their address is their own (RFC 9000, section 8.1) while many shake hands: a
 * flood of packets with forged senders then costs one small answer each, and nothing is kept.
 *
 * <p>A token is the time, a code over time and address, and the id that the peer chose first.
 */
public final class QuicTokens implements QuicTokenHandler {
  private static final String ALGORITHM = "HmacSHA256";
  private static final int TIME = Long.BYTES;
  private static final int CODE = 32;
  private static final long LIFETIME = Duration.ofSeconds(30).toMillis();

  private final BooleanSupplier crowded;
  private final InstantSource clock;
  private final SecretKeySpec key;

  /** Asks for tokens while {@code crowded}. */
  public QuicTokens(
      final BooleanSupplier crowded, final SecureRandom random, final InstantSource clock) {
    this.crowded = crowded;
    this.clock = clock;
    final byte[] secret = new byte[32];
    random.nextBytes(secret);
    key = new SecretKeySpec(secret, ALGORITHM);
  }

  @Override
  public boolean writeToken(
      final ByteBuf out, final ByteBuf connection, final InetSocketAddress peer) {
    if (!crowded.getAsBoolean()) {
      return false;
    }
    final long now = clock.millis();
    out.writeLong(now).writeBytes(code(now, peer));
    out.writeBytes(connection, connection.readerIndex(), connection.readableBytes());
    return true;
  }

  @Override
  public int validateToken(final ByteBuf token, final InetSocketAddress peer) {
    if (token.readableBytes() <= TIME + CODE) {
      return -1;
    }
    final int start = token.readerIndex();
    final long made = token.getLong(start);
    final byte[] code = new byte[CODE];
    token.getBytes(start + TIME, code);
    final long age = clock.millis() - made;
    return age >= 0 && age <= LIFETIME && MessageDigest.isEqual(code, code(made, peer))
        ? TIME + CODE
        : -1;
  }

  @Override
  public int maxTokenLength() {
    return TIME + CODE + Quic.MAX_CONN_ID_LEN;
  }

  private byte[] code(final long time, final InetSocketAddress peer) {
    try {
      final Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      mac.update(
          ByteBuffer.allocate(TIME + 2).putLong(time).putShort((short) peer.getPort()).flip());
      return mac.doFinal(peer.getAddress().getAddress());
    } catch (final GeneralSecurityException e) {
      throw new IllegalStateException("Every JDK has " + ALGORITHM, e);
    }
  }
}
