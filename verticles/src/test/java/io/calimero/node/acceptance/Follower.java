// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.acceptance;

import io.calimero.node.cli.internal.http.Endpoint;
import io.calimero.node.cli.internal.http.EventSocket;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * Follows a context over HTTP as a browser does: when its connection ends, it comes back and says
 * how far it was.
 */
final class Follower {
  private static final Duration SILENCE = Duration.ofSeconds(NodeProcess.PATIENCE_SECONDS);
  private static final long PAUSE_NANOS = Duration.ofMillis(100).toNanos();

  private final URI where;
  private final String context;
  private final List<Long> positions = Collections.synchronizedList(new ArrayList<>());
  private final List<String> ends = Collections.synchronizedList(new ArrayList<>());
  private final Thread thread;
  private String lastEventId = "";
  private volatile boolean closed;

  /** A connection; ends with an exception. */
  @FunctionalInterface
  private interface Connection {
    void run() throws IOException, InterruptedException;
  }

  private Follower(final URI where, final String context, final boolean bySocket) {
    this.where = where;
    this.context = context;
    thread = Thread.ofVirtual().start(() -> follow(bySocket ? this::socket : this::stream));
  }

  /** By {@code /ws}, from the first transaction on. */
  static Follower byWebSocket(final URI where, final String context) {
    return new Follower(where, context, true);
  }

  /** By {@code /sse}, from the first transaction on. */
  static Follower bySse(final URI where, final String context) {
    return new Follower(where, context, false);
  }

  /** The positions of which it was told, in that order. */
  List<Long> positions() {
    synchronized (positions) {
      return List.copyOf(positions);
    }
  }

  /** Why each of its connections ended. */
  List<String> ends() {
    synchronized (ends) {
      return List.copyOf(ends);
    }
  }

  /** Waits until it was told of a position. */
  void await(final long position) {
    ClusterUnderTest.until(() -> !positions.isEmpty() && positions.getLast() >= position);
  }

  private void follow(final Connection connection) {
    while (!closed) {
      try {
        connection.run();
      } catch (final IOException e) {
        ends.add(e.toString());
        LockSupport.parkNanos(PAUSE_NANOS);
      } catch (final InterruptedException e) {
        return; // closed
      }
    }
  }

  private void socket() throws IOException, InterruptedException {
    final Endpoint endpoint = new Endpoint(where.toString().replaceFirst("/$", ""), "");
    try (EventSocket socket = EventSocket.open(endpoint, SILENCE)) {
      socket.send(wish(1).encode());
      while (true) {
        final Optional<String> message = socket.next(SILENCE);
        if (message.isEmpty()) {
          throw new IOException("nothing is said any more");
        }
        take(new JsonObject(message.get()));
      }
    }
  }

  private void stream() throws IOException, InterruptedException {
    try (HttpClient http = HttpClient.newHttpClient()) {
      final HttpRequest.Builder request = HttpRequest.newBuilder(where.resolve("/sse"));
      if (!lastEventId.isEmpty()) {
        request.header("Last-Event-ID", lastEventId);
      }
      try (InputStream body = http.send(request.build(), BodyHandlers.ofInputStream()).body();
          BufferedReader lines =
              new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          if (line.startsWith("id: ")) {
            lastEventId = line.substring(4);
          } else if (line.startsWith("data: ")) {
            hear(http, new JsonObject(line.substring(6)));
          }
        }
        throw new IOException("the stream has ended");
      } finally {
        http.shutdownNow();
      }
    }
  }

  private void hear(final HttpClient http, final JsonObject said)
      throws IOException, InterruptedException {
    if (!"connect".equals(said.getString("type"))) {
      take(said);
    } else if (positions.isEmpty()) {
      // Later connections say by Last-Event-ID what they want.
      final int status =
          http.send(
                  HttpRequest.newBuilder(where.resolve("/sse/subscription"))
                      .header("Content-Type", "application/json")
                      .POST(
                          HttpRequest.BodyPublishers.ofString(
                              wish(said.getString("session_id")).encode()))
                      .build(),
                  BodyHandlers.discarding())
              .statusCode();
      if (status != 200) {
        throw new IOException("status " + status);
      }
    }
  }

  private JsonObject wish(final Object id) {
    final long from = positions.isEmpty() ? 2 : positions.getLast() + 1;
    return JsonObject.of(
        "id",
        id,
        "method",
        "subscribe",
        "params",
        JsonObject.of("contextIds", JsonArray.of(context), "calimeroFrom", from));
  }

  private void take(final JsonObject message) throws IOException {
    if (message.containsKey("error")) {
      throw new IOException(message.encode());
    }
    final JsonObject result = message.getJsonObject("result");
    if (result.containsKey("calimero_receipt")) {
      positions.add(result.getJsonObject("calimero_receipt").getLong("position"));
    }
  }

  /** Follows no more. */
  void end() throws InterruptedException {
    closed = true;
    thread.interrupt();
    thread.join();
  }
}
