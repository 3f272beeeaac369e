// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.gossip;

import io.calimero.node.libp2p.PeerId;

/** How a router reaches its peers. */
public interface GossipTransport {
  /** Sends {@code rpc}; it may get lost. */
  void send(PeerId peer, Rpc rpc);

  /** Tries to connect to a peer that another one has named. */
  void connect(Rpc.Candidate candidate);

  /** What to tell others of {@code peer}. */
  Rpc.Candidate candidate(PeerId peer);
}
