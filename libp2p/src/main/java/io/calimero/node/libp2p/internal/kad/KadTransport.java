// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.kad;

import io.calimero.node.libp2p.Multiaddr;
import io.calimero.node.libp2p.PeerAddresses;
import io.calimero.node.libp2p.PeerId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The way of a router to other peers. What it returns completes on the router's thread; a future
 * that the router completes itself, because it took too long, ends what stands behind it.
 */
public interface KadTransport {
  /** Sends {@code request} to a peer, dialling it if need be, and brings its answer. */
  CompletableFuture<KadMessage> ask(PeerAddresses to, KadMessage request);

  /** Sends {@code request}, to which there is no answer. */
  CompletableFuture<Void> tell(PeerAddresses to, KadMessage request);

  /** Gets a connection to a peer, whatever it speaks; says where it is. */
  CompletableFuture<PeerAddresses> reach(PeerAddresses peer);

  /** Where {@code peer} is, if there is a connection to it. */
  Optional<PeerAddresses> connected(PeerId peer);

  /** The peers that there are connections to and that say they serve. */
  List<PeerId> servers();

  /** Where {@code peer} is, by its own words. */
  List<Multiaddr> addresses(PeerId peer);

  /** Where this host listens. */
  List<Multiaddr> own();
}
