// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p;

import com.google.protobuf.ByteString;

/** A message of a topic. Immutable. */
public final class PubSubMessage {
  private final PeerId author;
  private final PeerId sender;
  private final String topic;
  private final long sequence;
  private final ByteString data;

  /** A message of {@code author} that {@code sender} passed on. */
  public PubSubMessage(
      final PeerId author,
      final PeerId sender,
      final String topic,
      final long sequence,
      final ByteString data) {
    this.author = author;
    this.sender = sender;
    this.topic = topic;
    this.sequence = sequence;
    this.data = data;
  }

  /** Who wrote and signed it. */
  public PeerId author() {
    return author;
  }

  /** The peer that it came from. */
  public PeerId sender() {
    return sender;
  }

  /** The topic. */
  public String topic() {
    return topic;
  }

  /** The author's number for it. */
  public long sequence() {
    return sequence;
  }

  /** The content, a copy. */
  public byte[] data() {
    return data.toByteArray();
  }
}
