// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.gossip;

import com.google.protobuf.ByteString;
import io.calimero.node.libp2p.internal.wire.ProtoReader;
import io.calimero.node.libp2p.internal.wire.ProtoWriter;

/**
 * A message as it travels (pubsub specification, "The Message"). Absent fields are empty.
 *
 * @param from the author's peer id
 * @param data the content
 * @param sequence eight bytes
 * @param topic the topic
 * @param signature the author's
 * @param key the author's key, where the peer id does not hold it
 */
public record GossipMessage(
    ByteString from,
    ByteString data,
    ByteString sequence,
    String topic,
    ByteString signature,
    ByteString key) {

  /** What tells messages apart: author and number. */
  public ByteString id() {
    return from.concat(sequence);
  }

  /** What is signed, but for its prefix: everything except signature and key. */
  byte[] unsigned() {
    return fields().encode();
  }

  byte[] encode() {
    final ProtoWriter out = fields();
    if (!signature.isEmpty()) {
      out.bytes(5, signature);
    }
    if (!key.isEmpty()) {
      out.bytes(6, key);
    }
    return out.encode();
  }

  private ProtoWriter fields() {
    final ProtoWriter out = new ProtoWriter();
    if (!from.isEmpty()) {
      out.bytes(1, from);
    }
    out.bytes(2, data);
    if (!sequence.isEmpty()) {
      out.bytes(3, sequence);
    }
    return out.string(4, topic);
  }

  static GossipMessage decode(final ByteString bytes) {
    final ProtoReader in = new ProtoReader("Message", bytes);
    ByteString from = ByteString.EMPTY;
    ByteString data = ByteString.EMPTY;
    ByteString sequence = ByteString.EMPTY;
    String topic = "";
    ByteString signature = ByteString.EMPTY;
    ByteString key = ByteString.EMPTY;
    while (in.next()) {
      switch (in.field()) {
        case 1 -> from = in.bytes();
        case 2 -> data = in.bytes();
        case 3 -> sequence = in.bytes();
        case 4 -> topic = in.string();
        case 5 -> signature = in.bytes();
        case 6 -> key = in.bytes();
        default -> in.skip();
      }
    }
    return new GossipMessage(from, data, sequence, topic, signature, key);
  }
}
