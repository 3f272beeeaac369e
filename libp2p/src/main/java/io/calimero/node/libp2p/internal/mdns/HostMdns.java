// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.mdns;

import io.calimero.node.libp2p.ConnectionException;
import io.calimero.node.libp2p.Host;
import io.calimero.node.libp2p.Mdns;
import io.calimero.node.libp2p.MdnsParams;
import io.calimero.node.libp2p.PeerAddresses;
import io.calimero.node.libp2p.internal.async.EventLoopTimers;
import io.calimero.node.libp2p.internal.async.Futures;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Multicast DNS over a socket for each network interface, all on one thread. */
public final class HostMdns implements Mdns {
  private static final Logger LOG = LoggerFactory.getLogger(HostMdns.class);

  private final MdnsParams params;
  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(
          1, new DefaultThreadFactory("libp2p-mdns", true), NioIoHandler.newFactory());
  private final EventLoop thread = group.next();
  private final EventLoopTimers loop = new EventLoopTimers(thread);
  private final MdnsCore core;
  private final List<DatagramChannel> channels = new ArrayList<>();
  private final AtomicBoolean stopping = new AtomicBoolean();
  private final CompletableFuture<Void> stopped = new CompletableFuture<>();

  private HostMdns(
      final Host host,
      final MdnsParams params,
      final Consumer<PeerAddresses> found,
      final SecureRandom random) {
    this.params = params;
    core =
        new MdnsCore(host.id(), params.service(), random, loop::nanoTime, host::addresses, found);
  }

  /** See {@link Mdns#start}. */
  public static CompletableFuture<Mdns> start(
      final Host host,
      final MdnsParams params,
      final Consumer<PeerAddresses> found,
      final SecureRandom random) {
    final HostMdns mdns = new HostMdns(host, params, found, random);
    final CompletableFuture<Mdns> started = new CompletableFuture<>();
    Futures.ignore(
        mdns.open()
            .whenComplete(
                (count, failure) -> {
                  if (failure == null && count > 0) {
                    mdns.loop.execute(mdns::begin);
                    started.complete(mdns);
                  } else {
                    Futures.ignore(mdns.stop());
                    started.completeExceptionally(
                        new ConnectionException(
                            "No network interface can be used for multicast DNS"));
                  }
                }));
    return started;
  }

  private void begin() {
    if (!stopping.get()) {
      ask();
      Futures.ignore(
          thread.scheduleAtFixedRate(
              this::ask,
              params.interval().toNanos(),
              params.interval().toNanos(),
              TimeUnit.NANOSECONDS));
    }
  }

  private void ask() {
    send(core.query());
  }

  private void send(final byte[] packet) {
    final InetSocketAddress to = new InetSocketAddress(params.group(), params.port());
    for (final DatagramChannel channel : channels) {
      Futures.ignore(channel.writeAndFlush(new DatagramPacket(Unpooled.wrappedBuffer(packet), to)));
    }
  }

  /** Opens a socket on each interface; on how many that went well. */
  private CompletableFuture<Integer> open() {
    final List<CompletableFuture<Boolean>> opened = interfaces().stream().map(this::open).toList();
    return CompletableFuture.allOf(opened.toArray(CompletableFuture<?>[]::new))
        .thenApply(all -> (int) opened.stream().filter(CompletableFuture::join).count());
  }

  private List<NetworkInterface> interfaces() {
    try {
      return NetworkInterface.networkInterfaces().filter(this::fits).toList();
    } catch (final SocketException e) {
      LOG.warn("The network interfaces are not known: {}", e.getMessage());
      return List.of();
    }
  }

  private boolean fits(final NetworkInterface one) {
    try {
      return one.isUp()
          && (params.interfaces().isEmpty()
              ? one.supportsMulticast() && !one.isLoopback()
              : params.interfaces().contains(one.getName()));
    } catch (final SocketException e) {
      LOG.debug("{} cannot be used: {}", one.getName(), e.getMessage());
      return false;
    }
  }

  private CompletableFuture<Boolean> open(final NetworkInterface one) {
    final CompletableFuture<Boolean> opened = new CompletableFuture<>();
    final ChannelFuture bound =
        new Bootstrap()
            .group(thread)
            .channelFactory(() -> new NioDatagramChannel(SocketProtocolFamily.INET))
            .option(ChannelOption.SO_REUSEADDR, true)
            .option(ChannelOption.IP_MULTICAST_IF, one)
            .option(ChannelOption.IP_MULTICAST_TTL, 255)
            .option(
                ChannelOption.RECVBUF_ALLOCATOR,
                new FixedRecvByteBufAllocator(MdnsCodec.MAX_PACKET + 1))
            .handler(new Packets())
            .bind(new InetSocketAddress(params.port()));
    final DatagramChannel channel = (DatagramChannel) bound.channel();
    Futures.ignore(
        bound.addListener(
            done -> {
              if (done.isSuccess()) {
                join(channel, one, opened);
              } else {
                LOG.debug("No port for {}: {}", one.getName(), String.valueOf(done.cause()));
                opened.complete(false);
              }
            }));
    return opened;
  }

  private void join(
      final DatagramChannel channel,
      final NetworkInterface one,
      final CompletableFuture<Boolean> opened) {
    Futures.ignore(
        channel
            .joinGroup(new InetSocketAddress(params.group(), params.port()), one)
            .addListener(
                done -> {
                  if (done.isSuccess()) {
                    channels.add(channel);
                  } else {
                    LOG.debug("{} has no multicast: {}", one.getName(), done.cause().toString());
                    Futures.ignore(channel.close());
                  }
                  opened.complete(done.isSuccess());
                }));
  }

  @Override
  public List<PeerAddresses> peers() {
    return core.peers();
  }

  @Override
  public CompletableFuture<Void> stop() {
    if (stopping.compareAndSet(false, true)) {
      Futures.ignore(
          group
              .shutdownGracefully(0, 5, TimeUnit.SECONDS)
              .addListener(done -> stopped.complete(null)));
    }
    return stopped;
  }

  /** What arrives at a socket. */
  private final class Packets extends SimpleChannelInboundHandler<DatagramPacket> {
    @Override
    protected void channelRead0(final ChannelHandlerContext context, final DatagramPacket packet) {
      final byte[] bytes = new byte[packet.content().readableBytes()];
      packet.content().readBytes(bytes);
      core.receive(bytes).ifPresent(HostMdns.this::send);
    }

    @Override
    public void exceptionCaught(final ChannelHandlerContext context, final Throwable cause) {
      LOG.warn("Multicast DNS failed at a packet, and goes on", cause);
    }
  }
}
