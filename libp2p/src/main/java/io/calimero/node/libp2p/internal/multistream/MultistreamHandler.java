// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.multistream;

import io.calimero.node.libp2p.internal.async.Futures;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;
import java.util.function.Consumer;

/** Negotiates over a channel, then goes and leaves what came behind the agreement to the next. */
public final class MultistreamHandler extends ByteToMessageDecoder {
  private final Negotiation negotiation;
  private final Consumer<String> agreed;

  /**
   * Negotiates by {@code negotiation}.
   *
   * @param agreed adds the handlers that go on from there to the end of the pipeline
   */
  public MultistreamHandler(final Negotiation negotiation, final Consumer<String> agreed) {
    this.negotiation = negotiation;
    this.agreed = agreed;
  }

  @Override
  public void handlerAdded(final ChannelHandlerContext ctx) {
    final ByteBuf out = ctx.alloc().buffer();
    negotiation.start(out);
    Futures.ignore(ctx.writeAndFlush(out));
  }

  @Override
  protected void decode(final ChannelHandlerContext ctx, final ByteBuf in, final List<Object> out) {
    final ByteBuf answer = ctx.alloc().buffer();
    try {
      negotiation
          .feed(in, answer)
          .ifPresent(
              protocol -> {
                send(ctx, answer);
                agreed.accept(protocol);
                ctx.pipeline().remove(this);
              });
      send(ctx, answer);
    } finally {
      answer.release();
    }
  }

  private static void send(final ChannelHandlerContext ctx, final ByteBuf answer) {
    if (answer.isReadable()) {
      Futures.ignore(ctx.writeAndFlush(answer.readRetainedSlice(answer.readableBytes())));
    }
  }
}
