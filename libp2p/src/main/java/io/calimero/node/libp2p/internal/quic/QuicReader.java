// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.quic;

import io.calimero.node.libp2p.StreamException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The incoming side of a stream: who waits for bytes, and the few that came beyond. */
final class QuicReader {
  private final Runnable wanted;
  private ByteBuf buffer = Unpooled.EMPTY_BUFFER;
  private Optional<CompletableFuture<byte[]>> reader = Optional.empty();
  private Optional<String> broken = Optional.empty();
  private boolean ended;

  /** Asks by {@code wanted} for the next bytes. */
  QuicReader(final Runnable wanted) {
    this.wanted = wanted;
  }

  boolean ended() {
    return ended;
  }

  void read(final CompletableFuture<byte[]> read) {
    if (reader.isPresent()) {
      read.completeExceptionally(new IllegalStateException("A read is waiting already"));
      return;
    }
    reader = Optional.of(read);
    if (buffer.isReadable()) {
      final ByteBuf waiting = buffer;
      buffer = Unpooled.EMPTY_BUFFER;
      deliver(array(waiting));
    } else if (broken.isPresent()) {
      fail(broken.get());
    } else if (ended) {
      deliver(new byte[0]);
    } else {
      wanted.run();
    }
  }

  /** Takes a buffer, and releases it. */
  void receive(final Object message) {
    final ByteBuf part = (ByteBuf) message;
    try {
      if (broken.isPresent() || !part.isReadable()) {
        return;
      }
      if (reader.isPresent() && !buffer.isReadable()) {
        deliver(array(part));
      } else {
        if (!buffer.isReadable()) {
          buffer = Unpooled.buffer(part.readableBytes());
        }
        buffer.writeBytes(part);
      }
    } finally {
      part.release();
    }
  }

  void end() {
    ended = true;
    if (reader.isPresent() && !buffer.isReadable()) {
      deliver(new byte[0]);
    }
  }

  void fail(final String reason) {
    broken = Optional.of(reason);
    buffer = Unpooled.EMPTY_BUFFER;
    final Optional<CompletableFuture<byte[]>> waiting = reader;
    reader = Optional.empty();
    waiting.ifPresent(future -> future.completeExceptionally(new StreamException(reason)));
  }

  private void deliver(final byte[] bytes) {
    final CompletableFuture<byte[]> waiting = reader.orElseThrow();
    reader = Optional.empty();
    waiting.complete(bytes);
  }

  private static byte[] array(final ByteBuf from) {
    final byte[] bytes = new byte[from.readableBytes()];
    from.readBytes(bytes);
    return bytes;
  }
}
