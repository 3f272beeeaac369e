// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p;

/** Decides whom this host has to do with. Called on threads of the network; must not block. */
public interface ConnectionGate {
  /** Lets everybody pass. */
  ConnectionGate OPEN = new ConnectionGate() {};

  /** Whether an address may be dialled, or a connection from it accepted. */
  default boolean allows(final Multiaddr address, final Direction direction) {
    return true;
  }

  /** Whether a peer that has proven its identity may stay. */
  default boolean allows(final PeerId peer, final Direction direction) {
    return true;
  }
}
