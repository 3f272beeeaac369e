// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.host;

import io.calimero.node.libp2p.Connection;
import io.calimero.node.libp2p.Direction;
import io.calimero.node.libp2p.Stream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;

/** A stream whose protocol is agreed on. */
final class AgreedStream implements Stream {
  private static final byte[] NOTHING = new byte[0];

  private final Connection connection;
  private final RawStream raw;
  private final String protocol;
  private final AtomicReference<byte[]> unread;

  AgreedStream(
      final Connection connection, final RawStream raw, final StreamNegotiator.Agreed agreed) {
    this.connection = connection;
    this.raw = raw;
    protocol = agreed.protocol();
    unread = new AtomicReference<>(agreed.unread());
  }

  @Override
  public Connection connection() {
    return connection;
  }

  @Override
  public String protocol() {
    return protocol;
  }

  @Override
  public Direction direction() {
    return raw.opened() ? Direction.OUTBOUND : Direction.INBOUND;
  }

  @Override
  public CompletableFuture<byte[]> read() {
    final byte[] first = unread.getAndSet(NOTHING);
    return first.length > 0 ? CompletableFuture.completedFuture(first) : raw.read();
  }

  @Override
  public CompletableFuture<Void> write(final byte[] bytes) {
    return raw.write(bytes);
  }

  @Override
  public CompletableFuture<Void> closeWrite() {
    return raw.closeWrite();
  }

  @Override
  public void reset() {
    raw.reset();
  }

  @Override
  public CompletableFuture<Void> closed() {
    return raw.closed();
  }

  @Override
  public String toString() {
    return protocol + " with " + connection.remotePeer();
  }
}
