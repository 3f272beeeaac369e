// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p;

import java.util.List;
import java.util.Optional;

/**
 * What a peer says of itself (identify specification). None of it is proven.
 *
 * @param protocolVersion the family of protocols it belongs to
 * @param agentVersion its software
 * @param protocols what it serves
 * @param listenAddresses where it listens, those that can be read here
 * @param observedAddress where it sees this host
 */
public record PeerInfo(
    String protocolVersion,
    String agentVersion,
    List<String> protocols,
    List<Multiaddr> listenAddresses,
    Optional<Multiaddr> observedAddress) {

  /** Keeps copies. */
  public PeerInfo {
    protocols = List.copyOf(protocols);
    listenAddresses = List.copyOf(listenAddresses);
  }
}
