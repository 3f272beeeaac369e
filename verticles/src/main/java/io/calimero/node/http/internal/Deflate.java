// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.http.internal;

import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.compression.ZlibCodecFactory;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketServerExtensionHandler;
import io.netty.handler.codec.http.websocketx.extensions.compression.PerMessageDeflateServerExtensionHandshaker;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.VertxConnection;

/**
 * permessage-deflate (RFC 7692) for WebSockets. Vert.x has it too, but lets a message of a client
 * unfold without a bound: a thousand times what was sent.
 */
final class Deflate {
  private static final int LEVEL = 6;
  private static final String HANDLER = "webSocketExtensionHandler";

  private Deflate() {}

  /** From now on a message on this connection must not unfold to more than these bytes. */
  static void bound(final HttpConnection connection, final int messageSize) {
    if (!(connection instanceof final VertxConnection accepted)) {
      return;
    }
    final ChannelPipeline pipeline = accepted.channelHandlerContext().pipeline();
    if (pipeline.get(HANDLER) != null) {
      pipeline.replace(
          HANDLER,
          HANDLER,
          new WebSocketServerExtensionHandler(
              new PerMessageDeflateServerExtensionHandshaker(
                  LEVEL,
                  ZlibCodecFactory.isSupportingWindowSizeAndMemLevel(),
                  PerMessageDeflateServerExtensionHandshaker.MAX_WINDOW_SIZE,
                  true,
                  false,
                  messageSize)));
    }
  }
}
