// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.bridge;

import io.calimero.node.bridge.internal.BridgeSession;
import io.calimero.node.bridge.internal.SockJsBridge;
import io.calimero.node.bridge.internal.TcpBridge;
import io.calimero.node.events.bus.Bus;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the bridges of its options on one event loop (docs/topics.md). Its start fails with an
 * {@link IOException} if it cannot listen; its stop closes every connection.
 */
public final class BridgeVerticle extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(BridgeVerticle.class);

  private final BridgeOptions options;
  private final List<URI> listening = new ArrayList<>();
  private volatile List<URI> addresses = List.of();
  private volatile @Nullable TcpBridge tcp;
  private volatile @Nullable SockJsBridge sockJs;

  /** A verticle of these bridges. To be deployed on an event loop, once. */
  public BridgeVerticle(final BridgeOptions options) {
    this.options = options;
  }

  /**
   * Where the bridges are reached once the verticle is deployed: {@code tcp:} and {@code http:}.
   */
  public List<URI> addresses() {
    return addresses;
  }

  /** How many clients are connected over TCP now. */
  public int tcpConnections() {
    final TcpBridge bridge = tcp;
    return bridge == null ? 0 : bridge.connections();
  }

  /** How many clients are connected over SockJS now. */
  public int sockJsConnections() {
    final SockJsBridge bridge = sockJs;
    return bridge == null ? 0 : bridge.connections();
  }

  @Override
  public Future<?> start() {
    final BridgeSession.Rules rules =
        new BridgeSession.Rules(vertx, Bus.of(vertx), options.token(), options.limits());
    return options
        .tcpPort()
        .<Future<?>>map(port -> startTcp(rules, port))
        .orElseGet(Future::succeededFuture)
        .compose(
            _ ->
                options
                    .sockJsPort()
                    .<Future<?>>map(port -> startSockJs(rules, port))
                    .orElseGet(Future::succeededFuture))
        .onSuccess(
            _ -> {
              addresses = List.copyOf(listening);
              LOG.info("services outside the JVM reach the node's topics at {}", addresses);
            });
  }

  private Future<?> startTcp(final BridgeSession.Rules rules, final int port) {
    final TcpBridge bridge = new TcpBridge(rules);
    tcp = bridge;
    return bridge
        .listen(options.host(), port)
        .onSuccess(taken -> listening.add(uri("tcp", taken, "")))
        .recover(cause -> failed("tcp", port, cause));
  }

  private Future<?> startSockJs(final BridgeSession.Rules rules, final int port) {
    final SockJsBridge bridge = new SockJsBridge(rules, options.origins());
    sockJs = bridge;
    return bridge
        .listen(options.host(), port)
        .onSuccess(taken -> listening.add(uri("http", taken, SockJsBridge.PATH)))
        .recover(cause -> failed("sockjs", port, cause));
  }

  private Future<Integer> failed(final String which, final int port, final Throwable cause) {
    return Future.failedFuture(
        new IOException(
            "bridge."
                + which
                + " cannot listen on port "
                + port
                + " of "
                + options.host()
                + ": "
                + cause.getMessage(),
            cause));
  }

  private URI uri(final String scheme, final int port, final String path) {
    final String host = options.host();
    return URI.create(
        scheme + "://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port + path);
  }

  @Override
  public Future<?> stop() {
    final TcpBridge overTcp = tcp;
    final SockJsBridge overSockJs = sockJs;
    return Future.join(
        overTcp == null ? Future.succeededFuture() : overTcp.close(),
        overSockJs == null ? Future.succeededFuture() : overSockJs.close());
  }
}
