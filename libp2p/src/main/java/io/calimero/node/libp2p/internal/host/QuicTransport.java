// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.host;

import io.calimero.node.libp2p.ConnectionException;
import io.calimero.node.libp2p.Direction;
import io.calimero.node.libp2p.HostLimits;
import io.calimero.node.libp2p.Multiaddr;
import io.calimero.node.libp2p.PeerId;
import io.calimero.node.libp2p.internal.async.Futures;
import io.calimero.node.libp2p.internal.quic.QuicSession;
import io.calimero.node.libp2p.internal.quic.QuicTokens;
import io.calimero.node.libp2p.internal.tls.TlsIdentity;
import io.calimero.node.libp2p.internal.yamux.YamuxConfig;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicClientCodecBuilder;
import io.netty.handler.codec.quic.QuicCodecBuilder;
import io.netty.handler.codec.quic.QuicServerCodecBuilder;
import io.netty.handler.codec.quic.QuicSslContext;
import io.netty.handler.codec.quic.QuicSslContextBuilder;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.ssl.ClientAuth;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Dials and listens over QUIC version 1 (specs/quic): the handshake is that of TLS with libp2p's
 * certificates, and every stream of libp2p is one of QUIC.
 *
 * <p>Dials are spread over the threads, each of which has a socket for all of its own; all that
 * come in on one address share its socket and its thread.
 */
final class QuicTransport implements Transport {
  /** What is agreed on inside the handshake. */
  private static final String ALPN = "libp2p";

  /** What the system holds of datagrams while this side is busy; it may allow less. */
  private static final int SOCKET_BUFFER = 2 << 20;

  private static final int MAX_READ = 64 << 10;

  private final EventLoopGroup group;
  private final Upgrader upgrader;
  private final QuicSockets sockets;
  private final QuicSslContext server;

  QuicTransport(final EventLoopGroup group, final Upgrader upgrader) {
    this.group = group;
    this.upgrader = upgrader;
    final TlsIdentity tls = upgrader.tls();
    final QuicSslContext client =
        QuicSslContextBuilder.forClient()
            .keyManager(tls.certificateKey(), null, tls.certificate())
            .trustManager(tls.trust())
            .applicationProtocols(ALPN)
            .build();
    server =
        QuicSslContextBuilder.forServer(tls.certificateKey(), null, tls.certificate())
            .trustManager(tls.trust())
            .clientAuth(ClientAuth.REQUIRE)
            .applicationProtocols(ALPN)
            .build();
    sockets =
        new QuicSockets(
            group,
            QuicTransport::datagrams,
            () -> bounded(new QuicClientCodecBuilder().sslContext(client)).build());
  }

  @Override
  public boolean speaks(final Multiaddr address) {
    return Wire.QUIC.socket(address).isPresent();
  }

  @Override
  public CompletableFuture<P2pConnection> dial(
      final Multiaddr address, final Optional<PeerId> expected, final Direction role) {
    final CompletableFuture<P2pConnection> dialled = new CompletableFuture<>();
    if (role == Direction.INBOUND) {
      dialled.completeExceptionally(
          new ConnectionException("Holes are not punched for QUIC: " + address));
      return dialled;
    }
    final InetSocketAddress to = Wire.QUIC.socket(address).orElseThrow();
    Futures.ignore(
        sockets
            .get(to.getAddress() instanceof Inet6Address)
            .whenComplete(
                (socket, failure) -> {
                  if (failure == null) {
                    connect(socket, to, expected, dialled);
                  } else {
                    dialled.completeExceptionally(failure);
                  }
                }));
    return dialled;
  }

