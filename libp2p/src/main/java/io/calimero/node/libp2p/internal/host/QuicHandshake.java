// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.host;

import io.calimero.node.libp2p.AuthenticationException;
import io.calimero.node.libp2p.ConnectionException;
import io.calimero.node.libp2p.Direction;
import io.calimero.node.libp2p.HostBuilder;
import io.calimero.node.libp2p.HostLimits;
import io.calimero.node.libp2p.Libp2pException;
import io.calimero.node.libp2p.NegotiationException;
import io.calimero.node.libp2p.PeerId;
import io.calimero.node.libp2p.PublicKey;
import io.calimero.node.libp2p.internal.async.EventLoopTimers;
import io.calimero.node.libp2p.internal.async.Futures;
import io.calimero.node.libp2p.internal.async.Timers;
import io.calimero.node.libp2p.internal.quic.QuicSession;
import io.calimero.node.libp2p.internal.tls.TlsIdentity;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicConnectionCloseEvent;
import io.netty.handler.codec.quic.QuicTransportParameters;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Makes a connection out of a QUIC channel, within a time; closes the channel when that fails. */
final class QuicHandshake extends ChannelInboundHandlerAdapter {
  static final String MUXER = "/quic-v1";

  private final Upgrader upgrader;
  private final Direction direction;
  private final Optional<PeerId> expected;
  private final CompletableFuture<P2pConnection> made = new CompletableFuture<>();
  private Timers.Timer deadline = () -> {};
  private Optional<String> farewell = Optional.empty();
  private Optional<P2pConnection> connection = Optional.empty();

  QuicHandshake(
      final Upgrader upgrader, final Direction direction, final Optional<PeerId> expected) {
    this.upgrader = upgrader;
    this.direction = direction;
    this.expected = expected;
  }

  CompletableFuture<P2pConnection> made() {
    return made;
  }

  @Override
  public void handlerAdded(final ChannelHandlerContext ctx) {
    deadline =
        new EventLoopTimers(ctx.channel().parent().eventLoop())
            .after(
                upgrader.config().limits().handshakeTime(),
                () ->
                    fail(
                        (QuicChannel) ctx.channel(),
                        new ConnectionException("The handshake took too long")));
  }

  @Override
  public void channelActive(final ChannelHandlerContext ctx) {
    final QuicChannel channel = (QuicChannel) ctx.channel();
    try {
      finish(channel, TlsIdentity.peer(channel.sslEngine(), expected));
    } catch (final RuntimeException e) {
      fail(channel, e);
    }
  }

  private void finish(final QuicChannel channel, final PublicKey key) {
    if (key.equals(upgrader.config().key().publicKey())) {
      throw new AuthenticationException("Dialled myself");
    }
    final HostLimits limits = upgrader.config().limits();
    final QuicSession session =
        new QuicSession(
            channel,
            limits.streamsPerConnection(),
            limits.queuedPerStream(),
            stream -> connection.ifPresent(ready -> ready.serve(stream)));
    final P2pConnection.Facts facts =
        new P2pConnection.Facts(
            direction,
            key,
            PeerId.of(key),
            Wire.QUIC.address(channel.remoteSocketAddress()),
            Wire.QUIC.address(channel.localSocketAddress()),
            HostBuilder.TLS,
            MUXER,
            false);
    final P2pConnection ready =
        new P2pConnection(
            facts,
            session,
            new EventLoopTimers(channel.eventLoop()),
            limits.negotiationTime(),
            upgrader.protocols());
    connection = Optional.of(ready);
    deadline.cancel();
    channel.pipeline().addLast(session);
    channel.pipeline().remove(this);
    session.keepAlive(
        silence(limits, channel), () -> Futures.ignore(ready.probe(upgrader.config().random())));
    if (!made.complete(ready)) {
      session.close("nobody waits for it any more");
    }
  }

  /** A peer that ends silent connections early is asked often enough. */
  private static Duration silence(final HostLimits limits, final QuicChannel channel) {
    final QuicTransportParameters theirs = channel.peerTransportParameters();
    final long idle = theirs == null ? 0 : theirs.maxIdleTimeout();
    final long own = limits.keepAlive().toMillis();
    return Duration.ofMillis(idle > 0 ? Math.max(1, Math.min(own, idle / 3)) : own);
  }

  @Override
  public void userEventTriggered(final ChannelHandlerContext ctx, final Object event)
      throws Exception {
    if (event instanceof final QuicConnectionCloseEvent close) {
      farewell = Optional.of(QuicSession.describe(close));
    }
    super.userEventTriggered(ctx, event);
  }

  @Override
  public void channelInactive(final ChannelHandlerContext ctx) {
    fail(
        (QuicChannel) ctx.channel(),
        new ConnectionException(
            farewell.orElse("the peer closed or did not answer") + " during the handshake"));
    ctx.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(final ChannelHandlerContext ctx, final Throwable failure) {
    fail((QuicChannel) ctx.channel(), failure);
  }

  private void fail(final QuicChannel channel, final Throwable cause) {
    deadline.cancel();
    made.completeExceptionally(
        cause instanceof Libp2pException
            ? cause
            : new NegotiationException("The handshake failed: " + cause.getMessage(), cause));
    Futures.ignore(
        channel.close(
            true,
            0,
            Unpooled.copiedBuffer(String.valueOf(cause.getMessage()), StandardCharsets.UTF_8)));
  }
}
