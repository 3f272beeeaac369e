// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.http;

import io.calimero.node.http.ListenException.Reason;
import io.calimero.node.http.internal.Server;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import java.net.BindException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves JSON-RPC and the admin API (docs/http-api.md) on one event loop. Its start fails with a
 * {@link ListenException} if it cannot listen; its stop takes no new connection and waits for what
 * is under way, as long as its options allow.
 */
public final class HttpVerticle extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(HttpVerticle.class);

  private final HttpOptions options;
  private final List<HttpServer> servers = new ArrayList<>();
  private @Nullable Server server;
  private volatile int port;

  /** A verticle that serves as the options say. To be deployed on an event loop, once. */
  public HttpVerticle(final HttpOptions options) {
    this.options = options;
  }

  /**
   * The port that is listened on once the verticle is deployed, also if the options leave it open.
   */
  public int port() {
    return port;
  }

  @Override
  public Future<?> start() {
    final Server front = new Server(vertx, options, System::nanoTime);
    server = front;
    port = options.port();
    Future<Void> listening = Future.succeededFuture();
    for (final String host : options.hosts()) {
      listening = listening.compose(_ -> listen(front, host));
    }
    return listening;
  }

  @Override
  public Future<?> stop() {
    if (server != null) {
      server.stopping();
    }
    final long millis = options.limits().stopTime().toMillis();
    return Future.join(
        servers.stream().map(each -> each.shutdown(millis, TimeUnit.MILLISECONDS)).toList());
  }

  private Future<Void> listen(final Server front, final String host) {
    return front
        .listen(host, port)
        .map(
            listening -> {
              servers.add(listening);
              port = listening.actualPort();
              return (Void) null;
            })
        .recover(cause -> skipOrFail(failure(host, cause)));
  }

  /** An address that is missing, as {@code ::1} often is, matters only if it is the last one. */
  private Future<Void> skipOrFail(final ListenException failure) {
    final boolean isLast = failure.host().equals(options.hosts().getLast());
    if (failure.reason() == Reason.NO_SUCH_ADDRESS && !(isLast && servers.isEmpty())) {
      LOG.warn("{}; the others are listened on", failure.getMessage());
      return Future.succeededFuture();
    }
    return Future.failedFuture(failure);
  }

  private ListenException failure(final String host, final Throwable cause) {
    return new ListenException(reason(cause), host, port, cause);
  }

  private static Reason reason(final Throwable cause) {
    final String message = String.valueOf(cause.getMessage());
    return switch (cause) {
      case BindException _ when message.contains("in use") -> Reason.IN_USE;
      case BindException _ when message.contains("ermission") -> Reason.FORBIDDEN;
      case BindException _, UnknownHostException _, UnresolvedAddressException _ ->
          Reason.NO_SUCH_ADDRESS;
      case SocketException _ when message.contains("ermission") -> Reason.FORBIDDEN;
      case SocketException _ when message.contains("family") -> Reason.NO_SUCH_ADDRESS;
      default -> Reason.OTHER;
    };
  }
}
