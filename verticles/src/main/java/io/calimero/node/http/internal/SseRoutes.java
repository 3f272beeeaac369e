// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.http.internal;

import io.calimero.node.events.ContextId;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Serves {@code /sse} and what belongs to it. Used on one event loop. */
final class SseRoutes {
  private final Push push;
  private final LongSupplier random;
  private final Map<Long, SseSession> sessions = new LinkedHashMap<>();

  /**
   * Routes.
   *
   * @param random what new sessions are called by, below {@link LastEvent#MAX_SESSION}
   */
  SseRoutes(final Push push, final LongSupplier random) {
    this.push = push;
    this.random = random;
  }

  void mount(final Routes routes) {
    routes
        .plain(HttpMethod.GET, "/sse", this::open)
        .plain(HttpMethod.POST, "/sse/subscription", this::subscribe)
        .plainGet("/sse/session/:id", this::show);
  }

  /** Looks after all sessions. To be called about once a second. */
  void tick() {
    final long now = push.nanoTime().getAsLong();
    final long time = push.limits().sessionTime().toNanos();
    List.copyOf(sessions.values()).forEach(SseSession::tick);
    for (final SseSession session : List.copyOf(sessions.values())) {
      if (session.isDetached() && now - session.detachedAt() > time) {
        forget(session);
      }
    }
    // sessions without a stream must not take the subscriptions of clients that are there
    while (push.feeds().subscriptions() > push.limits().subscriptions() / 2 && forgetOldest()) {
      // goes on with the next
    }
  }

  /** Ends them all. */
  void stop() {
    List.copyOf(sessions.values()).forEach(session -> session.close("the node is stopping"));
    sessions.clear();
  }

  int streams() {
    return (int) sessions.values().stream().filter(session -> !session.isDetached()).count();
  }

  private void open(final Exchange exchange) {
    final Optional<LastEvent> last =
        Optional.ofNullable(exchange.request().getHeader("Last-Event-ID"))
            .flatMap(LastEvent::parse);
    if (streams() >= push.limits().streams() && !takesOver(last)) {
      exchange.error(503, "there are " + push.limits().streams() + " streams already");
      return;
    }
    final Resumed resumed = last.flatMap(this::resume).orElseGet(this::begin);
    final SseSession session = resumed.session;
    sessions.put(session.id(), session);
    while (sessions.size() > push.limits().sessions() && forgetOldest()) {
      // goes on with the next
    }
    final HttpServerResponse response = exchange.request().response();
    exchange.stream();
    response
        .setChunked(true)
        .putHeader(HttpHeaders.CONTENT_TYPE, "text/event-stream")
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-cache")
        .putHeader("X-Accel-Buffering", "no")
        .putHeader("X-SSE-Session-ID", Long.toString(session.id()))
        .putHeader("X-SSE-Reconnect", Boolean.toString(resumed.reconnect));
    final SseStream stream =
        new SseStream(exchange, Shapes.of(exchange.request()), push, session::resume);
    response.closeHandler(_ -> session.detach(stream));
    response.exceptionHandler(_ -> session.detach(stream));
    session.attach(stream, resumed.reconnect, resumed.positions);
  }

  private record Resumed(SseSession session, boolean reconnect, Map<ContextId, Long> positions) {}

  private boolean takesOver(final Optional<LastEvent> last) {
    return last.map(event -> sessions.get(event.session()))
        .filter(session -> !session.isDetached())
        .isPresent();
  }

  /** A session that is remembered, or one whose client remembers enough. */
  private Optional<Resumed> resume(final LastEvent last) {
    final SseSession known = sessions.get(last.session());
    if (known != null) {
      return known.positionsAfter(last).map(positions -> new Resumed(known, true, positions));
    }
    return last.positions()
        .map(positions -> new Resumed(session(last.session(), last.number()), true, positions));
  }

  private Resumed begin() {
    long id = random.getAsLong();
    while (sessions.containsKey(id)) {
      id = random.getAsLong();
    }
    return new Resumed(session(id, 0), false, Map.of());
  }

  private SseSession session(final long id, final long number) {
    return new SseSession(id, number, push, over -> sessions.remove(over.id(), over));
  }

  private void subscribe(final Exchange exchange) {
    exchange
        .body()
        .onSuccess(body -> subscribe(exchange, body))
        .onFailure(cause -> refuse(exchange, cause));
  }

  private void subscribe(final Exchange exchange, final byte[] body) {
    switch (PushParser.parse(body)) {
      case PushRequest.Unusable unusable -> parseError(exchange, unusable.reason());
      case PushRequest.Rpc _ ->
          parseError(exchange, "unknown method, expected `subscribe` or `unsubscribe`");
      case PushRequest.Subscription wish -> {
        final Optional<Long> id =
            LastEvent.parseSession(wish.id().toUtf8().replaceAll("^\"|\"$", ""));
        if (id.isEmpty()) {
          exchange.error(400, "Invalid Session Id");
          return;
        }
        final SseSession session = sessions.get(id.get());
        if (session == null) {
          exchange.error(404, "Session not found. Open /sse, which begins one.");
          return;
        }
        subscribe(exchange, session, wish);
      }
    }
  }

  private static void subscribe(
      final Exchange exchange, final SseSession session, final PushRequest.Subscription wish) {
    if (!wish.subscribe()) {
      session
          .unsubscribe(wish.contexts())
          .onSuccess(ended -> exchange.json(200, PushAnswers.sseUnsubscribed(wish, ended)))
          .onFailure(cause -> refuse(exchange, cause));
      return;
    }
    session
        .subscribe(wish)
        .onSuccess(
            result -> {
              if (result.cursors().isEmpty() && !result.refused().isEmpty()) {
                refuse(exchange, result.refused().values().iterator().next().toException());
                return;
              }
              exchange.json(200, PushAnswers.sseSubscribed(wish, result));
              session.begin(result);
            })
        .onFailure(cause -> refuse(exchange, cause));
  }

  private void show(final RoutingContext context) {
    final Exchange exchange = Routes.exchange(context);
    final Optional<Long> id = LastEvent.parseSession(context.pathParam("id"));
    if (id.isEmpty()) {
      exchange.error(400, "Invalid Session Id");
      return;
    }
    final SseSession session = sessions.get(id.get());
    if (session == null) {
      exchange.error(404, "Session not found");
      return;
    }
    exchange.json(
        200,
        new JsonText()
            .raw("{\"result\":{\"session_id\":")
            .number(session.id())
            .raw(",\"subscriptions\":")
            .array(session.contexts(), (json, each) -> json.raw("\"" + each + "\""))
            .raw(",\"event_counter\":")
            .number(session.number())
            .raw(",\"status\":\"active\"}}")
            .toBuffer());
  }

  private static void parseError(final Exchange exchange, final String reason) {
    final Buffer body =
        new JsonText()
            .raw("{\"error\":{\"type\":\"ParseError\",\"data\":")
            .string(reason)
            .raw("}}")
            .toBuffer();
    exchange.json(400, body);
  }

  private static void refuse(final Exchange exchange, final Throwable cause) {
    final Refusal refusal = Problems.refusal(cause);
    exchange.error(refusal.status(), refusal.message());
  }

  private boolean forgetOldest() {
    final Optional<SseSession> oldest =
        sessions.values().stream()
            .filter(SseSession::isDetached)
            .min(Comparator.comparingLong(SseSession::detachedAt));
    oldest.ifPresent(this::forget);
    return oldest.isPresent();
  }

  private void forget(final SseSession session) {
    sessions.remove(session.id());
    session.close("forgotten");
  }
}
