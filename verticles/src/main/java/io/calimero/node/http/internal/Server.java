// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.http.internal;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.bus.Bus;
import io.calimero.node.events.bus.Topics;
import io.calimero.node.http.HttpOptions;
import io.calimero.node.http.PushLimits;
import io.calimero.node.http.internal.feed.Feeds;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.tracing.TracingPolicy;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What stands between the sockets and the routes: admission, CORS, and an answer for everything
 * that is no request of ours. Runs on one event loop.
 */
public final class Server {
  private static final Logger LOG = LoggerFactory.getLogger(Server.class);
  private static final long SWEEP_MILLIS = 250;
  private static final long TICK_MILLIS = 1000;
  private static final int CLOSING_SECONDS = 2;
  private static final int MAX_REQUEST_LINE = 4096;
  private static final int UPLOAD_BYTES = 16;

  /** What is asked by those who restart a node, route to it or measure it. */
  private static final List<String> WATCHED =
      List.of("/admin-api/health", "/admin-api/ready", "/metrics");

  private final Vertx vertx;
  private final HttpOptions options;
  private final Admission admission;
  private final Cors cors;
  private final Router router;
  private final WebSockets webSockets;
  private final SseRoutes sse;
  private boolean stopping;

  /**
   * A server that listens nowhere yet.
   *
   * @param vertx the Vert.x of the verticle, on whose event loop this is called
   * @param options how to serve
   * @param nanoTime a clock for deadlines, as {@link System#nanoTime}
   */
  public Server(final Vertx vertx, final HttpOptions options, final LongSupplier nanoTime) {
    this.vertx = vertx;
    this.options = options;
    this.admission = new Admission(options.limits(), nanoTime);
    this.cors = new Cors(options.cors());
    final Bus bus = Bus.of(vertx);
    final RpcService rpc = new RpcService(vertx, bus);
    final Push push = push(bus, rpc, nanoTime);
    this.webSockets = new WebSockets(push);
    this.sse = new SseRoutes(push, sessions(new SecureRandom()));
    this.router = router(bus, rpc);
    vertx.setPeriodic(SWEEP_MILLIS, _ -> admission.sweep());
    vertx.setPeriodic(
        tickMillis(options.push()),
        _ -> {
          push.feeds().tick();
          webSockets.tick();
          sse.tick();
        });
  }

  /** Listens on an address. */
  public Future<HttpServer> listen(final String host, final int port) {
    final HttpServerOptions server =
        new HttpServerOptions()
            .setHost(host)
            .setPort(port)
            // Only where Vert.x has a tracer: requests without a trace begin one.
            .setTracingPolicy(TracingPolicy.ALWAYS)
            .setMaxHeaderSize(options.limits().headerSize())
            .setMaxInitialLineLength(MAX_REQUEST_LINE)
            .setMaxWebSocketFrameSize(options.push().messageSize())
            .setMaxWebSocketMessageSize(options.push().messageSize())
            .setWebSocketClosingTimeout(CLOSING_SECONDS)
            // per message, as RFC 7692 has it, is what clients offer
            .setPerFrameWebSocketCompressionSupported(false)
            // One request at a time on a connection is what the deadlines are made for.
            .setHttp2ClearTextEnabled(false);
    return vertx
        .createHttpServer(server)
        .connectionHandler(
            connection -> {
              admission.connected(connection);
              Deflate.bound(connection, options.push().messageSize());
            })
        .invalidRequestHandler(Server::invalid)
        .requestHandler(router)
        .listen();
  }

  /** From now on the node says that it is about to stop. */
  public void stopping() {
    stopping = true;
    webSockets.stop();
    sse.stop();
  }

  private Push push(final Bus bus, final RpcService rpc, final LongSupplier nanoTime) {
    final PushLimits limits = options.push();
    final Feeds feeds = new Feeds(new BusLogSource(bus), limits.subscriptions(), nanoTime);
    bus.subscribe(Topics.TRANSACTION_EXECUTED, feeds::executed);
    bus.subscribe(Topics.CONTEXT_GONE, notice -> feeds.gone(notice.context()));
    return new Push(feeds, new EventJson(), rpc, limits, nanoTime);
  }

  private static long tickMillis(final PushLimits limits) {
    return Stream.of(
            limits.pongTime(), limits.stallTime(), limits.commentEvery(), limits.sessionTime())
        .mapToLong(Duration::toMillis)
        .reduce(TICK_MILLIS, (shortest, each) -> Math.clamp(each / 4, 1, shortest));
  }

