// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.host;

import io.calimero.node.libp2p.MalformedException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler.ClientHandshakeStateEvent;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;

/**
 * A WebSocket as a pipe of bytes: after the HTTP handshake the handlers behind this one see what
 * the binary frames carry, wherever the frames begin and end.
 */
final class WebSocketFraming extends ChannelDuplexHandler {
  /** The largest frame taken. A frame is gathered whole before anything of it is passed on. */
  private static final int MAX_FRAME = 1 << 20;

  /** The largest body of a request or answer before the handshake is over; there is none. */
  private static final int MAX_BODY = 1024;

  private final Runnable ready;

  private WebSocketFraming(final Runnable ready) {
    this.ready = ready;
  }

  /**
   * Begins the handshake of a connected channel.
   *
   * @param before the handler in front of which everything is put
   * @param ready is run once bytes can flow
   */
  static void install(
      final Channel channel,
      final boolean dialer,
      final String before,
      final Duration within,
      final Runnable ready) {
    final ChannelPipeline pipeline = channel.pipeline();
    pipeline
        .addBefore(before, "http", dialer ? new HttpClientCodec() : new HttpServerCodec())
        .addBefore(before, null, new HttpObjectAggregator(MAX_BODY));
    // The bridge comes first: the handler that shakes hands begins as soon as it is added.
    pipeline.addBefore(before, "websocket", new WebSocketFraming(ready));
    pipeline.addBefore(
        "websocket", null, dialer ? client(channel, within.toMillis()) : server(within.toMillis()));
    // The channel was connected before those who wait for that came.
    pipeline.context("http").fireChannelActive();
  }

  private static ChannelHandler server(final long millis) {
    return new WebSocketServerProtocolHandler(
        WebSocketServerProtocolConfig.newBuilder()
            .websocketPath("/")
            .checkStartsWith(true)
            .handshakeTimeoutMillis(millis)
            .decoderConfig(
                WebSocketDecoderConfig.newBuilder().maxFramePayloadLength(MAX_FRAME).build())
            .build());
  }

  private static ChannelHandler client(final Channel channel, final long millis) {
    final InetSocketAddress to = (InetSocketAddress) channel.remoteAddress();
    final String literal = to.getAddress().getHostAddress();
    final String host = literal.indexOf(':') < 0 ? literal : "[" + literal + "]";
    return new WebSocketClientProtocolHandler(
        WebSocketClientProtocolConfig.newBuilder()
            .webSocketUri(URI.create("ws://" + host + ":" + to.getPort() + "/"))
            .maxFramePayloadLength(MAX_FRAME)
            .handshakeTimeoutMillis(millis)
            .build());
  }

  @Override
  public void userEventTriggered(final ChannelHandlerContext ctx, final Object event)
      throws Exception {
    if (event instanceof WebSocketServerProtocolHandler.HandshakeComplete
        || event == ClientHandshakeStateEvent.HANDSHAKE_COMPLETE) {
      ready.run();
    } else {
      super.userEventTriggered(ctx, event);
    }
  }

  @Override
  public void channelRead(final ChannelHandlerContext ctx, final Object message) {
    if (message instanceof BinaryWebSocketFrame || message instanceof ContinuationWebSocketFrame) {
      ctx.fireChannelRead(((WebSocketFrame) message).content());
    } else {
      ReferenceCountUtil.release(message);
      throw new MalformedException("The peer sent something else than binary frames");
    }
  }

  @Override
  public void write(
      final ChannelHandlerContext ctx, final Object message, final ChannelPromise promise)
      throws Exception {
    super.write(
        ctx,
        message instanceof final ByteBuf bytes ? new BinaryWebSocketFrame(bytes) : message,
        promise);
  }
}
