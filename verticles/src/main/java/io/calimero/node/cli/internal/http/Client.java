// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal.http;

import io.calimero.node.cli.internal.terminal.ExitCode;
import io.calimero.node.cli.internal.terminal.Failure;
import io.calimero.node.cli.internal.terminal.Text;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A node's HTTP API: its admin routes and its JSON-RPC. Each request is made once and has a time
 * limit; an answer of more than 256 MiB is not read.
 */
public final class Client implements AutoCloseable {
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final long MAXIMUM = 256L << 20;
  private static final long TICK_MILLIS = 100;

  private final HttpClient http;
  private final Endpoint endpoint;
  private final Duration timeout;
  private final Runnable waiting;

  /**
   * A client of one node.
   *
   * @param endpoint where the node is
   * @param timeout how long an answer may take
   * @param waiting called several times a second while an answer is awaited
   */
  public Client(final Endpoint endpoint, final Duration timeout, final Runnable waiting) {
    this.endpoint = endpoint;
    this.timeout = timeout;
    this.waiting = waiting;
    http =
        HttpClient.newBuilder()
            .connectTimeout(CONNECT)
            .version(HttpClient.Version.HTTP_1_1)
            .build();
  }

  /** Where the node is. */
  public Endpoint endpoint() {
    return endpoint;
  }

  /** How long an answer may take. */
  public Duration timeout() {
    return timeout;
  }

  /**
   * Reads an admin route, such as {@code contexts}.
   *
   * @throws Failure if the node cannot be reached or refuses
   */
  public Answer get(final String route) {
    return admin(request("/admin-api/" + route).GET());
  }

  /**
   * Sends a JSON text to an admin route.
   *
   * @throws Failure if the node cannot be reached or refuses
   */
  public Answer post(final String route, final String body) {
    return admin(request("/admin-api/" + route).POST(BodyPublishers.ofString(body)));
  }

  /**
   * Deletes what an admin route names.
   *
   * @throws Failure if the node cannot be reached or refuses
   */
  public Answer delete(final String route) {
    return admin(request("/admin-api/" + route).DELETE());
  }

  /**
   * Calls a JSON-RPC method with these parameters, a JSON text.
   *
   * @throws Failure if the node cannot be reached, or the answer is an error
   */
  public Answer rpc(final String method, final String params) {
    final String body =
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":"
            + JsonText.quote(method)
            + ",\"params\":"
            + params
            + "}";
    final HttpResponse<String> response =
        send(request("/jsonrpc").POST(BodyPublishers.ofString(body)).build());
    final Answer answer = new Answer(response.body());
    if (response.statusCode() != 200) {
      throw refused(response);
    }
    final JsonObject json = answer.data();
    if (json.containsKey("error")) {
      throw RpcError.failure(json.getValue("error")).answer(answer.body());
    }
    if (!json.containsKey("result")) {
      throw answer.unexpected();
    }
    return answer;
  }

  /** Ends what is under way. */
  @Override
  public void close() {
    http.shutdownNow();
    http.close();
  }

  private Answer admin(final HttpRequest.Builder request) {
    final HttpResponse<String> response = send(request.build());
    if (response.statusCode() / 100 != 2) {
      throw refused(response);
    }
    return new Answer(response.body());
  }

  private HttpRequest.Builder request(final String path) {
    return HttpRequest.newBuilder(URI.create(endpoint.base() + path))
        .timeout(timeout)
        .header("Content-Type", "application/json")
        .header("Accept", "application/json");
  }

  private HttpResponse<String> send(final HttpRequest request) {
    final CompletableFuture<HttpResponse<String>> answer =
        http.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofString(), MAXIMUM));
    try {
      return await(answer);
    } catch (final InterruptedException e) {
      answer.cancel(true);
      throw Failure.failed("interrupted: whether the node did it is not known").because(e);
    } catch (final ExecutionException e) {
      throw unreachable(e.getCause() instanceof final IOException io ? io : new IOException(e));
    }
  }

  private HttpResponse<String> await(final CompletableFuture<HttpResponse<String>> answer)
      throws InterruptedException, ExecutionException {
    // Ends: the request has its own time limit.
    while (true) {
      try {
        return answer.get(TICK_MILLIS, TimeUnit.MILLISECONDS);
      } catch (final TimeoutException e) {
        waiting.run();
      }
    }
  }

  private Failure unreachable(final IOException e) {
    if (e instanceof ConnectException || e instanceof HttpConnectTimeoutException) {
      return Failure.of(ExitCode.UNREACHABLE, "no node answers at " + endpoint.base())
          .hint(endpoint.hint())
          .because(e);
    }
    if (e instanceof HttpTimeoutException) {
      return Failure.of(
              ExitCode.UNREACHABLE,
              "the node at "
                  + endpoint.base()
                  + " has not answered within "
                  + timeout.toSeconds()
                  + " s: whether it did what was asked is not known")
          .hint("Wait longer with --timeout SECONDS.")
          .because(e);
    }
    final String reason = e.getMessage();
    return Failure.of(
            ExitCode.UNREACHABLE,
            "the node at "
                + endpoint.base()
                + " broke off: "
                + (reason == null ? e.getClass().getSimpleName() : Text.oneLine(reason)))
        .hint(endpoint.hint())
        .because(e);
  }

  private static Failure refused(final HttpResponse<String> response) {
    final String body = response.body();
    return Failure.of(ExitCode.REFUSED, "the node refused: " + reason(response)).answer(body);
  }

  private static String reason(final HttpResponse<String> response) {
    final String body = response.body();
    try {
      final Object error = new JsonObject(body).getValue("error");
      if (error instanceof final String text) {
        return Text.clean(text);
      }
      if (error instanceof final JsonObject object
          && object.getValue("message") instanceof final String text) {
        return Text.clean(text);
      }
    } catch (final DecodeException e) {
      // Not every answer of a server, or of what stands before it, is JSON: shown as it is below.
    }
    final String text = Text.oneLine(body.strip());
    return "HTTP status "
        + response.statusCode()
        + (text.isEmpty() ? "" : ": " + text.substring(0, Math.min(text.length(), 200)));
  }
}
