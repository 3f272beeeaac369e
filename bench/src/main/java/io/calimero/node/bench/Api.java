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
import java.util.Optional;

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

  /** Lets another node's new identity into a context, and has that node join it. */
  void invite(final Api other, final String context) throws IOException {
    final String inviter =
        get("contexts/" + context + "/identities-owned")
            .getJsonObject("data")
            .getJsonArray("identities")
            .getString(0);
    final String invitee = other.data("identity/context", new JsonObject()).getString("publicKey");
    final JsonObject invited =
        post(
            "/admin-api/contexts/invite",
            JsonObject.of("contextId", context, "inviterId", inviter, "inviteeId", invitee)
                .toBuffer());
    if (invited.getString("data") == null) {
      throw new IOException("contexts/invite: " + invited);
    }
    final JsonObject _ =
        other.data("contexts/join", JsonObject.of("invitationPayload", invited.getString("data")));
  }

  /** Vouches for the state of a context; this node must order it. */
  void checkpoint(final String context) throws IOException {
    final JsonObject _ = data("contexts/" + context + "/checkpoint", new JsonObject());
  }

  /** The metrics, in the text format of Prometheus. */
  String metrics() throws IOException {
    return text(HttpRequest.newBuilder(uri("/metrics")).GET());
  }

  /** What stands in the envelope of an answer, or nothing if it is none that was hoped for. */
  Optional<JsonObject> find(final String route) throws IOException {
    return Optional.ofNullable(get(route).getJsonObject("data"));
  }

  /** An answer of the admin API as it is. */
  JsonObject get(final String route) throws IOException {
    return send(HttpRequest.newBuilder(uri("/admin-api/" + route)).GET());
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
    return send(
        HttpRequest.newBuilder(uri(path)).POST(BodyPublishers.ofByteArray(body.getBytes())));
  }

  private JsonObject send(final HttpRequest.Builder request) throws IOException {
    return new JsonObject(text(request));
  }

  private String text(final HttpRequest.Builder request) throws IOException {
    try {
      return http.send(
              request.timeout(Duration.ofMinutes(5)).build(),
              BodyHandlers.ofString(StandardCharsets.UTF_8))
          .body();
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
