// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.bench;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;

/**
 * A Vert.x server that reads the body of each request and answers a constant: what HTTP alone
 * costs, on one event loop like the node's. Prints its port.
 */
final class ConstantServer {
  private static final CharSequence JSON = HttpHeaders.createOptimized("application/json");

  private ConstantServer() {}

  public static void main(final String[] arguments) {
    final Buffer answer =
        Buffer.buffer(
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"output\":\"0123456789abcdef\"}}");
    final HttpServer server =
        Vertx.vertx()
            .createHttpServer()
            .requestHandler(
                request ->
                    request
                        .body()
                        .onSuccess(
                            _ ->
                                request
                                    .response()
                                    .putHeader(HttpHeaders.CONTENT_TYPE, JSON)
                                    .end(answer)))
            .listen(0, "127.0.0.1")
            .await();
    System.out.println(server.actualPort());
  }
}
