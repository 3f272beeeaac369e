// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.noise;

import com.google.protobuf.ByteString;
import io.calimero.node.libp2p.AuthenticationException;
import io.calimero.node.libp2p.PublicKey;
import io.calimero.node.libp2p.internal.wire.ProtoReader;
import io.calimero.node.libp2p.internal.wire.ProtoWriter;
import java.util.List;

/** What libp2p sends inside the handshake to tie the static key to an identity. */
final class NoisePayload {
  private final PublicKey identity;
  private final byte[] signature;
  private final NoiseExtensions extensions;

  NoisePayload(final PublicKey identity, final byte[] signature, final NoiseExtensions extensions) {
    this.identity = identity;
    this.signature = signature;
    this.extensions = extensions;
  }

  PublicKey identity() {
    return identity;
  }

  NoiseExtensions extensions() {
    return extensions;
  }

  byte[] encode() {
    return new ProtoWriter()
        .bytes(1, identity.encode())
        .bytes(2, signature)
        .bytes(4, extensions.encode())
        .encode();
  }

  /** Reads a payload and checks that its identity vouches for {@code staticKey}. */
  static NoisePayload open(final byte[] bytes, final byte[] staticKey) {
    final ProtoReader in = new ProtoReader("NoiseHandshakePayload", bytes);
    ByteString key = ByteString.EMPTY;
    ByteString signature = ByteString.EMPTY;
    NoiseExtensions extensions = new NoiseExtensions(List.of());
    while (in.next()) {
      switch (in.field()) {
        case 1 -> key = in.bytes();
        case 2 -> signature = in.bytes();
        case 4 -> extensions = NoiseExtensions.decode(in.bytes());
        default -> in.skip();
      }
    }
    final PublicKey identity = PublicKey.decode(key.toByteArray());
    final byte[] signatureBytes = signature.toByteArray();
    if (!identity.verify(NoiseIdentity.signed(staticKey), signatureBytes)) {
      throw new AuthenticationException(identity + " did not sign the static key of the handshake");
    }
    return new NoisePayload(identity, signatureBytes, extensions);
  }
}
