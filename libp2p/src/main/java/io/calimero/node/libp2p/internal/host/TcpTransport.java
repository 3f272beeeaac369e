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
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Dials and listens over TCP, plain or with a WebSocket on it. */
final class TcpTransport implements Transport {
  /** Enough for several full frames, so that one is encrypted while another is sent. */
  static final WriteBufferWaterMark WATER = new WriteBufferWaterMark(128 << 10, 512 << 10);

  private final EventLoopGroup group;
  private final Upgrader upgrader;
  private final LocalPorts ports;

  TcpTransport(final EventLoopGroup group, final Upgrader upgrader) {
    this.group = group;
    this.upgrader = upgrader;
    ports = new LocalPorts(upgrader.config().nat().holePunching().isPresent());
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
      final Multiaddr address, final Optional<PeerId> expected, final Direction role) {
    final CompletableFuture<P2pConnection> dialled = new CompletableFuture<>();
    final Wire wire = wire(address).orElseThrow();
    final InetSocketAddress socket = wire.socket(address).orElseThrow();
    final Bootstrap bootstrap =
        bootstrap(
            channel -> Futures.forward(upgrader.upgrade(channel, wire, role, expected), dialled));
    final Optional<InetSocketAddress> from = ports.from(socket);
    if (from.isPresent()) {
      final Bootstrap shared = bootstrap.clone();
      ports.share(shared);
      Futures.ignore(
          shared
              .connect(socket, from.get())
              .addListener(
                  done -> {
                    if (LocalPorts.taken(done.cause())) {
                      connect(bootstrap, socket, address, dialled);
                    } else {
                      check(done, address, dialled);
                    }
                  }));
    } else {
      connect(bootstrap, socket, address, dialled);
    }
    return dialled;
  }

  private Bootstrap bootstrap(final Consumer<Channel> connected) {
    final int timeout = Math.toIntExact(upgrader.config().limits().dialTime().toMillis());
    return new Bootstrap()
        .group(group)
        .channel(NioSocketChannel.class)
        .option(ChannelOption.TCP_NODELAY, true)
        .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER)
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, timeout)
        .handler(new OnActive(connected));
  }

  private static void connect(
      final Bootstrap bootstrap,
      final InetSocketAddress socket,
      final Multiaddr address,
      final CompletableFuture<P2pConnection> dialled) {
    Futures.ignore(bootstrap.connect(socket).addListener(done -> check(done, address, dialled)));
  }

  private static void check(
      final Future<?> done,
      final Multiaddr address,
      final CompletableFuture<P2pConnection> dialled) {
    if (!done.isSuccess()) {
      dialled.completeExceptionally(
          new ConnectionException(
              "Cannot connect to " + address + ": " + done.cause().getMessage(), done.cause()));
    }
  }

  @Override
  public CompletableFuture<Listener> listen(final Multiaddr address, final Door door) {
    final CompletableFuture<Listener> bound = new CompletableFuture<>();
    final Wire wire = wire(address).orElseThrow();
    final ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(group)
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER)
            .childHandler(new OnActive(channel -> accept(channel, wire, door)));
    ports.share(bootstrap);
    Futures.ignore(
        bootstrap
            .bind(wire.socket(address).orElseThrow())
            .addListener(
                (ChannelFuture done) -> {
                  if (done.isSuccess()) {
                    ports.listening(done.channel().localAddress());
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
  static final class OnActive extends ChannelInboundHandlerAdapter {
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
