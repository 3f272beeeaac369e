// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p;

import java.util.List;

/** Is told what happens to connections. Called on threads of the network; must not block. */
public interface HostListener {
  /** A connection is ready for streams. */
  default void connected(final Connection connection) {}

  /** A connection has ended. */
  default void disconnected(final Connection connection, final String reason) {}

  /** The addresses that this host is reached at, as {@link Host#addresses} says, have changed. */
  default void addressesChanged(final List<Multiaddr> addresses) {}

  /** It has become known whether others can dial this host, or it is no longer known. */
  default void reachabilityChanged(final Reachability reachability) {}

  /** A peer has told what it is and speaks; again whenever that changes. */
  default void identified(final Connection connection, final PeerInfo info) {}
}
