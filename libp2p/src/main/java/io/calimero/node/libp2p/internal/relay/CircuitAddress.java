// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.relay;

import io.calimero.node.libp2p.AddressComponent;
import io.calimero.node.libp2p.AddressProtocol;
import io.calimero.node.libp2p.MalformedException;
import io.calimero.node.libp2p.Multiaddr;
import io.calimero.node.libp2p.PeerId;
import java.util.List;
import java.util.Optional;

/**
 * An address that leads through a relay: {@code [TRANSPORT]/p2p/RELAY/p2p-circuit[/p2p/TARGET]}.
 *
 * @param relay the relay
 * @param transport where it is, without its id; empty if the address does not say
 * @param target who is behind it, if the address says
 */
public record CircuitAddress(PeerId relay, Optional<Multiaddr> transport, Optional<PeerId> target) {

  /**
   * Takes an address apart.
   *
   * @throws MalformedException if it leads through no relay, through several, or elsewhere
   */
  public static CircuitAddress of(final Multiaddr address) {
    final List<AddressComponent> parts = address.components();
    int circuit = -1;
    for (int i = 0; i < parts.size(); i++) {
      if (parts.get(i).protocol() == AddressProtocol.P2P_CIRCUIT) {
        if (circuit >= 0) {
          throw new MalformedException("More than one relay: " + address);
        }
        circuit = i;
      }
    }
    if (circuit < 0) {
      throw new MalformedException("Not through a relay: " + address);
    }
    final Multiaddr before = new Multiaddr(parts.subList(0, circuit));
    final Multiaddr behind = new Multiaddr(parts.subList(circuit + 1, parts.size()));
    if (!behind.withoutPeer().components().isEmpty()) {
      throw new MalformedException("What is behind the relay is no peer: " + address);
    }
    final PeerId relay =
        before
            .peer()
            .orElseThrow(() -> new MalformedException("Which relay? It is missing in " + address));
    return new CircuitAddress(
        relay,
        Optional.of(before.withoutPeer()).filter(at -> !at.components().isEmpty()),
        behind.peer());
  }

  /** The address of whoever is behind {@code relay}, which is at {@code transport}. */
  public static Multiaddr through(final Multiaddr transport, final PeerId relay) {
    return transport.withPeer(relay).with(AddressProtocol.P2P_CIRCUIT, "");
  }
}
