// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.protocols;

import io.calimero.node.libp2p.MalformedException;
import io.calimero.node.libp2p.Stream;
import io.calimero.node.libp2p.internal.async.Futures;
import io.calimero.node.libp2p.internal.wire.Uvarint;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Reads messages with an unsigned varint of length in front from a stream. One read at a time. */
public final class MessageReader {
  private final Stream stream;
  private final int maxSize;
  private ByteBuf unread = Unpooled.EMPTY_BUFFER;

  /** Reads from {@code stream} messages of at most {@code maxSize} bytes. */
  public MessageReader(final Stream stream, final int maxSize) {
    this.stream = stream;
    this.maxSize = maxSize;
  }

  /** {@code message} with its length in front. */
  public static byte[] frame(final byte[] message) {
    final byte[] framed = new byte[Uvarint.size(message.length) + message.length];
    final ByteBuf out = Unpooled.wrappedBuffer(framed).clear();
    Uvarint.write(out, message.length);
    out.writeBytes(message);
    return framed;
  }

  /**
   * The next message; empty at the end of the stream.
   *
   * @return fails with {@link MalformedException} if a message is too long or cut short
   */
  public CompletableFuture<Optional<byte[]>> next() {
    final CompletableFuture<Optional<byte[]>> message = new CompletableFuture<>();
    advance(message);
    return message;
  }

  /** Takes what has arrived behind the last message; the stream goes on from there. */
  public byte[] rest() {
    final byte[] rest = new byte[unread.readableBytes()];
    unread.readBytes(rest);
    return rest;
  }

  private void advance(final CompletableFuture<Optional<byte[]>> message) {
    try {
      final Optional<byte[]> whole = take();
      if (whole.isPresent()) {
        message.complete(whole);
        return;
      }
    } catch (final MalformedException e) {
      message.completeExceptionally(e);
      return;
    }
    Futures.ignore(
        stream
            .read()
            .whenComplete(
                (bytes, failure) -> {
                  if (failure != null) {
                    message.completeExceptionally(failure);
                  } else if (bytes.length > 0) {
                    append(bytes);
                    advance(message);
                  } else if (unread.isReadable()) {
                    message.completeExceptionally(
                        new MalformedException("The stream ends inside a message"));
                  } else {
                    message.complete(Optional.empty());
                  }
                }));
  }

  private void append(final byte[] bytes) {
    if (unread.isReadable()) {
      final ByteBuf both = Unpooled.buffer(unread.readableBytes() + bytes.length);
      unread = both.writeBytes(unread).writeBytes(bytes);
    } else {
      unread = Unpooled.wrappedBuffer(bytes);
    }
  }

  private Optional<byte[]> take() {
    final int start = unread.readerIndex();
    final long length = Uvarint.read(unread);
    if (length > maxSize) {
      throw new MalformedException(
          "A message of " + length + " bytes; " + maxSize + " are allowed");
    }
    if (length == Uvarint.INCOMPLETE || unread.readableBytes() < length) {
      unread.readerIndex(start);
      return Optional.empty();
    }
    final byte[] message = new byte[(int) length];
    unread.readBytes(message);
    return Optional.of(message);
  }
}
