// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A secured connection to one peer that carries many streams. Safe for use by several threads. */
public interface Connection {
  /** Who is at the other end; proven by the handshake. */
  PeerId remotePeer();

  /** The key by which it proved it. */
  PublicKey remoteKey();

  /** Where it was reached, or came from; without the peer. */
  Multiaddr remoteAddress();

  /** This end's address, without the peer. */
  Multiaddr localAddress();

  /** Who dialled. */
  Direction direction();

  /** The protocol that secures it, like {@code /noise}. */
  String security();

  /** The protocol that carries many streams over it, like {@code /yamux/1.0.0}. */
  String muxer();

  /** How many streams are open. */
  int streams();

  /**
   * Whether a relay leads to the peer that carries little, and not for long (circuit relay v2). The
   * peer may open streams on it all the same.
   */
  boolean limited();

  /**
   * Opens a stream for the first of {@code protocols} that the peer speaks.
   *
   * @return fails with {@link NegotiationException} if it speaks none, {@link LimitException} if
   *     there are too many streams or the connection is {@link #limited}, {@link
   *     ConnectionException} if the connection has ended
   */
  CompletableFuture<Stream> openStream(List<String> protocols);

  /**
   * As {@link #openStream}, but on a {@link #limited} connection too: for protocols that need only
   * a few bytes, or to which it does not matter that the connection may be cut at any time.
   */
  CompletableFuture<Stream> openStreamEvenIfLimited(List<String> protocols);

  /** Ends the connection and all its streams. Completes as {@link #closed} does. */
  CompletableFuture<String> close();

  /** Completes, never exceptionally, when the connection has ended, with the reason in words. */
  CompletableFuture<String> closed();
}
