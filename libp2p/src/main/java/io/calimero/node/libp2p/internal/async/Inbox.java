// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.async;

import io.calimero.node.libp2p.StreamException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntConsumer;

/**
 * The incoming side of a stream: what has come and nobody has read, or who waits for it.
 *
 * <p>How much may wait here is for whoever fills it to bound. What arrives is copied out of the
 * network's buffers, so that a few waiting bytes never hold a large buffer.
 */
public final class Inbox {
  private static final int LEAST_CAPACITY = 256;

  private final Runnable wanted;
  private final IntConsumer taken;
  private ByteBuf buffer = Unpooled.EMPTY_BUFFER;
  private Optional<CompletableFuture<byte[]>> reader = Optional.empty();
  private Optional<String> broken = Optional.empty();
  private boolean ended;

  /**
   * An empty inbox.
   *
   * @param wanted called when a reader begins to wait
   * @param taken called with the number of bytes, right before a reader gets them
   */
  public Inbox(final Runnable wanted, final IntConsumer taken) {
    this.wanted = wanted;
    this.taken = taken;
  }

  /** Whether nothing more will come. */
  public boolean ended() {
    return ended;
  }

  /** Gives what has come, or the next that comes; empty at the end. One reader at a time. */
  public void read(final CompletableFuture<byte[]> read) {
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

  /** Copies what has come; after the end or a failure nothing does. */
  public void receive(final ByteBuf part) {
    if (ended || broken.isPresent() || !part.isReadable()) {
      return;
    }
    if (reader.isPresent() && !buffer.isReadable()) {
      deliver(array(part));
      return;
    }
    if (!buffer.isReadable()) {
      buffer = Unpooled.buffer(Math.max(LEAST_CAPACITY, part.readableBytes()));
    }
    buffer.writeBytes(part);
  }

  /** Nothing more will come; what waits can still be read. */
  public void end() {
    ended = true;
    if (reader.isPresent() && !buffer.isReadable()) {
      deliver(new byte[0]);
    }
  }

  /** Fails whoever waits or will read; what has come is lost. */
  public void fail(final String reason) {
    broken = Optional.of(reason);
    buffer = Unpooled.EMPTY_BUFFER;
    final Optional<CompletableFuture<byte[]>> waiting = reader;
    reader = Optional.empty();
    waiting.ifPresent(future -> future.completeExceptionally(new StreamException(reason)));
  }

  private void deliver(final byte[] bytes) {
    final CompletableFuture<byte[]> waiting = reader.orElseThrow();
    reader = Optional.empty();
    if (bytes.length > 0) {
      taken.accept(bytes.length);
    }
    waiting.complete(bytes);
  }

  private static byte[] array(final ByteBuf from) {
    final byte[] bytes = new byte[from.readableBytes()];
    from.readBytes(bytes);
    return bytes;
  }
}
