// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p;

import java.util.concurrent.CompletableFuture;

/**
 * Bytes in both directions between two peers, in order, under an agreed protocol.
 *
 * <p>All methods may be called from any thread and none blocks. Futures complete on the thread of
 * the connection, which must not be held up: hand longer work to another thread. A stream holds
 * memory at the peer until it is closed on both sides or reset, so whoever takes one ends it.
 */
public interface Stream {
  /** The connection that carries it. */
  Connection connection();

  /** The protocol that both sides agreed on. */
  String protocol();

  /** Who opened it. */
  Direction direction();

  /**
   * Reads what has arrived, waiting for it if need be. Until it is read it counts against the
   * window that the peer may fill, so a slow reader slows the peer. Only one read may wait at a
   * time.
   *
   * @return at least one byte; an empty array once, and ever after, the peer has closed its side.
   *     It fails with {@link StreamException} if the stream was reset or its connection has ended
   */
  CompletableFuture<byte[]> read();

  /**
   * Sends {@code bytes}, which must not be changed any more. Writes are sent in the order of the
   * calls.
   *
   * @return completes when the peer's window has taken everything, which is the moment to write
   *     more. It fails with {@link StreamException} if the stream has ended, and with {@link
   *     LimitException} if the caller does not wait and too much is queued already
   */
  CompletableFuture<Void> write(byte[] bytes);

  /** Closes this side after what was written; the peer may go on. Completes when that was sent. */
  CompletableFuture<Void> closeWrite();

  /** Ends both directions at once; nothing that is still on its way arrives. Idempotent. */
  void reset();

  /** Completes, never exceptionally, when both sides have closed or the stream was reset. */
  CompletableFuture<Void> closed();
}
