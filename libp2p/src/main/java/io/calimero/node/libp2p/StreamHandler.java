// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p;

/** Serves the streams that peers open for a protocol. */
@FunctionalInterface
public interface StreamHandler {
  /**
   * Takes a stream. Called on the thread of its connection, which must not be held up. An exception
   * resets the stream.
   */
  void handle(Stream stream);
}
