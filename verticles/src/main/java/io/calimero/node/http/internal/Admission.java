// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.http.internal;

import io.calimero.node.http.HttpLimits;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What clients may take of the node: connections, requests, memory and time. Used on one event loop
 * only.
 *
 * <p>Each connection has at most one deadline, for what it is waiting for: the head of a request,
 * its body, or the client's reading of the response. While the node itself works there is none. A
 * byte now and then does not move a deadline.
 */
final class Admission {
  /** How long a client whose request was cut off has to read why. */
  private static final Duration DRAIN = Duration.ofSeconds(2);

  /** Places that are kept for those who watch over the node, when all others are taken. */
  private static final int FOR_WATCHERS = 16;

  private final HttpLimits limits;
  private final LongSupplier nanoTime;
  private final Map<HttpConnection, Client> clients = new HashMap<>();
  private int inFlight;
  private int upgraded;
  private long bufferedBytes;

  /** A connection and what it is waiting for. */
  private static final class Client {
    private final HttpConnection connection;
    private @Nullable Exchange exchange;
    private boolean timed;
    private long deadline;

    Client(final HttpConnection connection) {
      this.connection = connection;
    }
  }

  Admission(final HttpLimits limits, final LongSupplier nanoTime) {
    this.limits = limits;
    this.nanoTime = nanoTime;
  }

  HttpLimits limits() {
    return limits;
  }

  /** Admits a connection, or closes it if there are too many. */
  void connected(final HttpConnection connection) {
    if (connections() >= limits.connections()) {
      connection.close();
      return;
    }
    final Client client = new Client(connection);
    clients.put(connection, client);
    within(client, limits.headTime());
    connection.closeHandler(_ -> clients.remove(connection));
  }

  /**
   * Admits a request, or nothing if too many are under way or its connection is gone.
   *
   * @param watches whether it asks how the node is: a node that is overloaded is not dead
   */
  Optional<Exchange> begin(final HttpServerRequest request, final boolean watches) {
    final Client client = clients.get(request.connection());
    final int places = limits.requestsInFlight() + (watches ? FOR_WATCHERS : 0);
    if (client == null || inFlight >= places) {
      return Optional.empty();
    }
    inFlight++;
    final Exchange exchange = new Exchange(request, this);
    client.exchange = exchange;
    client.timed = false;
    return Optional.of(exchange);
  }

  void readingBody(final Exchange exchange) {
    current(exchange).ifPresent(client -> within(client, limits.bodyTime()));
  }

  void working(final Exchange exchange) {
    current(exchange).ifPresent(client -> client.timed = false);
  }

  void responding(final Exchange exchange) {
    current(exchange).ifPresent(client -> within(client, limits.responseTime()));
  }

  /** The client has a little time to read a response before its unfinished request is cut off. */
  void draining(final Exchange exchange) {
    current(exchange)
        .ifPresent(
            client -> {
              client.exchange = null;
              within(
                  client,
                  limits.responseTime().compareTo(DRAIN) < 0 ? limits.responseTime() : DRAIN);
            });
  }

  /**
   * The exchange goes on for as long as it pleases: it is no request in flight any more, and its
   * connection has no deadline.
   */
  void streaming(final Exchange exchange) {
    inFlight--;
    current(exchange).ifPresent(client -> client.timed = false);
  }

  /**
   * The connection becomes something else than an HTTP connection. It counts until what is returned
   * is run, once.
   */
  Runnable upgrading(final Exchange exchange) {
    inFlight--;
    clients.remove(exchange.request().connection());
    upgraded++;
    return () -> upgraded--;
  }

  /** Takes memory for a part of a body; false if there is none left. */
  boolean buffer(final int bytes) {
    if (bufferedBytes + bytes > limits.bufferedBytes()) {
      return false;
    }
    bufferedBytes += bytes;
    return true;
  }

  /** An exchange is over: what it took is given back. */
  void end(final Exchange exchange, final long buffered) {
    inFlight--;
    bufferedBytes -= buffered;
    current(exchange)
        .ifPresent(
            client -> {
              client.exchange = null;
              within(client, limits.idleTime());
            });
  }

  /** Ends what is over its deadline. To be called a few times a second. */
  void sweep() {
    final long now = nanoTime.getAsLong();
    final List<Client> late = new ArrayList<>();
    for (final Client client : clients.values()) {
      if (client.timed && client.deadline - now <= 0) {
        late.add(client);
      }
    }
    for (final Client client : late) {
      client.timed = false;
      if (client.exchange == null || !client.exchange.bodyIsLate()) {
        Connections.cutOff(client.connection);
      }
    }
  }

  int connections() {
    return clients.size() + upgraded;
  }

  int requestsInFlight() {
    return inFlight;
  }

  long bufferedBytes() {
    return bufferedBytes;
  }

  private Optional<Client> current(final Exchange exchange) {
    final Client client = clients.get(exchange.request().connection());
    return client != null && client.exchange == exchange ? Optional.of(client) : Optional.empty();
  }

  private void within(final Client client, final Duration time) {
    client.timed = true;
    client.deadline = nanoTime.getAsLong() + time.toNanos();
  }
}
