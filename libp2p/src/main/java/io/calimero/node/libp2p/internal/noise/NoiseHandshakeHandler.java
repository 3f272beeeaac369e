// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.noise;

import io.calimero.node.libp2p.MalformedException;
import io.calimero.node.libp2p.PeerId;
import io.calimero.node.libp2p.internal.async.Futures;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Shakes hands over a channel; then puts the handlers that encrypt and decrypt behind itself and
 * goes.
 */
public final class NoiseHandshakeHandler extends ByteToMessageDecoder {
  /** The largest payload is an RSA key with its signature. */
  private static final int MAX_MESSAGE = 8192;

  private final NoiseHandshake handshake;
  private final Consumer<NoiseHandshake.Result> done;

  /**
   * Prepares a handshake.
   *
   * @param expected who must be at the other end; empty for anybody
   * @param done called once the channel is encrypted; what it adds to the pipeline's end sees
   *     plaintext
   */
  public NoiseHandshakeHandler(
      final boolean dialer,
      final NoiseIdentity identity,
      final SecureRandom random,
      final NoiseExtensions extensions,
      final Optional<PeerId> expected,
      final Consumer<NoiseHandshake.Result> done) {
    handshake =
        new NoiseHandshake(
            dialer, identity, extensions, expected, NoiseIdentity.KeyPair.generate(random));
    this.done = done;
  }

  @Override
  public void handlerAdded(final ChannelHandlerContext ctx) {
    send(ctx);
  }

  @Override
  protected void decode(final ChannelHandlerContext ctx, final ByteBuf in, final List<Object> out) {
    if (in.readableBytes() < 2) {
      return;
    }
    final int length = in.getUnsignedShort(in.readerIndex());
    if (length > MAX_MESSAGE) {
      throw new MalformedException("A noise handshake message of " + length + " bytes");
    }
    if (in.readableBytes() < 2 + length) {
      return;
    }
    final byte[] message = new byte[length];
    in.skipBytes(2).readBytes(message);
    handshake.read(message);
    send(ctx);
    handshake.result().ifPresent(result -> finish(ctx, result));
  }

  private void send(final ChannelHandlerContext ctx) {
    handshake
        .write()
        .ifPresent(
            message -> {
              final ByteBuf out = ctx.alloc().buffer(2 + message.length);
              out.writeShort(message.length).writeBytes(message);
              Futures.ignore(ctx.writeAndFlush(out));
            });
  }

  private void finish(final ChannelHandlerContext ctx, final NoiseHandshake.Result result) {
    ctx.pipeline()
        .addAfter(ctx.name(), "noise-encoder", new NoiseEncoder(result.outbound()))
        .addAfter(ctx.name(), "noise-decoder", new NoiseDecoder(result.inbound()));
    done.accept(result);
    ctx.pipeline().remove(this);
  }
}
