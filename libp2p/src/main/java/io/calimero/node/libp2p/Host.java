// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A peer of the network: it listens, dials, and opens and serves streams. Safe for use by several
 * threads; no method blocks. Futures complete on threads of the network, which must not be held up.
 */
public interface Host {
  /** Who this host is. */
  PeerId id();

  /**
   * Starts to listen.
   *
   * @return fails with {@link ConnectionException}, listening nowhere, if one of the addresses
   *     cannot be listened on
   */
  CompletableFuture<Void> start();

  /** Ends every connection and gives back every thread and port. Idempotent. */
  CompletableFuture<Void> stop();

  /**
   * Where this host is reached, without its peer id: where it listens unless it was told to
   * announce other addresses, and at relays.
   */
  List<Multiaddr> addresses();

  /** Where this host listens, with the ports it was given and without its peer id. */
  List<Multiaddr> listening();

  /**
   * The connection to {@code peer}: one that is there, or a new one by the first of {@code
   * addresses} that answers. Addresses from the {@link #peers peer store} are tried as well.
   *
   * @return fails with {@link ConnectionException} if no address answered or the peer is left alone
   *     after recent failures, {@link AuthenticationException} if another peer answered, {@link
   *     LimitException} if there are too many connections
   */
  CompletableFuture<Connection> connect(PeerId peer, List<Multiaddr> addresses);

  /**
   * A new connection to {@code address}, whoever is there if the address does not end with a peer;
   * otherwise as {@link #connect(PeerId, List)}.
   */
  CompletableFuture<Connection> connect(Multiaddr address);

  /**
   * Opens a stream for the first of {@code protocols} that {@code peer} speaks; dials if need be.
   */
  CompletableFuture<Stream> openStream(PeerId peer, List<String> protocols);

  /** Serves the streams that peers open for {@code protocol}, in place of any handler before. */
  void handle(String protocol, StreamHandler handler);

  /** Serves {@code protocol} no longer; open streams go on. */
  void unhandle(String protocol);

  /** The protocols that are served. */
  List<String> protocols();

  /** Every connection, the oldest first. */
  List<Connection> connections();

  /** The oldest connection to {@code peer}; one through a relay only if there is no other. */
  Optional<Connection> connection(PeerId peer);

  /** How long a round trip to {@code peer} takes; dials if need be. */
  CompletableFuture<Duration> ping(PeerId peer);

  /**
   * Whether others can dial this host; {@link Reachability#UNKNOWN} unless it was asked for by
   * {@link HostBuilder#autoNat}.
   */
  Reachability reachability();

  /** Whether others can dial this host at {@code address}, one of its own. */
  Reachability reachability(Multiaddr address);

  /** Finds peers with the help of a rendezvous point. */
  Rendezvous rendezvous();

  /** What is known of other peers. */
  PeerStore peers();

  /** Tells {@code listener} of connections from now on. */
  void addListener(HostListener listener);
}
