// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.yamux;

import io.calimero.node.libp2p.internal.async.EventLoopTimers;
import io.calimero.node.libp2p.internal.async.Futures;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.Optional;
import java.util.function.Consumer;

/** A yamux session over a channel; the last handler of its pipeline. */
public final class YamuxHandler extends ChannelInboundHandlerAdapter {
  /** A peer that lets this many bytes of answers wait does not read them. */
  private static final long MAX_BACKLOG = 4 << 20;

  private final boolean dialer;
  private final YamuxConfig config;
  private final Consumer<YamuxSession> started;
  private final Consumer<YamuxStream> onStream;
  private Optional<YamuxSession> session = Optional.empty();

  /**
   * Prepares a session.
   *
   * @param started is given the session once the handler is in its pipeline
   * @param onStream takes the streams that the peer opens
   */
  public YamuxHandler(
      final boolean dialer,
      final YamuxConfig config,
      final Consumer<YamuxSession> started,
      final Consumer<YamuxStream> onStream) {
    this.dialer = dialer;
    this.config = config;
    this.started = started;
    this.onStream = onStream;
  }

  @Override
  public void handlerAdded(final ChannelHandlerContext ctx) {
    final EventLoopTimers timers = new EventLoopTimers(ctx.executor());
    final YamuxSession begun =
        new YamuxSession(dialer, config, new ChannelSink(ctx), timers, timers, onStream);
    session = Optional.of(begun);
    begun.start();
    started.accept(begun);
  }

  @Override
  public void channelRead(final ChannelHandlerContext ctx, final Object message) {
    final ByteBuf in = (ByteBuf) message;
    try {
      session.orElseThrow().receive(in);
    } finally {
      in.release();
    }
    if (!ctx.channel().isWritable() && ctx.channel().bytesBeforeWritable() > MAX_BACKLOG) {
      session.orElseThrow().close("the peer does not read what it is answered");
    }
  }

  @Override
  public void channelWritabilityChanged(final ChannelHandlerContext ctx) {
    if (ctx.channel().isWritable()) {
      session.orElseThrow().writable();
    }
  }

  @Override
  public void channelInactive(final ChannelHandlerContext ctx) {
    session.orElseThrow().disconnected("the peer closed it");
  }

  @Override
  public void exceptionCaught(final ChannelHandlerContext ctx, final Throwable failure) {
    final Throwable cause = failure.getCause() == null ? failure : failure.getCause();
    session.orElseThrow().disconnected(String.valueOf(cause.getMessage()));
    Futures.ignore(ctx.close());
  }

  private record ChannelSink(ChannelHandlerContext ctx) implements FrameSink {
    @Override
    public ByteBuf allocate(final int size) {
      return ctx.alloc().heapBuffer(size);
    }

    @Override
    public void write(final ByteBuf frame) {
      Futures.ignore(ctx.write(frame));
    }

    @Override
    public void flush() {
      ctx.flush();
    }

    @Override
    public boolean writable() {
      return ctx.channel().isWritable();
    }

    @Override
    public void close() {
      Futures.ignore(
          ctx.writeAndFlush(ctx.alloc().buffer(0)).addListener(ChannelFutureListener.CLOSE));
    }
  }
}
