// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Finding peers with the help of one that everybody knows, the rendezvous point (rendezvous
 * specification). Safe for use by several threads.
 */
public interface Rendezvous {
  /** The protocol's name. */
  String PROTOCOL = "/rendezvous/1.0.0";

  /**
   * A peer that was found. That it registered these addresses is proven; that it is there is not.
   *
   * @param namespace what it is registered for
   * @param peer who
   * @param addresses where; without the peer
   * @param lifetime for how long it registered
   */
  record Found(String namespace, PeerId peer, List<Multiaddr> addresses, Duration lifetime) {
    /** Keeps a copy. */
    public Found {
      addresses = List.copyOf(addresses);
    }
  }

  /**
   * Some of the peers.
   *
   * @param peers who has registered since the cookie that was shown
   * @param cookie to be shown for those that register later
   */
  record Page(List<Found> peers, String cookie) {
    /** Keeps a copy. */
    public Page {
      peers = List.copyOf(peers);
    }
  }

  /**
   * Registers this host with its addresses at {@code point}, in place of any registration before;
   * dials if need be.
   *
   * @param namespace of 1 to 255 bytes
   * @param lifetime how long, in whole seconds; zero for what the point likes
   * @return how long it holds. It fails with {@link LimitException} if the point has no room, with
   *     {@link ConnectionException} if it refuses for another reason
   */
  CompletableFuture<Duration> register(PeerId point, String namespace, Duration lifetime);

  /** Takes the registration back. Completes when that was sent; there is no answer. */
  CompletableFuture<Void> unregister(PeerId point, String namespace);

  /**
   * Asks {@code point} who has registered. Whoever is found is remembered in the {@link PeerStore}.
   *
   * @param namespace empty for all of them
   * @param limit how many at most; the point may give fewer, and the next page then has the rest
   * @param cookie of the page before; empty for the first one
   * @return fails as {@link #register} does
   */
  CompletableFuture<Page> discover(PeerId point, String namespace, int limit, String cookie);
}
