// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.gossip;

import com.google.protobuf.ByteString;
import io.calimero.node.libp2p.MalformedException;
import io.calimero.node.libp2p.PeerId;
import io.calimero.node.libp2p.PrivateKey;
import io.calimero.node.libp2p.PublicKey;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** StrictSign: every message carries author, number and signature (pubsub, "Message Signing"). */
public final class SignatureSeal implements MessageSeal {
  private static final ByteString PREFIX =
      ByteString.copyFrom("libp2p-pubsub:", StandardCharsets.US_ASCII);

  private final PrivateKey key;
  private final ByteString self;

  /** Signs with {@code key}. */
  public SignatureSeal(final PrivateKey key) {
    this.key = key;
    self = ByteString.copyFrom(key.peerId().encode());
  }

  @Override
  public GossipMessage seal(final String topic, final ByteString data, final ByteString sequence) {
    final GossipMessage plain =
        new GossipMessage(self, data, sequence, topic, ByteString.EMPTY, ByteString.EMPTY);
    final ByteString signature = ByteString.copyFrom(key.sign(signed(plain)));
    return new GossipMessage(self, data, sequence, topic, signature, ByteString.EMPTY);
  }

  @Override
  public boolean genuine(final GossipMessage message) {
    if (message.sequence().size() != Long.BYTES || message.signature().isEmpty()) {
      return false;
    }
    try {
      final Optional<PublicKey> author = author(message);
      return author.isPresent()
          && author.get().verify(signed(message), message.signature().toByteArray());
    } catch (final MalformedException e) {
      return false;
    }
  }

  private static Optional<PublicKey> author(final GossipMessage message) {
    final PeerId from = PeerId.decode(message.from().toByteArray());
    if (message.key().isEmpty()) {
      return from.publicKey();
    }
    return Optional.of(PublicKey.decode(message.key().toByteArray())).filter(from::matches);
  }

  private static byte[] signed(final GossipMessage message) {
    return PREFIX.concat(ByteString.copyFrom(message.unsigned())).toByteArray();
  }
}
