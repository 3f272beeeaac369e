// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.gossip;

import com.google.protobuf.ByteString;

/** Signs messages, and tells whether others have. */
public interface MessageSeal {
  /** Signs a message of this host; {@code sequence} has eight bytes. */
  GossipMessage seal(String topic, ByteString data, ByteString sequence);

  /** Whether the message is complete and its author signed it. Never throws. */
  boolean genuine(GossipMessage message);
}