  private void connect(
      final Channel socket,
      final InetSocketAddress to,
      final Optional<PeerId> expected,
      final CompletableFuture<P2pConnection> dialled) {
    final QuicHandshake handshake = new QuicHandshake(upgrader, Direction.OUTBOUND, expected);
    Futures.ignore(
        handshake
            .made()
            .whenComplete(
                (connection, failure) -> {
                  if (failure == null) {
                    dialled.complete(connection);
                  } else {
                    dialled.completeExceptionally(
                        Futures.cause(failure) instanceof final ConnectionException silent
                            ? new ConnectionException(
                                "Cannot connect to "
                                    + Wire.QUIC.address(to)
                                    + ": "
                                    + silent.getMessage(),
                                silent)
                            : Futures.cause(failure));
                  }
                }));
    final int timeout = Math.toIntExact(upgrader.config().limits().dialTime().toMillis());
    Futures.ignore(
        QuicChannel.newBootstrap(socket)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, timeout)
            .handler(handshake)
            .streamHandler(new Streams())
            .streamOption(ChannelOption.AUTO_READ, false)
            .streamOption(ChannelOption.RECVBUF_ALLOCATOR, reads())
            .remoteAddress(to)
            .connect()
            .addListener(
                done -> {
                  if (!done.isSuccess()) {
                    handshake
                        .made()
                        .completeExceptionally(
                            new ConnectionException(
                                String.valueOf(done.cause().getMessage()), done.cause()));
                  }
                }));
  }

  @Override
  public CompletableFuture<Listener> listen(final Multiaddr address, final Door door) {
    final CompletableFuture<Listener> listening = new CompletableFuture<>();
    final InetSocketAddress on = Wire.QUIC.socket(address).orElseThrow();
    final ChannelHandler codec =
        bounded(new QuicServerCodecBuilder().sslContext(server))
            .tokenHandler(
                new QuicTokens(
                    door::crowded, upgrader.config().random(), upgrader.config().clock()))
            .handler(new Visitor(door))
            .streamHandler(new Streams())
            .streamOption(ChannelOption.AUTO_READ, false)
            .streamOption(ChannelOption.RECVBUF_ALLOCATOR, reads())
            .build();
    Futures.ignore(
        datagrams(on.getAddress() instanceof Inet6Address)
            .group(group)
            .handler(codec)
            .bind(on)
            .addListener(
                (ChannelFuture bound) -> {
                  if (bound.isSuccess()) {
                    listening.complete(new Listener(bound.channel(), Wire.QUIC));
                  } else {
                    listening.completeExceptionally(
                        new ConnectionException(
                            "Cannot listen on " + address + ": " + bound.cause().getMessage(),
                            bound.cause()));
                  }
                }));
    return listening;
  }

  private static Bootstrap datagrams(final boolean six) {
    return new Bootstrap()
        .channelFactory(
            () ->
                new NioDatagramChannel(
                    six ? SocketProtocolFamily.INET6 : SocketProtocolFamily.INET))
        .option(ChannelOption.SO_RCVBUF, SOCKET_BUFFER)
        .option(ChannelOption.SO_SNDBUF, SOCKET_BUFFER);
  }

  private <B extends QuicCodecBuilder<B>> B bounded(final B codec) {
    final HostLimits limits = upgrader.config().limits();
    return codec
        .maxIdleTimeout(
            limits.keepAlive().plus(limits.answerTime()).toMillis(), TimeUnit.MILLISECONDS)
        .initialMaxData(limits.windowPerConnection())
        .initialMaxStreamDataBidirectionalLocal(YamuxConfig.INITIAL_WINDOW)
        .initialMaxStreamDataBidirectionalRemote(YamuxConfig.INITIAL_WINDOW)
        .initialMaxStreamsBidirectional(limits.streamsPerConnection())
        .initialMaxStreamsUnidirectional(0)
        .activeMigration(false);
  }

  /** One part at a time, for somebody waits for it. */
  private static AdaptiveRecvByteBufAllocator reads() {
    final AdaptiveRecvByteBufAllocator reads =
        new AdaptiveRecvByteBufAllocator(512, 16 << 10, MAX_READ);
    reads.maxMessagesPerRead(1);
    return reads;
  }

  /** Takes the connections that others begin. */
  @ChannelHandler.Sharable
  private final class Visitor extends ChannelInitializer<QuicChannel> {
    private final Door door;

    Visitor(final Door door) {
      this.door = door;
    }

    @Override
    protected void initChannel(final QuicChannel channel) {
      door.knock(
          Wire.QUIC.address(channel.remoteSocketAddress()),
          () -> Futures.ignore(channel.close()),
          () -> {
            final QuicHandshake handshake =
                new QuicHandshake(upgrader, Direction.INBOUND, Optional.empty());
            channel.pipeline().addLast(handshake);
            return handshake.made();
          });
    }
  }

  /** Takes the streams that peers open to their connection. */
  @ChannelHandler.Sharable
  private static final class Streams extends ChannelInitializer<QuicStreamChannel> {
    @Override
    protected void initChannel(final QuicStreamChannel stream) {
      final QuicSession session = stream.parent().pipeline().get(QuicSession.class);
      if (session == null) {
        Futures.ignore(stream.close());
      } else {
        session.accept(stream);
      }
    }
  }
}
