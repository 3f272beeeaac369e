// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.host;

import io.calimero.node.libp2p.Connection;
import io.calimero.node.libp2p.Direction;
import io.calimero.node.libp2p.LimitException;
import io.calimero.node.libp2p.Multiaddr;
import io.calimero.node.libp2p.PeerId;
import io.calimero.node.libp2p.PublicKey;
import io.calimero.node.libp2p.Stream;
import io.calimero.node.libp2p.internal.async.EventLoopTimers;
import io.calimero.node.libp2p.internal.async.Futures;
import io.calimero.node.libp2p.internal.multistream.Negotiation;
import io.calimero.node.libp2p.internal.protocols.Ping;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A connection that is ready for streams. */
final class P2pConnection implements Connection {
  private final Facts facts;
  private final MuxedSession session;
  private final EventLoopTimers loop;
  private final Duration negotiationTime;
  private final Protocols protocols;
  private volatile long lastUsed;

  /**
   * What is settled about a connection.
   *
   * @param direction who dialled
   * @param remoteKey the peer's proven key
   * @param remotePeer its name
   * @param remoteAddress where it is
   * @param localAddress where this end is
   * @param security what secures it
   * @param muxer what carries streams over it
   * @param limited whether a relay limits it
   */
  record Facts(
      Direction direction,
      PublicKey remoteKey,
      PeerId remotePeer,
      Multiaddr remoteAddress,
      Multiaddr localAddress,
      String security,
      String muxer,
      boolean limited) {}

  P2pConnection(
      final Facts facts,
      final MuxedSession session,
      final EventLoopTimers loop,
      final Duration negotiationTime,
      final Protocols protocols) {
    this.facts = facts;
    this.session = session;
    this.loop = loop;
    this.negotiationTime = negotiationTime;
    this.protocols = protocols;
    lastUsed = loop.nanoTime();
  }

  /** Serves a stream that the peer opened. On the connection's thread. */
  void serve(final RawStream raw) {
    Futures.ignore(
        StreamNegotiator.negotiate(
                raw, Negotiation.listener(protocols::serves), loop, negotiationTime)
            .thenAccept(
                agreed -> {
                  used(agreed.protocol());
                  protocols.handle(new AgreedStream(this, raw, agreed), agreed.protocol());
                })
            .whenComplete(
                (ok, failure) -> {
                  if (failure != null) {
                    raw.reset();
                  }
                }));
  }

  @Override
  public CompletableFuture<Stream> openStream(final List<String> wanted) {
    return facts.limited()
        ? CompletableFuture.failedFuture(
            new LimitException("A relay limits the " + this + ", and this stream may be too much"))
        : openStreamEvenIfLimited(wanted);
  }

  @Override
  public CompletableFuture<Stream> openStreamEvenIfLimited(final List<String> wanted) {
    final CompletableFuture<Stream> opened = new CompletableFuture<>();
    loop.execute(
        () -> {
          try {
            open(wanted, opened);
          } catch (final RuntimeException e) {
            opened.completeExceptionally(e);
          }
        });
    return opened;
  }

  private void open(final List<String> wanted, final CompletableFuture<Stream> opened) {
    final Negotiation negotiation = Negotiation.dialer(wanted);
    used(wanted.getFirst());
    final RawStream raw = session.open();
    Futures.ignore(
        StreamNegotiator.negotiate(raw, negotiation, loop, negotiationTime)
            .whenComplete(
                (agreed, failure) -> {
                  if (failure != null) {
                    opened.completeExceptionally(Futures.cause(failure));
                  } else {
                    opened.complete(new AgreedStream(this, raw, agreed));
                  }
                }));
  }

  /** Pings do not count: they are sent to learn whether the other side is there at all. */
  private void used(final String protocol) {
    if (!protocol.equals(Ping.ID)) {
      lastUsed = loop.nanoTime();
    }
  }

  /** Makes the peer answer, whatever it is. */
  CompletableFuture<Duration> probe(final SecureRandom random) {
    return Ping.ping(this, random, loop::nanoTime);
  }

  /** Nanoseconds since a stream was last opened or open. On the connection's thread. */
  long idle() {
    if (session.streams() > 0) {
      lastUsed = loop.nanoTime();
    }
    return loop.nanoTime() - lastUsed;
  }

  MuxedSession session() {
    return session;
  }

  EventLoopTimers loop() {
    return loop;
  }

  CompletableFuture<String> close(final String reason) {
    loop.execute(() -> session.close(reason));
    return session.closed();
  }

  @Override
  public CompletableFuture<String> close() {
    return close("closed on this side");
  }

  @Override
  public CompletableFuture<String> closed() {
    return session.closed();
  }

  @Override
  public PeerId remotePeer() {
    return facts.remotePeer();
  }

  @Override
  public PublicKey remoteKey() {
    return facts.remoteKey();
  }

  @Override
  public Multiaddr remoteAddress() {
    return facts.remoteAddress();
  }

  @Override
  public Multiaddr localAddress() {
    return facts.localAddress();
  }

  @Override
  public Direction direction() {
    return facts.direction();
  }

  @Override
  public String security() {
    return facts.security();
  }

  @Override
  public String muxer() {
    return facts.muxer();
  }

  @Override
  public boolean limited() {
    return facts.limited();
  }

  @Override
  public int streams() {
    return session.streams();
  }

  @Override
  public String toString() {
    return facts.direction() + " connection with " + remotePeer() + " at " + remoteAddress();
  }
}
