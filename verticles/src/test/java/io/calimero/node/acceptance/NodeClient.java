// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.acceptance;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A client of a node, by HTTP and nothing else. */
final class NodeClient implements AutoCloseable {
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final URI node;

  /** A status with its body. */
  record Reply(int status, String body) {
    JsonObject json() {
      return new JsonObject(body);
    }

    /** What is in the envelope of the admin API. */
    JsonObject data() {
      if (status != 200) {
        throw new AssertionError("status " + status + ": " + body);
      }
      return json().getJsonObject("data");
    }

    /** The message of a refusal. */
    String error() {
      return json().getString("error");
    }
  }

  NodeClient(final NodeProcess node) {
    this.node = node.uri();
  }

  Reply get(final String path) {
    return join(send(HttpRequest.newBuilder(node.resolve(path)).GET().build()));
  }

  Reply delete(final String path) {
    return join(send(HttpRequest.newBuilder(node.resolve(path)).DELETE().build()));
  }

  Reply post(final String path, final String body) {
    return join(postAsync(path, body));
  }

  CompletableFuture<Reply> postAsync(final String path, final String body) {
    return send(
        HttpRequest.newBuilder(node.resolve(path))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build());
  }

  /** Installs the module in a file. */
  Reply tryInstall(final Path module) {
    return post(
        "/admin-api/install-dev-application",
        new JsonObject().put("path", module.toString()).put("metadata", new JsonArray()).encode());
  }

  /** Installs the module in a file, which must work, and gives the application. */
  String install(final Path module) {
    return tryInstall(module).data().getString("applicationId");
  }

  Reply tryCreate(final String application, final String initialization) {
    return tryCreate(application, initialization, new JsonObject());
  }

  /** The same, with more fields. */
  Reply tryCreate(final String application, final String initialization, final JsonObject more) {
    final JsonArray bytes = new JsonArray();
    for (final byte b : initialization.getBytes(StandardCharsets.UTF_8)) {
      bytes.add(b & 0xff);
    }
    return post(
        "/admin-api/contexts",
        new JsonObject()
            .put("applicationId", application)
            .put("initializationParams", bytes)
            .mergeIn(more)
            .encode());
  }

  /** Creates a context, which must work, and gives its identifier. */
  String create(final String application, final String initialization) {
    return tryCreate(application, initialization).data().getString("contextId");
  }

  /** Where other nodes reach it. */
  String peerAddress() {
    return get("/admin-api/network/status").json().getJsonArray("listenAddrs").getString(0);
  }

  JsonObject context(final String context) {
    return get("/admin-api/contexts/" + context).data();
  }

  List<String> contexts() {
    return get("/admin-api/contexts").data().getJsonArray("contexts").stream()
        .map(each -> ((JsonObject) each).getString("id"))
        .toList();
  }

  List<String> applications() {
    return get("/admin-api/applications").data().getJsonArray("apps").stream()
        .map(each -> ((JsonObject) each).getString("id"))
        .toList();
  }

  /** The whole answer to a call: with a {@code result}, or with an {@code error}. */
  CompletableFuture<JsonObject> callAsync(
      final String kind, final String context, final String method, final JsonObject arguments) {
    return postAsync("/jsonrpc", request(kind, context, method, arguments))
        .thenApply(
            reply -> {
              if (reply.status() != 200) {
                throw new AssertionError("status " + reply.status() + ": " + reply.body());
              }
              return reply.json();
            });
  }

  JsonObject call(
      final String kind, final String context, final String method, final JsonObject arguments) {
    return join(callAsync(kind, context, method, arguments));
  }

  /** The result of a call, which must have one: {@code output} and {@code calimero_receipt}. */
  JsonObject execute(final String context, final String method, final JsonObject arguments) {
    final JsonObject answer = call("execute", context, method, arguments);
    if (!answer.containsKey("result")) {
      throw new AssertionError(method + ": " + answer);
    }
    return answer.getJsonObject("result");
  }

  /** The error of a call, which must have one: {@code type} and {@code data}. */
  JsonObject refused(
      final String kind, final String context, final String method, final JsonObject arguments) {
    final JsonObject answer = call(kind, context, method, arguments);
    if (!answer.containsKey("error")) {
      throw new AssertionError(method + ": " + answer);
    }
    return answer.getJsonObject("error");
  }

  /** Asks for the metrics until there is a line that begins so. */
  void awaitMetric(final String line) {
    boolean found = false;
    while (!found) {
      found = get("/metrics").body().lines().anyMatch(each -> each.startsWith(line));
    }
  }

  /** The sum of what a metric has now; 0 if there is none. */
  double metric(final String beginning) {
    return get("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith(beginning))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }

  static String request(
      final String kind, final String context, final String method, final JsonObject arguments) {
    return new JsonObject()
        .put("jsonrpc", "2.0")
        .put("id", 1)
        .put("method", kind)
        .put(
            "params",
            new JsonObject()
                .put("contextId", context)
                .put("method", method)
                .put("argsJson", arguments)
                .put("calimeroReceipt", true))
        .encode();
  }

  static <T> T join(final CompletableFuture<T> future) {
    return future.orTimeout(NodeProcess.PATIENCE_SECONDS, TimeUnit.SECONDS).join();
  }

  private CompletableFuture<Reply> send(final HttpRequest request) {
    return http.sendAsync(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8))
        .thenApply(response -> new Reply(response.statusCode(), response.body()));
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
