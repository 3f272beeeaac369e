// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.bridge.internal;

import io.netty.channel.Channel;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.HttpServerConnection;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.sockjs.SockJSHandler;
import io.vertx.ext.web.handler.sockjs.SockJSHandlerOptions;
import io.vertx.ext.web.handler.sockjs.SockJSSocket;
import io.vertx.ext.web.handler.sockjs.Transport;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The bridge for browsers and whoever else speaks SockJS, over WebSockets: the transports that
 * stand in for them let a client keep sessions that no connection pays for, and are left out.
 */
public final class SockJsBridge {
  /** Where SockJS clients connect. */
  public static final String PATH = "/eventbus";

  private static final Pattern SERVED =
      Pattern.compile("/eventbus/(info|websocket|[^/.]{1,64}/[^/.]{1,64}/websocket)");

  private final BridgeSession.Rules rules;
  private final List<String> origins;
  private final HttpServer server;
  private final AtomicInteger connections = new AtomicInteger();

  /**
   * A bridge that listens nowhere yet. To be made on the event loop that it is to run on.
   *
   * @param origins the web pages that may use it
   */
  public SockJsBridge(final BridgeSession.Rules rules, final List<String> origins) {
    this.rules = rules;
    this.origins = List.copyOf(origins);
    // Within SockJS a message is a JSON string in an array: at worst every byte is escaped.
    final int frame = (int) Math.min(Integer.MAX_VALUE, rules.limits().messageSize() * 2L + 1024);
    this.server =
        rules
            .vertx()
            .createHttpServer(
                new HttpServerOptions()
                    .setTcpNoDelay(true)
                    .setHttp2ClearTextEnabled(false)
                    .setMaxWebSocketFrameSize(frame)
                    .setMaxWebSocketMessageSize(frame)
                    .setPerFrameWebSocketCompressionSupported(false)
                    .setPerMessageWebSocketCompressionSupported(false)
                    .setWebSocketClosingTimeout(2)
                    .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
                    .setReadIdleTimeout((int) rules.limits().idleTime().toMillis()))
            .connectionHandler(this::connecting)
            .requestHandler(router());
  }

  /** Listens; the port that was taken. */
  public Future<Integer> listen(final String host, final int port) {
    return server.listen(port, host).map(HttpServer::actualPort);
  }

  /** How many clients are connected now. */
  public int connections() {
    return connections.get();
  }

  /** Closes the bridge and all of its connections. */
  public Future<Void> close() {
    return server.close();
  }

  private Router router() {
    final Router router = Router.router(rules.vertx());
    router.route().handler(this::admit);
    final SockJSHandlerOptions options =
        new SockJSHandlerOptions()
            .setInsertJSESSIONID(false)
            .addDisabledTransport(Transport.EVENT_SOURCE.name())
            .addDisabledTransport(Transport.HTML_FILE.name())
            .addDisabledTransport(Transport.JSON_P.name())
            .addDisabledTransport(Transport.XHR.name());
    router
        .route(PATH + "/*")
        .subRouter(SockJSHandler.create(rules.vertx(), options).socketHandler(this::connected));
    return router;
  }

  private void connecting(final HttpConnection connection) {
    if (connections.get() >= rules.limits().connections()) {
      final Future<Void> _ = connection.close();
      return;
    }
    connections.incrementAndGet();
    // Not its own close handler, which is forgotten when it turns into a WebSocket.
    channel(connection).closeFuture().addListener(_ -> connections.decrementAndGet());
  }

  /** A browser opens WebSockets to anywhere for any page: the page's origin is all there is. */
  private void admit(final RoutingContext context) {
    final @Nullable String origin = context.request().getHeader("Origin");
    if (origin != null && !origins.contains(origin)) {
      refuse(context, 403, "bridge.origins does not name this page");
    } else if (!SERVED.matcher(context.request().path()).matches()) {
      refuse(context, 404, "SockJS is served at " + PATH);
    } else {
      context.next();
    }
  }

  private static void refuse(final RoutingContext context, final int status, final String why) {
    final Future<?> _ =
        context
            .response()
            .setStatusCode(status)
            .end(why)
            .onComplete(_ -> context.request().connection().close());
  }

  private static Channel channel(final HttpConnection connection) {
    return ((HttpServerConnection) connection).channelHandlerContext().channel();
  }

  private void connected(final SockJSSocket socket) {
    final BridgeSession session = new BridgeSession(new SockJs(socket), rules);
    socket.closeHandler(_ -> session.close());
    // What goes wrong on the way ends with a close, which is handled.
    socket.exceptionHandler(_ -> {});
    socket.handler(session::receive);
  }

  /** A client over SockJS. */
  private record SockJs(SockJSSocket socket) implements Carrier {
    @Override
    public Future<?> write(final Buffer message) {
      // As text: of bytes the raw WebSocket makes a binary message.
      return socket.write(message.toString());
    }

    @Override
    public void close() {
      socket.close();
    }

    @Override
    public void cutOff() {
      final Channel channel = channel(socket.routingContext().request().connection());
      channel.eventLoop().execute(() -> channel.unsafe().close(channel.newPromise()));
    }

    @Override
    public JsonObject received(final String address, final JsonObject body, final boolean isReply) {
      return new JsonObject().put("type", "rec").put("address", address).put("body", body);
    }

    @Override
    public JsonObject mistake(final String reason) {
      return new JsonObject().put("type", "err").put("body", reason);
    }

    @Override
    public boolean answersPings() {
      return false;
    }
  }
}