  /** Names of sessions that nobody can guess. */
  private static LongSupplier sessions(final SecureRandom random) {
    return () -> random.nextLong(1, LastEvent.MAX_SESSION);
  }

  /** Names of uploads. */
  private static Supplier<Bytes> uploads(final SecureRandom random) {
    return () -> {
      final byte[] name = new byte[UPLOAD_BYTES];
      random.nextBytes(name);
      return Bytes.wrap(name);
    };
  }

  private Router router(final Bus bus, final RpcService rpc) {
    final Router router = Router.router(vertx);
    router.route().handler(this::admit);
    final Routes routes = new Routes(router);
    routes.plain(HttpMethod.POST, "/jsonrpc", rpc::handle);
    new StatusRoutes(vertx, bus, () -> stopping).mount(routes);
    new MetricsRoutes(bus, options.metrics()).mount(routes);
    new ApplicationRoutes(bus).mount(routes);
    new BlobRoutes(bus, uploads(new SecureRandom())).mount(routes);
    new ContextRoutes(bus).mount(routes);
    new MembershipRoutes(bus).mount(routes);
    new TransactionRoute(bus).mount(routes);
    webSockets.mount(routes);
    sse.mount(routes);
    new NetworkRoutes(bus).mount(routes);
    return router
        .errorHandler(400, context -> error(context, 400, "the path of the request is malformed"))
        .errorHandler(
            404, context -> error(context, 404, "there is no " + context.request().path()))
        .errorHandler(405, context -> notAllowed(context, routes))
        .errorHandler(500, Server::failed);
  }

  /** The first handler of every request: whatever comes after it answers through the exchange. */
  private void admit(final RoutingContext context) {
    final HttpServerRequest request = context.request();
    final boolean allowed = cors.allow(request);
    final Optional<Exchange> admitted = admission.begin(request, watches(request));
    if (admitted.isEmpty()) {
      request
          .response()
          .setStatusCode(503)
          .putHeader(HttpHeaders.RETRY_AFTER, "1")
          .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
          .end("{\"error\":\"the node is working on too many requests: try again\"}");
      return;
    }
    final Exchange exchange = admitted.get();
    context.put(Routes.EXCHANGE, exchange);
    if (!allowed) {
      exchange.error(403, "pages of this origin must not call this node");
    } else if (request.method().equals(HttpMethod.OPTIONS)) {
      cors.preflight(request);
      exchange.noContent();
    } else {
      context.next();
    }
  }

  private static boolean watches(final HttpServerRequest request) {
    return WATCHED.stream().anyMatch(path -> path.equals(request.path()));
  }

  private static void notAllowed(final RoutingContext context, final Routes routes) {
    final String allowed = routes.allowed(context.request().path());
    context.response().putHeader(HttpHeaders.ALLOW, allowed);
    error(
        context,
        405,
        context.request().path() + " takes " + allowed + ", not " + context.request().method());
  }

  private static void failed(final RoutingContext context) {
    LOG.error("{} failed unexpectedly", context.request().path(), context.failure());
    error(context, 500, "Internal server error");
  }

  private static void error(final RoutingContext context, final int status, final String message) {
    final @Nullable Exchange exchange = context.get(Routes.EXCHANGE);
    if (exchange != null) {
      exchange.error(status, message);
    } else {
      context
          .response()
          .setStatusCode(status)
          .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
          .end(errorJson(message));
    }
  }

  /** Answers what the HTTP decoder could not make a request of (RFC 9112, RFC 6585). */
  private static void invalid(final HttpServerRequest request) {
    final Throwable cause = request.decoderResult().cause();
    final int status;
    final String message;
    if (cause instanceof TooLongHttpLineException) {
      status = 414;
      message = "the request line is too long";
    } else if (cause instanceof TooLongHttpHeaderException) {
      status = 431;
      message = "the headers of the request are too large";
    } else {
      status = 400;
      message = "no valid HTTP request";
    }
    request
        .response()
        .setStatusCode(status)
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
        .putHeader(HttpHeaders.CONNECTION, "close")
        .end(errorJson(message))
        .onComplete(_ -> request.connection().close());
  }

  private static Buffer errorJson(final String message) {
    return new JsonText().raw("{\"error\":").string(message).raw("}").toBuffer();
  }
}
