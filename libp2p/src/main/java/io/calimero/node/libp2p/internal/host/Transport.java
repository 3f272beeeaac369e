// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.host;

import io.calimero.node.libp2p.Direction;
import io.calimero.node.libp2p.Multiaddr;
import io.calimero.node.libp2p.PeerId;
import io.netty.channel.Channel;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Dials and listens on addresses of some kind. Safe for use by several threads. */
interface Transport {
  /** Whether {@code address}, which has no names, can be dialled here. */
  boolean speaks(Multiaddr address);

  /**
   * A connection to {@code address}.
   *
   * @param expected who must be there; empty for anybody
   * @param role the handshake and all that follows are those of this one; {@code INBOUND} where
   *     both sides dial at once, and this is the one that answers
   */
  CompletableFuture<P2pConnection> dial(
      Multiaddr address, Optional<PeerId> expected, Direction role);

  /** Listens on {@code address}; what comes in goes through {@code door}. */
  CompletableFuture<Listener> listen(Multiaddr address, Door door);

  /** Where what others begin is let in or refused. */
  interface Door {
    /**
     * Somebody at {@code from} begins a handshake.
     *
     * @param refuse is run if it may not
     * @param handshake is run otherwise, on this thread
     */
    void knock(
        Multiaddr from, Runnable refuse, Supplier<CompletableFuture<P2pConnection>> handshake);

    /** Whether so many shake hands that a peer should first show that its address is its own. */
    boolean crowded();
  }

  /**
   * What listens.
   *
   * @param channel the server's; closing it ends the listening
   * @param wire what it listens for
   */
  record Listener(Channel channel, Wire wire) {
    /** Where it can be reached. */
    List<Multiaddr> addresses() {
      return channel.isActive() ? wire.reachable(channel.localAddress()) : List.of();
    }
  }
}
