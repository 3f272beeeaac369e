// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.http.internal;

import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Serves {@code /ws} (RFC 6455). Used on one event loop. */
final class WebSockets {
  private static final int UPGRADE_REQUIRED = 426;

  private final Push push;
  private final Set<WebSocketClient> clients = new LinkedHashSet<>();
  private int opening;

  WebSockets(final Push push) {
    this.push = push;
  }

  void mount(final Routes routes) {
    routes.plain(HttpMethod.GET, "/ws", this::open);
  }

  /** Looks after all clients. To be called about once a second. */
  void tick() {
    List.copyOf(clients).forEach(WebSocketClient::tick);
  }

  /** Closes them all. */
  void stop() {
    List.copyOf(clients).forEach(WebSocketClient::stop);
  }

  int size() {
    return clients.size();
  }

  private void open(final Exchange exchange) {
    final HttpServerRequest request = exchange.request();
    if (!request.headers().contains(HttpHeaders.UPGRADE, "websocket", true)) {
      request.response().putHeader(HttpHeaders.UPGRADE, "websocket");
      exchange.error(UPGRADE_REQUIRED, "/ws is for WebSockets");
      return;
    }
    if (clients.size() + opening >= push.limits().sockets()) {
      exchange.error(503, "there are " + push.limits().sockets() + " WebSockets already");
      return;
    }
    final EventJson.Shape shape = Shapes.of(request);
    final Runnable left = exchange.upgrade();
    opening++;
    final Future<ServerWebSocket> _ =
        request
            .toWebSocket()
            .onSuccess(
                socket -> {
                  opening--;
                  final WebSocketClient client =
                      new WebSocketClient(socket, request.connection(), push, shape);
                  clients.add(client);
                  socket.closeHandler(
                      _ -> {
                        clients.remove(client);
                        client.closed();
                        left.run();
                      });
                })
            .onFailure(
                _ -> {
                  // no valid handshake: it was answered, and the connection is of no use any more
                  opening--;
                  left.run();
                  request.connection().close();
                });
  }
}
