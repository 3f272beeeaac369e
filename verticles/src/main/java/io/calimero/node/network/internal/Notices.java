// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.network.internal;

import io.calimero.node.events.messages.NetworkMessages.Gossip;
import io.calimero.node.events.messages.NetworkMessages.Listening;
import io.calimero.node.events.messages.NetworkMessages.OpenedStream;
import io.calimero.node.events.messages.NetworkMessages.PeerJoined;
import io.calimero.node.events.messages.NetworkMessages.PeerLeft;

/** What the core tells without being asked, on its loop. */
public interface Notices {
  /** A peer has connected. */
  void joined(PeerJoined notice);

  /** A peer has gone. */
  void left(PeerLeft notice);

  /** The addresses have changed. */
  void listening(Listening notice);

  /** A message waits for its judgement. */
  void gossip(Gossip notice);

  /** A peer has opened a stream. */
  void opened(OpenedStream notice);
}
