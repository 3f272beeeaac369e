// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.bench;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/** The requests of a node that need not be fast. */
final class Api implements AutoCloseable {
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final int port;

  Api(final int port) {
    this.port = port;
  }

  /** Installs the module; gives the application's id. */
  String install(final Path module) throws IOException {
    return data(
            "install-dev-application",
            new JsonObject().put("path", module.toString()).put("metadata", new JsonArray()))
        .getString("applicationId");
  }

  /** Creates a context of the application; gives the context's id. */
  String create(final String application) throws IOException {
    return data(
            "contexts",
            new JsonObject()
                .put("applicationId", application)
                .put("initializationParams", new JsonArray().add((int) '{').add((int) '}')))
        .getString("contextId");
  }

  /** Calls a method and waits for its answer. */
  JsonObject call(final String context, final String method, final JsonObject arguments)
      throws IOException {
    return post("/jsonrpc", body(context, method, arguments));
  }

  /** The body of a call. */
  static Buffer body(final String context, final String method, final JsonObject arguments) {
    return new JsonObject()
        .put("jsonrpc", "2.0")
        .put("id", 1)
        .put("method", "execute")
        .put(
            "params",
            new JsonObject()
                .put("contextId", context)
                .put("method", method)
                .put("argsJson", arguments))
        .toBuffer();
  }

  /** Whether the node answers and says that it is ready. */
  boolean ready() {
    final HttpRequest request =
        HttpRequest.newBuilder(uri("/admin-api/ready")).timeout(Duration.ofSeconds(5)).build();
    try {
      return http.send(request, BodyHandlers.discarding()).statusCode() == 200;
    } catch (final IOException notYet) {
      return false;
    } catch (final InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private JsonObject data(final String route, final JsonObject body) throws IOException {
    final JsonObject answer = post("/admin-api/" + route, body.toBuffer());
    if (!answer.containsKey("data")) {
      throw new IOException(route + ": " + answer);
    }
    return answer.getJsonObject("data");
  }

  private JsonObject post(final String path, final Buffer body) throws IOException {
    final HttpRequest request =
        HttpRequest.newBuilder(uri(path))
            .timeout(Duration.ofMinutes(5))
            .POST(BodyPublishers.ofByteArray(body.getBytes()))
            .build();
    try {
      return new JsonObject(
          http.send(request, BodyHandlers.ofString(StandardCharsets.UTF_8)).body());
    } catch (final InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private URI uri(final String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }

  @Override
  public void close() {
    http.close();
  }
}
