// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.host;

import io.calimero.node.libp2p.Stream;
import io.calimero.node.libp2p.StreamException;
import io.calimero.node.libp2p.StreamHandler;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;

/** The protocols that a host serves. Safe for use by several threads. */
final class Protocols {
  private final ConcurrentSkipListMap<String, StreamHandler> handlers =
      new ConcurrentSkipListMap<>();

  void put(final String protocol, final StreamHandler handler) {
    handlers.put(protocol, handler);
  }

  void remove(final String protocol) {
    handlers.remove(protocol);
  }

  boolean serves(final String protocol) {
    return handlers.containsKey(protocol);
  }

  List<String> names() {
    return List.copyOf(handlers.keySet());
  }

  void handle(final Stream stream, final String protocol) {
    final StreamHandler handler = handlers.get(protocol);
    if (handler == null) {
      throw new StreamException(protocol + " is no longer served");
    }
    handler.handle(stream);
  }
}
