// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p;

import java.util.List;

/**
 * A peer, and where it may be reached.
 *
 * @param peer who
 * @param addresses where, without the peer; may be empty
 */
public record PeerAddresses(PeerId peer, List<Multiaddr> addresses) {
  /** Keeps a copy, without the peer at the end of each address. */
  public PeerAddresses {
    addresses = addresses.stream().map(Multiaddr::withoutPeer).distinct().toList();
  }
}
