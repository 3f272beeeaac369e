// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.host;

import io.calimero.node.libp2p.ConnectionException;
import io.calimero.node.libp2p.internal.async.Futures;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The sockets from which QUIC dials: one for each thread and family of addresses, opened when it is
 * first needed, and shared in turn. They end with the threads.
 *
 * <p>A socket for each dial would be simpler, but each has a configuration of quiche, and quiche
 * reads all certificate authorities of the machine into each: a MiB that libp2p has no use for.
 */
final class QuicSockets {
  private final List<EventLoop> loops = new ArrayList<>();
  private final Function<Boolean, Bootstrap> bootstrap;
  private final Supplier<ChannelHandler> codec;
  private final Map<Place, CompletableFuture<Channel>> sockets = new ConcurrentHashMap<>();
  private final AtomicInteger next = new AtomicInteger();

  /** Where a socket is: its thread, and whether it speaks IPv6. */
  private record Place(int loop, boolean six) {}

  /**
   * None yet.
   *
   * @param bootstrap what makes a socket, for IPv6 if it is given true
   * @param codec makes what speaks QUIC on one
   */
  QuicSockets(
      final EventLoopGroup group,
      final Function<Boolean, Bootstrap> bootstrap,
      final Supplier<ChannelHandler> codec) {
    for (final EventExecutor loop : group) {
      loops.add((EventLoop) loop);
    }
    this.bootstrap = bootstrap;
    this.codec = codec;
  }

  /** One of the sockets; fails with {@link ConnectionException} if the system has none. */
  CompletableFuture<Channel> get(final boolean six) {
    final int turn = Math.floorMod(next.getAndIncrement(), loops.size());
    final Place place = new Place(turn, six);
    final CompletableFuture<Channel> fresh = new CompletableFuture<>();
    final CompletableFuture<Channel> known = sockets.putIfAbsent(place, fresh);
    if (known != null) {
      return known;
    }
    Futures.ignore(
        bootstrap
            .apply(six)
            .group(loops.get(turn))
            .handler(codec.get())
            .bind(new InetSocketAddress(six ? "::" : "0.0.0.0", 0))
            .addListener((ChannelFuture bound) -> settle(place, bound, fresh)));
    return fresh;
  }

  private void settle(
      final Place place, final ChannelFuture bound, final CompletableFuture<Channel> socket) {
    if (bound.isSuccess()) {
      final Channel channel = bound.channel();
      Futures.ignore(channel.closeFuture().addListener(done -> sockets.remove(place, socket)));
      socket.complete(channel);
    } else {
      sockets.remove(place, socket);
      socket.completeExceptionally(
          new ConnectionException("There is no socket for QUIC", bound.cause()));
    }
  }
}
