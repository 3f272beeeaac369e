// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.http;

import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.bus.Bus;
import io.calimero.node.events.bus.CommandTopic;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * The HTTP verticle with stand-ins for the verticles behind it: a test says what they answer and
 * sees what they were asked.
 */
final class NodeUnderTest implements AutoCloseable {
  static final HttpOptions EPHEMERAL = HttpOptions.DEFAULT.withPort(0);

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Vertx vertx = Vertx.vertx();
  private final StandIns standIns = new StandIns();
  private final HttpVerticle verticle;
  private final String deployment;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  NodeUnderTest() {
    this(EPHEMERAL);
  }

  NodeUnderTest(final HttpOptions options) {
    verticle = new HttpVerticle(options);
    await(vertx.deployVerticle(standIns));
    deployment = await(vertx.deployVerticle(verticle));
  }

  /** Begins to stop the HTTP verticle. */
  Future<Void> undeploy() {
    return vertx.undeploy(deployment);
  }

  int port() {
    return verticle.port();
  }

  Vertx vertx() {
    return vertx;
  }

  /** From now on the command is answered so. */
  <Q, R> void when(final CommandTopic<Q, R> topic, final Function<Q, Future<R>> handler) {
    final boolean isNew = standIns.handlers.put(topic.address(), handler) == null;
    if (isNew) {
      standIns.serve(topic);
    }
  }

  /** From now on the command is answered with this. */
  <Q, R> void answer(final CommandTopic<Q, R> topic, final R reply) {
    when(topic, _ -> Future.succeededFuture(reply));
  }

  /** From now on the command fails. */
  <Q, R> void fail(final CommandTopic<Q, R> topic, final Code code, final String message) {
    when(topic, _ -> Future.failedFuture(Problem.of(code, message).toException()));
  }

  /** What the command was asked since the start. */
  <Q> List<Q> asked(final CommandTopic<Q, ?> topic) {
    final List<Q> asked = new ArrayList<>();
    for (final Object request : standIns.asked.getOrDefault(topic.address(), List.of())) {
      @SuppressWarnings("unchecked") // the bus carries the topic's requests only
      final Q typed = (Q) request;
      asked.add(typed);
    }
    return asked;
  }

  HttpRequest.Builder request(final String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
        .timeout(PATIENCE);
  }

  HttpResponse<String> get(final String path) {
    return send(request(path).GET());
  }

  HttpResponse<String> delete(final String path) {
    return send(request(path).DELETE());
  }

  HttpResponse<String> post(final String path, final String body) {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body)));
  }

  /** Sends to /jsonrpc what must be answered with status 200, and returns the answer. */
  String rpc(final String body) {
    final HttpResponse<String> response = post("/jsonrpc", body);
    if (response.statusCode() != 200) {
      throw new AssertionError("status " + response.statusCode() + ": " + response.body());
    }
    return response.body();
  }

  HttpResponse<String> send(final HttpRequest.Builder request) {
    try {
      return client.send(request.build(), BodyHandlers.ofString());
    } catch (final IOException e) {
      throw new AssertionError(e);
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** A bare connection, for what no client library would send. */
  Socket connect() throws IOException {
    final Socket socket = new Socket(InetAddress.getLoopbackAddress(), port());
    socket.setSoTimeout((int) PATIENCE.toMillis());
    return socket;
  }

  @Override
  public void close() {
    client.close();
    await(vertx.close());
  }

  static <T> T await(final Future<T> future) {
    try {
      return future.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (final TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  private static final class StandIns extends VerticleBase {
    private final Map<String, Function<?, ?>> handlers = new ConcurrentHashMap<>();
    private final Map<String, List<Object>> asked = new ConcurrentHashMap<>();

    private <Q, R> void serve(final CommandTopic<Q, R> topic) {
      final List<Object> requests = new CopyOnWriteArrayList<>();
      asked.put(topic.address(), requests);
      Bus.of(vertx)
          .serve(
              topic,
              request -> {
                requests.add(request);
                @SuppressWarnings("unchecked") // put there with the topic's types
                final Function<Q, Future<R>> handler =
                    (Function<Q, Future<R>>) Objects.requireNonNull(handlers.get(topic.address()));
                return handler.apply(request);
              });
    }
  }
}
