// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.noise;

import io.calimero.node.libp2p.internal.async.Futures;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.CoalescingBufferQueue;
import io.netty.util.concurrent.FastThreadLocal;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;

/** Gathers what is written and at each flush packs it into as few frames as it fits. */
final class NoiseEncoder extends ChannelOutboundHandlerAdapter {
  private static final int MAX_PLAIN = 0xffff - CipherState.TAG;

  /** For what is not in one array, which is what the cipher wants. */
  private static final FastThreadLocal<byte[]> SCRATCH =
      new FastThreadLocal<>() {
        @Override
        protected byte[] initialValue() {
          return new byte[MAX_PLAIN];
        }
      };

  private final CipherState cipher;
  private @Nullable CoalescingBufferQueue queue;

  NoiseEncoder(final CipherState cipher) {
    this.cipher = cipher;
  }

  private CoalescingBufferQueue queue(final Channel channel) {
    CoalescingBufferQueue current = queue;
    if (current == null) {
      // Tells the channel what waits here, so that its writability counts it.
      current = new CoalescingBufferQueue(channel, 4, true);
      queue = current;
    }
    return current;
  }

  @Override
  public void write(
      final ChannelHandlerContext ctx, final Object message, final ChannelPromise promise) {
    queue(ctx.channel()).add((ByteBuf) message, promise);
  }

  @Override
  public void flush(final ChannelHandlerContext ctx) {
    final CoalescingBufferQueue waiting = queue(ctx.channel());
    while (!waiting.isEmpty()) {
      final ChannelPromise promise = ctx.newPromise();
      final ByteBuf plain = waiting.remove(ctx.alloc(), MAX_PLAIN, promise);
      try {
        Futures.ignore(ctx.write(seal(ctx, plain), promise));
      } finally {
        plain.release();
      }
    }
    ctx.flush();
  }

  private ByteBuf seal(final ChannelHandlerContext ctx, final ByteBuf plain) {
    final int length = plain.readableBytes();
    final int sealed = length + CipherState.TAG;
    final ByteBuf out = ctx.alloc().heapBuffer(2 + sealed).writeShort(sealed);
    final int at = out.arrayOffset() + 2;
    if (plain.hasArray()) {
      cipher.encrypt(
          plain.array(), plain.arrayOffset() + plain.readerIndex(), length, out.array(), at);
    } else {
      final byte[] bytes = SCRATCH.get();
      plain.readBytes(bytes, 0, length);
      cipher.encrypt(bytes, 0, length, out.array(), at);
    }
    return out.writerIndex(2 + sealed);
  }

  @Override
  public void close(final ChannelHandlerContext ctx, final ChannelPromise promise)
      throws Exception {
    flush(ctx);
    super.close(ctx, promise);
  }

  @Override
  public void handlerRemoved(final ChannelHandlerContext ctx) {
    queue(ctx.channel()).releaseAndFailAll(ctx, new ClosedChannelException());
  }
}
