// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.peers;

import io.calimero.node.events.StateBase;
import io.calimero.node.events.codec.Codec;
import io.calimero.node.events.codec.RecordCodec;

/**
 * How the messages of peers are written: one format byte, the number of the message in the order of
 * its interface, its fields.
 */
public final class PeerCodecs {
  /** A message of a stream. */
  public static final Codec<PeerMessage> MESSAGE =
      new Versioned<>("a message", 1, RecordCodec.of(PeerMessage.class));

  /** A message of a topic. */
  public static final Codec<GossipMessage> GOSSIP =
      new Versioned<>("a message", 1, RecordCodec.of(GossipMessage.class));

  /** Where a log begins that does not begin with its first entry, as a log keeps it. */
  public static final Codec<StateBase> BASE =
      new Versioned<>("a base", 1, RecordCodec.of(StateBase.class));

  private PeerCodecs() {}
}
