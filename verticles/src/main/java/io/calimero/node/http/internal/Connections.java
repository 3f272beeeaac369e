// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.http.internal;

import io.netty.channel.Channel;
import io.vertx.core.Future;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.VertxConnection;

/** Ends connections whose clients do not read. */
final class Connections {
  private Connections() {}

  /**
   * Ends a connection at once, with all that is unsent. An ordinary close waits until that has
   * left, which is never when nobody reads it.
   */
  static void cutOff(final HttpConnection connection) {
    if (connection instanceof final VertxConnection accepted) {
      final Channel channel = accepted.channelHandlerContext().channel();
      channel.eventLoop().execute(() -> channel.unsafe().close(channel.newPromise()));
    } else {
      final Future<Void> _ = connection.close();
    }
  }
}
