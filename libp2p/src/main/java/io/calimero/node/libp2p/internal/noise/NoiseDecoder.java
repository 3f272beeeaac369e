// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.noise;

import io.calimero.node.libp2p.MalformedException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.List;

/** Takes frames apart: two bytes of length, then ciphertext of at most 65 535 bytes. */
final class NoiseDecoder extends ByteToMessageDecoder {
  /** The cipher wants arrays; frames are brought into one that each event loop has. */
  private static final FastThreadLocal<byte[]> SCRATCH =
      new FastThreadLocal<>() {
        @Override
        protected byte[] initialValue() {
          return new byte[0xffff];
        }
      };

  private final CipherState cipher;

  NoiseDecoder(final CipherState cipher) {
    this.cipher = cipher;
  }

  @Override
  protected void decode(final ChannelHandlerContext ctx, final ByteBuf in, final List<Object> out) {
    if (in.readableBytes() < 2) {
      return;
    }
    final int length = in.getUnsignedShort(in.readerIndex());
    if (in.readableBytes() < 2 + length) {
      return;
    }
    if (length < CipherState.TAG) {
      throw new MalformedException("A noise frame of " + length + " bytes");
    }
    final byte[] sealed = SCRATCH.get();
    in.skipBytes(2).readBytes(sealed, 0, length);
    final ByteBuf plain = ctx.alloc().heapBuffer(length - CipherState.TAG);
    try {
      cipher.decrypt(sealed, 0, length, plain.array(), plain.arrayOffset());
      out.add(plain.writerIndex(length - CipherState.TAG).retain());
    } finally {
      plain.release();
    }
  }
}
