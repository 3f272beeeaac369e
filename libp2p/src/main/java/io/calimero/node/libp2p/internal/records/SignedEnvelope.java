// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.records;

import com.google.protobuf.ByteString;
import io.calimero.node.libp2p.AuthenticationException;
import io.calimero.node.libp2p.MalformedException;
import io.calimero.node.libp2p.PrivateKey;
import io.calimero.node.libp2p.PublicKey;
import io.calimero.node.libp2p.internal.wire.ProtoReader;
import io.calimero.node.libp2p.internal.wire.ProtoWriter;
import io.calimero.node.libp2p.internal.wire.Uvarint;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/**
 * A payload with the signature of the peer that made it (RFC 0002). An object of this class has
 * been verified, or made here.
 *
 * @param signer who signed
 * @param payloadType what the payload is, a multicodec
 * @param payload the signed bytes
 * @param signature over domain, type and payload
 */
public record SignedEnvelope(
    PublicKey signer, ByteString payloadType, ByteString payload, ByteString signature) {

  /** Signs {@code payload} for {@code domain}. */
  public static SignedEnvelope sign(
      final PrivateKey key,
      final String domain,
      final ByteString payloadType,
      final ByteString payload) {
    final byte[] signature = key.sign(signed(domain, payloadType, payload));
    return new SignedEnvelope(
        key.publicKey(), payloadType, payload, ByteString.copyFrom(signature));
  }

  /**
   * Reads an envelope and checks its signature.
   *
   * @throws MalformedException if it is no envelope
   * @throws AuthenticationException if the signature is not the signer's for {@code domain}
   */
  public static SignedEnvelope open(final String domain, final byte[] bytes) {
    final ProtoReader in = new ProtoReader("Envelope", bytes);
    ByteString key = ByteString.EMPTY;
    ByteString type = ByteString.EMPTY;
    ByteString payload = ByteString.EMPTY;
    ByteString signature = ByteString.EMPTY;
    while (in.next()) {
      switch (in.field()) {
        case 1 -> key = in.bytes();
        case 2 -> type = in.bytes();
        case 3 -> payload = in.bytes();
        case 5 -> signature = in.bytes();
        default -> in.skip();
      }
    }
    final PublicKey signer = PublicKey.decode(key.toByteArray());
    if (!signer.verify(signed(domain, type, payload), signature.toByteArray())) {
      throw new AuthenticationException("An envelope that " + signer + " did not sign");
    }
    return new SignedEnvelope(signer, type, payload, signature);
  }

  /** The protobuf form. */
  public byte[] encode() {
    return new ProtoWriter()
        .bytes(1, signer.encode())
        .bytes(2, payloadType)
        .bytes(3, payload)
        .bytes(5, signature)
        .encode();
  }

  private static byte[] signed(
      final String domain, final ByteString payloadType, final ByteString payload) {
    final ByteBuf out = Unpooled.buffer();
    for (final ByteString part :
        new ByteString[] {
          ByteString.copyFrom(domain, StandardCharsets.UTF_8), payloadType, payload
        }) {
      Uvarint.write(out, part.size());
      out.writeBytes(part.asReadOnlyByteBuffer());
    }
    final byte[] bytes = new byte[out.readableBytes()];
    out.readBytes(bytes);
    return bytes;
  }
}
