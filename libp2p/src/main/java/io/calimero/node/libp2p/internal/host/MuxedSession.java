// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.host;

import java.util.concurrent.CompletableFuture;

/** What carries many streams over one connection. Used on the connection's own thread. */
public interface MuxedSession {
  /**
   * Opens a stream.
   *
   * @throws io.calimero.node.libp2p.LimitException if there are too many
   * @throws io.calimero.node.libp2p.ConnectionException if the connection is closing
   */
  RawStream open();

  /** How many streams are open. */
  int streams();

  /** Ends the connection: tells the peer, resets every stream. */
  void close(String reason);

  /** Completes when the connection has ended, with the reason. */
  CompletableFuture<String> closed();
}
