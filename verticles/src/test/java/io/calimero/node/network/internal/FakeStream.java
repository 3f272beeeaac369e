// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.network.internal;

import io.calimero.node.libp2p.Connection;
import io.calimero.node.libp2p.Direction;
import io.calimero.node.libp2p.Stream;
import io.calimero.node.libp2p.StreamException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A stream whose other end is the test. */
final class FakeStream implements Stream {
  final List<byte[]> written = new ArrayList<>();
  final Deque<CompletableFuture<Void>> writes = new ArrayDeque<>();
  final Deque<CompletableFuture<byte[]>> reads = new ArrayDeque<>();
  boolean writeClosed;
  boolean wasReset;

  @Override
  public Connection connection() {
    throw new UnsupportedOperationException();
  }

  @Override
  public String protocol() {
    return "/test/1";
  }

  @Override
  public Direction direction() {
    return Direction.INBOUND;
  }

  @Override
  public CompletableFuture<byte[]> read() {
    final CompletableFuture<byte[]> read = new CompletableFuture<>();
    reads.add(read);
    return read;
  }

  @Override
  public CompletableFuture<Void> write(final byte[] bytes) {
    final CompletableFuture<Void> write = new CompletableFuture<>();
    written.add(bytes);
    writes.add(write);
    return write;
  }

  @Override
  public CompletableFuture<Void> closeWrite() {
    writeClosed = true;
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public void reset() {
    wasReset = true;
    reads.forEach(read -> read.completeExceptionally(new StreamException("it was reset")));
    writes.forEach(write -> write.completeExceptionally(new StreamException("it was reset")));
  }

  @Override
  public CompletableFuture<Void> closed() {
    return new CompletableFuture<>();
  }
}
