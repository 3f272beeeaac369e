// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.yamux;

import io.calimero.node.libp2p.StreamException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The incoming side of a stream: what waits for the reader, and how much more the peer may send.
 *
 * <p>What arrives is copied out of the network's buffers, so that a few waiting bytes never hold a
 * large buffer. The window grows while the reader keeps up with the peer: when half of it was used
 * within four round trips, it was the window that held the peer back.
 */
final class ReceiveWindow {
  private final YamuxSession session;
  private final long id;
  private ByteBuf buffer = Unpooled.EMPTY_BUFFER;
  private Optional<CompletableFuture<byte[]>> reader = Optional.empty();
  private Optional<String> broken = Optional.empty();

  /** What the peer may still send, in bytes. */
  private long window = YamuxConfig.INITIAL_WINDOW;

  /** How large the window is when nothing waits. */
  private int size = YamuxConfig.INITIAL_WINDOW;

  /** What was read and not yet granted anew. */
  private int consumed;

  private long lastUpdate;
  private boolean ended;

  ReceiveWindow(final YamuxSession session, final long id) {
    this.session = session;
    this.id = id;
    lastUpdate = session.now();
  }

  long window() {
    return window;
  }

  int grownBy() {
    return size - YamuxConfig.INITIAL_WINDOW;
  }

  boolean ended() {
    return ended;
  }

  void expect(final long length) {
    window -= length;
  }

  void receive(final ByteBuf part) {
    if (ended || broken.isPresent()) {
      return;
    }
    if (reader.isPresent() && !buffer.isReadable()) {
      final byte[] bytes = new byte[part.readableBytes()];
      part.readBytes(bytes);
      deliver(bytes);
      return;
    }
    if (!buffer.isReadable()) {
      buffer = Unpooled.buffer(Math.max(256, part.readableBytes()));
    }
    buffer.writeBytes(part);
  }

  void read(final CompletableFuture<byte[]> read) {
    if (reader.isPresent()) {
      read.completeExceptionally(new IllegalStateException("A read is waiting already"));
      return;
    }
    reader = Optional.of(read);
    if (buffer.isReadable()) {
      final byte[] bytes = new byte[buffer.readableBytes()];
      buffer.readBytes(bytes);
      buffer = Unpooled.EMPTY_BUFFER;
      deliver(bytes);
    } else if (broken.isPresent()) {
      fail(broken.get());
    } else if (ended) {
      deliver(new byte[0]);
    }
  }

  void end() {
    ended = true;
    if (!buffer.isReadable() && reader.isPresent()) {
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
    if (bytes.length > 0) {
      consumed += bytes.length;
      if (!ended) {
        grant();
      }
    }
    waiting.complete(bytes);
  }

  private void grant() {
    if (consumed < size / 2) {
      return;
    }
    final long now = session.now();
    int more = consumed;
    if (now - lastUpdate < 4 * session.roundTrip() && size < session.config().maxWindow()) {
      final int grown = session.grow(Math.min(size, session.config().maxWindow() - size));
      size += grown;
      more += grown;
    }
    lastUpdate = now;
    consumed = 0;
    window += more;
    session.control(new Frame(Frame.WINDOW_UPDATE, 0, id, more));
  }
}
