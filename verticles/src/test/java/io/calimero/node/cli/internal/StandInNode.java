// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Answers as a node does, with what the test wants, and remembers what it was asked. */
final class StandInNode implements AutoCloseable {
  private final HttpServer server;
  private final Map<String, Reply> replies = new ConcurrentHashMap<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();

  StandInNode() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::handle);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** What to answer, such as {@code on("GET /admin-api/contexts", 200, "{...}")}. */
  StandInNode on(final String request, final int status, final String body) {
    replies.put(request, new Reply(status, body));
    return this;
  }

  StandInNode on(final String request, final String body) {
    return on(request, 200, body);
  }

  /** Method and path, and the body where there is one. */
  List<String> requests() {
    return requests;
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private void handle(final HttpExchange exchange) throws IOException {
    try (exchange) {
      final String request = exchange.getRequestMethod() + " " + exchange.getRequestURI();
      final byte[] body = exchange.getRequestBody().readAllBytes();
      requests.add(
          body.length == 0 ? request : request + " " + new String(body, StandardCharsets.UTF_8));
      final Reply reply =
          replies.getOrDefault(request, new Reply(404, "{\"error\":\"no such route\"}"));
      final byte[] answer = reply.body.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(reply.status, answer.length == 0 ? -1 : answer.length);
      exchange.getResponseBody().write(answer);
    }
  }

  private record Reply(int status, String body) {}
}
