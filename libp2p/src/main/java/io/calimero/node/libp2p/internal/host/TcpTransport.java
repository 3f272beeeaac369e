// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.host;

import io.calimero.node.libp2p.ConnectionException;
import io.calimero.node.libp2p.Direction;
import io.calimero.node.libp2p.Multiaddr;
import io.calimero.node.libp2p.PeerId;
import io.calimero.node.libp2p.internal.async.Futures;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Dials and listens over TCP, plain or with a WebSocket on it. */
final class TcpTransport implements Transport {
  /** Enough for several full frames, so that one is encrypted while another is sent. */
  private static final WriteBufferWaterMark WATER = new WriteBufferWaterMark(128 << 10, 512 << 10);

  private final EventLoopGroup group;
  private final Upgrader upgrader;

  TcpTransport(final EventLoopGroup group, final Upgrader upgrader) {
    this.group = group;
    this.upgrader = upgrader;
  }

  @Override
  public boolean speaks(final Multiaddr address) {
    return wire(address).isPresent();
  }

  private static Optional<Wire> wire(final Multiaddr address) {
    return Wire.of(address).filter(wire -> wire != Wire.QUIC);
  }

  @Override
  public CompletableFuture<P2pConnection> dial(
      final Multiaddr address, final Optional<PeerId> expected) {
    final CompletableFuture<P2pConnection> dialled = new CompletableFuture<>();
    final Wire wire = wire(address).orElseThrow();
    final InetSocketAddress socket = wire.socket(address).orElseThrow();
    final int timeout = Math.toIntExact(upgrader.config().limits().dialTime().toMillis());
    Futures.ignore(
        new Bootstrap()
            .group(group)
            .channel(NioSocketChannel.class)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, timeout)
            .handler(
                new OnActive(
                    channel ->
                        Futures.forward(
                            upgrader.upgrade(channel, wire, Direction.OUTBOUND, expected),
                            dialled)))
            .connect(socket)
            .addListener(
                done -> {
                  if (!done.isSuccess()) {
                    dialled.completeExceptionally(
                        new ConnectionException(
                            "Cannot connect to " + address + ": " + done.cause().getMessage(),
                            done.cause()));
                  }
                }));
    return dialled;
  }

  @Override
  public CompletableFuture<Listener> listen(final Multiaddr address, final Door door) {
    final CompletableFuture<Listener> bound = new CompletableFuture<>();
    final Wire wire = wire(address).orElseThrow();
    Futures.ignore(
        new ServerBootstrap()
            .group(group)
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER)
            .childHandler(new OnActive(channel -> accept(channel, wire, door)))
            .bind(wire.socket(address).orElseThrow())
            .addListener(
                (ChannelFuture done) -> {
                  if (done.isSuccess()) {
                    bound.complete(new Listener(done.channel(), wire));
                  } else {
                    bound.completeExceptionally(
                        new ConnectionException(
                            "Cannot listen on " + address + ": " + done.cause().getMessage(),
                            done.cause()));
                  }
                }));
    return bound;
  }

  private void accept(final Channel channel, final Wire wire, final Door door) {
    door.knock(
        wire.address(channel.remoteAddress()),
        () -> Futures.ignore(channel.close()),
        () -> upgrader.upgrade(channel, wire, Direction.INBOUND, Optional.empty()));
  }

  /** Hands a channel on once it is connected, and goes. */
  @Sharable
  private static final class OnActive extends ChannelInboundHandlerAdapter {
    private final Consumer<Channel> action;

    OnActive(final Consumer<Channel> action) {
      this.action = action;
    }

    @Override
    public void channelActive(final ChannelHandlerContext ctx) {
      action.accept(ctx.channel());
      ctx.pipeline().remove(this);
    }
  }
}
