// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.host;

import java.util.concurrent.CompletableFuture;

/** A stream of a multiplexer, before a protocol is agreed on. The methods are those of a stream. */
public interface RawStream {
  /** See {@link io.calimero.node.libp2p.Stream#read}. */
  CompletableFuture<byte[]> read();

  /** See {@link io.calimero.node.libp2p.Stream#write}. */
  CompletableFuture<Void> write(byte[] bytes);

  /** See {@link io.calimero.node.libp2p.Stream#closeWrite}. */
  CompletableFuture<Void> closeWrite();

  /** See {@link io.calimero.node.libp2p.Stream#reset}. */
  void reset();

  /** See {@link io.calimero.node.libp2p.Stream#closed}. */
  CompletableFuture<Void> closed();

  /** Whether this side opened it. */
  boolean opened();
}
