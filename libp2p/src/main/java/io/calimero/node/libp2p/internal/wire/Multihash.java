// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.wire;

import com.google.protobuf.ByteString;
import io.calimero.node.libp2p.MalformedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * A digest that names its function: the identity function and SHA-256, the two that peer ids use.
 *
 * @param code the function's code in the multicodec table
 * @param digest the digest
 */
public record Multihash(int code, ByteString digest) {
  /** The function that leaves its input as it is. */
  public static final int IDENTITY = 0x00;

  /** SHA-256. */
  public static final int SHA2_256 = 0x12;

  /** Refuses what could not have come from its function. */
  public Multihash {
    if (code != IDENTITY && code != SHA2_256) {
      throw new MalformedException("Unknown multihash function " + Integer.toHexString(code));
    }
    if (code == SHA2_256 && digest.size() != 32) {
      throw new MalformedException("A SHA-256 digest of " + digest.size() + " bytes");
    }
  }

  /** The identity multihash of {@code content}. */
  public static Multihash identity(final byte[] content) {
    return new Multihash(IDENTITY, ByteString.copyFrom(content));
  }

  /** The SHA-256 multihash of {@code content}. */
  public static Multihash sha256(final byte[] content) {
    return new Multihash(SHA2_256, ByteString.copyFrom(Multihash.digest(content)));
  }

  /** SHA-256 of {@code content}, 32 bytes. */
  public static byte[] digest(final byte[] content) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(content);
    } catch (final NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JDK has SHA-256", e);
    }
  }

  /**
   * Reads a multihash that fills {@code bytes}.
   *
   * @throws MalformedException if it is cut short, followed by more, or of an unknown function
   */
  public static Multihash decode(final byte[] bytes) {
    final ByteBuf in = Unpooled.wrappedBuffer(bytes);
    final long code = Uvarint.readWhole(in);
    final long length = Uvarint.readWhole(in);
    if (length != in.readableBytes()) {
      throw new MalformedException(
          "A multihash announces " + length + " bytes and has " + in.readableBytes());
    }
    if (code > Integer.MAX_VALUE) {
      throw new MalformedException("Unknown multihash function " + Long.toHexString(code));
    }
    return new Multihash((int) code, ByteString.copyFrom(in.nioBuffer()));
  }

  /** The bytes: function, length, digest. */
  public byte[] encode() {
    final byte[] out = new byte[Uvarint.size(code) + Uvarint.size(digest.size()) + digest.size()];
    final ByteBuf buffer = Unpooled.wrappedBuffer(out).clear();
    Uvarint.write(buffer, code);
    Uvarint.write(buffer, digest.size());
    buffer.writeBytes(digest.asReadOnlyByteBuffer());
    return out;
  }
}
