// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.host;

import io.calimero.node.libp2p.AuthenticationException;
import io.calimero.node.libp2p.ConnectionException;
import io.calimero.node.libp2p.Direction;
import io.calimero.node.libp2p.HostBuilder;
import io.calimero.node.libp2p.Libp2pException;
import io.calimero.node.libp2p.NegotiationException;
import io.calimero.node.libp2p.PeerId;
import io.calimero.node.libp2p.PublicKey;
import io.calimero.node.libp2p.internal.async.EventLoopTimers;
import io.calimero.node.libp2p.internal.async.Futures;
import io.calimero.node.libp2p.internal.async.Timers;
import io.calimero.node.libp2p.internal.multistream.MultistreamHandler;
import io.calimero.node.libp2p.internal.multistream.Negotiation;
import io.calimero.node.libp2p.internal.noise.NoiseExtensions;
import io.calimero.node.libp2p.internal.noise.NoiseHandshake;
import io.calimero.node.libp2p.internal.noise.NoiseHandshakeHandler;
import io.calimero.node.libp2p.internal.tls.TlsHandshakeHandler;
import io.calimero.node.libp2p.internal.yamux.YamuxHandler;
import io.calimero.node.libp2p.internal.yamux.YamuxSession;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Makes a connection out of a raw channel: agrees on security, shakes hands, agrees on a
 * multiplexer (inside the handshake where the peer can), within a time. The channel is closed when
 * that fails.
 */
final class Upgrade extends ChannelInboundHandlerAdapter {
  static final String YAMUX = "/yamux/1.0.0";
  static final List<String> MUXERS = List.of(YAMUX);

  private final Upgrader upgrader;
  private final Wire wire;
  private final Direction direction;
  private final Optional<PeerId> expected;
  private final CompletableFuture<P2pConnection> upgraded = new CompletableFuture<>();
  private Timers.Timer deadline = () -> {};
  private Optional<P2pConnection> connection = Optional.empty();

  Upgrade(
      final Upgrader upgrader,
      final Wire wire,
      final Direction direction,
      final Optional<PeerId> expected) {
    this.upgrader = upgrader;
    this.wire = wire;
    this.direction = direction;
    this.expected = expected;
  }

  CompletableFuture<P2pConnection> upgraded() {
    return upgraded;
  }

  /** Begins, on the channel's thread, once the channel is connected. */
  void begin(final Channel channel) {
    channel.pipeline().addLast("upgrade", this);
    deadline =
        new EventLoopTimers(channel.eventLoop())
            .after(
                upgrader.config().limits().handshakeTime(),
                () -> fail(channel, new ConnectionException("The handshake took too long")));
    if (wire == Wire.WEBSOCKET) {
      WebSocketFraming.install(
          channel,
          dialer(),
          "upgrade",
          upgrader.config().limits().handshakeTime(),
          () -> negotiateSecurity(channel));
    } else {
      negotiateSecurity(channel);
    }
  }

  private void negotiateSecurity(final Channel channel) {
    negotiate(channel, upgrader.config().security(), security -> secure(channel, security));
  }

  private boolean dialer() {
    return direction == Direction.OUTBOUND;
  }

  private void negotiate(final Channel channel, final List<String> protocols, final NextStep next) {
    final Negotiation negotiation =
        dialer() ? Negotiation.dialer(protocols) : Negotiation.listener(protocols::contains);
    channel
        .pipeline()
        .addBefore("upgrade", null, new MultistreamHandler(negotiation, next::agreed));
  }

  private void secure(final Channel channel, final String security) {
    final ChannelHandler handshake =
        security.equals(HostBuilder.NOISE)
            ? new NoiseHandshakeHandler(
                dialer(),
                upgrader.noise(),
                upgrader.config().random(),
                new NoiseExtensions(MUXERS),
                expected,
                result -> secured(channel, security, result.remoteKey(), early(result)))
            : new TlsHandshakeHandler(
                dialer(),
                upgrader.tls(),
                expected,
                (key, early) -> secured(channel, security, key, early));
    channel.pipeline().addBefore("upgrade", null, handshake);
  }

  /** The dialler's preference decides; without anything in common it is negotiated as of old. */
  private Optional<String> early(final NoiseHandshake.Result result) {
    final List<String> theirs = result.remoteExtensions().muxers();
    return (dialer() ? MUXERS : theirs)
        .stream().filter((dialer() ? theirs : MUXERS)::contains).findFirst();
  }

  private void secured(
      final Channel channel,
      final String security,
      final PublicKey key,
      final Optional<String> early) {
    if (key.equals(upgrader.config().key().publicKey())) {
      throw new AuthenticationException("Dialled myself");
    }
    if (early.isPresent()) {
      multiplex(channel, security, key, early.get());
    } else {
      negotiate(channel, MUXERS, muxer -> multiplex(channel, security, key, muxer));
    }
  }

  private void multiplex(
      final Channel channel, final String security, final PublicKey key, final String muxer) {
    final P2pConnection.Facts facts =
        new P2pConnection.Facts(
            direction,
            key,
            PeerId.of(key),
            wire.address(channel.remoteAddress()),
            wire.address(channel.localAddress()),
            security,
            muxer,
            channel instanceof final StreamChannel circuit && circuit.limited());
    channel
        .pipeline()
        .addBefore(
            "upgrade",
            "yamux",
            new YamuxHandler(
                dialer(),
                upgrader.config().yamux(),
                session -> finish(channel, facts, session),
                stream -> connection.ifPresent(ready -> ready.serve(stream))));
  }

  private void finish(
      final Channel channel, final P2pConnection.Facts facts, final YamuxSession session) {
    final P2pConnection ready =
        new P2pConnection(
            facts,
            session,
            new EventLoopTimers(channel.eventLoop()),
            upgrader.config().limits().negotiationTime(),
            upgrader.protocols());
    connection = Optional.of(ready);
    deadline.cancel();
    channel.pipeline().remove(this);
    if (!upgraded.complete(ready)) {
      session.close("nobody waits for it any more");
    }
  }

  @Override
  public void channelInactive(final ChannelHandlerContext ctx) {
    fail(ctx.channel(), new ConnectionException("The peer closed during the handshake"));
  }

  @Override
  public void exceptionCaught(final ChannelHandlerContext ctx, final Throwable failure) {
    final Throwable cause =
        failure instanceof DecoderException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    fail(ctx.channel(), cause);
  }

  private void fail(final Channel channel, final Throwable cause) {
    deadline.cancel();
    upgraded.completeExceptionally(
        cause instanceof Libp2pException
            ? cause
            : new NegotiationException("The handshake failed: " + cause.getMessage(), cause));
    Futures.ignore(channel.close());
  }

  @FunctionalInterface
  private interface NextStep {
    void agreed(String protocol);
  }
}
