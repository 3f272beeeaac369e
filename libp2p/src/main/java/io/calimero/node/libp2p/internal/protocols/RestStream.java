// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.protocols;

import io.calimero.node.libp2p.Connection;
import io.calimero.node.libp2p.Direction;
import io.calimero.node.libp2p.Stream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;

/** A stream of which some bytes were read already; they come first. */
final class RestStream implements Stream {
  private static final byte[] NOTHING = new byte[0];

  private final Stream stream;
  private final AtomicReference<byte[]> unread;

  RestStream(final Stream stream, final byte[] unread) {
    this.stream = stream;
    this.unread = new AtomicReference<>(unread);
  }

  @Override
  public CompletableFuture<byte[]> read() {
    final byte[] first = unread.getAndSet(NOTHING);
    return first.length > 0 ? CompletableFuture.completedFuture(first) : stream.read();
  }

  @Override
  public Connection connection() {
    return stream.connection();
  }

  @Override
  public String protocol() {
    return stream.protocol();
  }

  @Override
  public Direction direction() {
    return stream.direction();
  }

  @Override
  public CompletableFuture<Void> write(final byte[] bytes) {
    return stream.write(bytes);
  }

  @Override
  public CompletableFuture<Void> closeWrite() {
    return stream.closeWrite();
  }

  @Override
  public void reset() {
    stream.reset();
  }

  @Override
  public CompletableFuture<Void> closed() {
    return stream.closed();
  }

  @Override
  public String toString() {
    return stream.toString();
  }
}
