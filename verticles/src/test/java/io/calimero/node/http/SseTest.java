// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.http;

import static io.calimero.node.http.Samples.CONTEXT;
import static io.calimero.node.http.Samples.OTHER_CONTEXT;
import static io.calimero.node.http.Samples.hash;
import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.events.ApplicationEvent;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.messages.ExecutionMessages.TransactionExecuted;
import io.calimero.node.http.SseClient.Message;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code /sse} over real sockets. */
class SseTest {
  private static final ApplicationEvent INSERTED =
      new ApplicationEvent("Inserted", Bytes.utf8("{}"), Optional.empty());

  private PushingNode node;

  @BeforeEach
  void start() {
    node = new PushingNode();
    node.log(CONTEXT);
  }

  @AfterEach
  void stop() {
    node.close();
  }

  @Test
  void theFirstRecordNamesTheSession() throws IOException {
    // as mero-js sends it when it has no token
    try (SseClient client = new SseClient(node, "Authorization: Bearer ")) {
      assertThat(client.status()).isEqualTo("HTTP/1.1 200 OK");
      assertThat(client.header("content-type")).isEqualTo("text/event-stream");
      assertThat(client.header("x-sse-reconnect")).isEqualTo("false");
      final Message first = client.next();
      final String session = client.header("x-sse-session-id");
      assertThat(session).matches("[0-9]+");
      assertThat(first)
          .isEqualTo(
              new Message(
                  "message",
                  session + "-0",
                  "{\"type\":\"connect\",\"session_id\":\"" + session + "\",\"reconnect\":false}"));
    }
  }

  @Test
  void aSubscriptionIsAnsweredAndItsEventsComeAsMessages() throws IOException {
    try (SseClient client = new SseClient(node)) {
      final String session = session(client);
      final HttpResponse<String> answer = subscribe(session, CONTEXT);
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body())
          .isEqualTo(
              "{\"result\":{\"status\":\"subscribed\",\"contexts\":[\""
                  + CONTEXT
                  + "\"],\"calimero_from\":{\""
                  + CONTEXT
                  + "\":2}}}");
      final TransactionExecuted notice = node.execute(CONTEXT, INSERTED);
      final Message message = client.next();
      assertThat(message.event()).isEqualTo("message");
      assertThat(message.id()).startsWith(session + "-1");
      assertThat(message.data())
          .startsWith("{\"result\":{\"contextId\":\"" + CONTEXT + "\",\"type\":\"StateMutation\",")
          .contains("\"newRoot\":\"" + notice.stateRoot() + "\"")
          .doesNotContain("\"id\"");
    }
  }

  @Test
  void unsubscribingTellsWhatThereWas() throws IOException {
    try (SseClient client = new SseClient(node)) {
      final String session = session(client);
      subscribe(session, CONTEXT);
      final HttpResponse<String> answer = ask(session, "unsubscribe", "", CONTEXT, OTHER_CONTEXT);
      assertThat(answer.body())
          .isEqualTo(
              "{\"result\":{\"status\":\"unsubscribed\",\"unsubscribed\":[\""
                  + CONTEXT
                  + "\"],\"requested\":[\""
                  + CONTEXT
                  + "\",\""
                  + OTHER_CONTEXT
                  + "\"]}}");
    }
  }

  @Test
  void aSessionIsShownAndUnknownOnesAreNot() throws IOException {
    try (SseClient client = new SseClient(node)) {
      final String session = session(client);
      subscribe(session, CONTEXT);
      assertThat(node.node().get("/sse/session/" + session).body())
          .isEqualTo(
              "{\"result\":{\"session_id\":"
                  + session
                  + ",\"subscriptions\":[\""
                  + CONTEXT
                  + "\"],\"event_counter\":0,\"status\":\"active\"}}");
    }
    assertThat(node.node().get("/sse/session/1").statusCode()).isEqualTo(404);
    assertThat(node.node().get("/sse/session/x").statusCode()).isEqualTo(400);
    final HttpResponse<String> unknown = subscribe("1", CONTEXT);
    assertThat(unknown.statusCode()).isEqualTo(404);
    assertThat(unknown.body()).startsWith("{\"error\":\"Session not found. ");
    final HttpResponse<String> invalid = subscribe("x", CONTEXT);
    assertThat(invalid.statusCode()).isEqualTo(400);
    assertThat(invalid.body()).isEqualTo("{\"error\":\"Invalid Session Id\"}");
    assertThat(node.node().post("/sse/subscription", "[]").statusCode()).isEqualTo(400);
  }

  @Test
  void aClientThatComesBackGetsWhatItHasMissed() throws IOException {
    final String last;
    try (SseClient client = new SseClient(node)) {
      subscribe(session(client), CONTEXT);
      node.execute(CONTEXT, INSERTED);
      node.execute(CONTEXT, INSERTED);
      client.next(); // the second one is on its way, and lost
      last = client.lastEventId();
    }
    IntStream.range(0, 300).forEach(_ -> node.execute(CONTEXT, INSERTED));
    try (SseClient client = new SseClient(node, "Last-Event-ID: " + last)) {
      assertThat(client.header("x-sse-reconnect")).isEqualTo("true");
      assertThat(client.next().json().getBoolean("reconnect")).isTrue();
      node.execute(CONTEXT, INSERTED);
      assertThat(positions(client, 302)).isEqualTo(range(3, 304));
    }
  }

  @Test
  void soDoesOneThatLostItsConnectionBeforeTheFirstEvent() throws IOException {
    final String last;
    try (SseClient client = new SseClient(node)) {
      final String session = session(client);
      last = client.lastEventId();
      subscribe(session, CONTEXT);
    }
    node.execute(CONTEXT);
    try (SseClient client = new SseClient(node, "Last-Event-ID: " + last)) {
      client.next();
      assertThat(client.next().position()).isEqualTo(2);
    }
  }

  @Test
  void aNodeThatHasForgottenGoesOnFromWhatTheClientRemembers() throws IOException {
    final String last;
    try (SseClient client = new SseClient(node)) {
      subscribe(session(client), CONTEXT);
      node.execute(CONTEXT);
      client.next();
      last = client.lastEventId();
    }
    try (PushingNode another = new PushingNode()) {
      IntStream.range(0, 3).forEach(_ -> another.log(CONTEXT).execute());
      try (SseClient client = new SseClient(another, "Last-Event-ID: " + last)) {
        final JsonObject connect = client.next().json();
        assertThat(connect.getBoolean("reconnect")).isTrue();
        assertThat(last).startsWith(connect.getString("session_id") + "-");
        assertThat(positions(client, 2)).isEqualTo(range(3, 4));
      }
      // the log ends before what the client has seen: it is another one
      another.remove(CONTEXT);
      try (PushingNode empty = new PushingNode()) {
        empty.log(CONTEXT);
        try (SseClient client = new SseClient(empty, "Last-Event-ID: " + last)) {
          client.next();
          assertThat(client.next().json().getString("type")).isEqualTo("error");
        }
      }
    }
  }

  @Test
  void whoComesBackToAGatewayWhoseNodeIsAwayComesAgainAndMissesNothing() throws IOException {
    String last;
    try (SseClient client = new SseClient(node)) {
      subscribe(session(client), CONTEXT);
      node.execute(CONTEXT);
      client.next();
      last = client.lastEventId();
    }
    try (PushingNode another = new PushingNode()) {
      IntStream.range(0, 3).forEach(_ -> another.log(CONTEXT).execute());
      another.answersAfter(
          Future.failedFuture(Problem.of(Code.NODE_UNAVAILABLE, "the node is away").toException()));
      for (int i = 0; i < 3; i++) {
        try (SseClient client = new SseClient(another, "Last-Event-ID: " + last)) {
          client.next();
          assertThat(client.next().json().getString("type")).isEqualTo("error");
          client.drain();
          last = client.lastEventId();
        }
      }
      another.answersAfter(Future.succeededFuture());
      try (SseClient client = new SseClient(another, "Last-Event-ID: " + last)) {
        assertThat(client.next().json().getBoolean("reconnect")).isTrue();
        assertThat(positions(client, 2)).isEqualTo(range(3, 4));
      }
    }
  }

  @Test
  void whoComesAgainWhileTheNodeIsStillAskedGoesOnToo() throws IOException {
    final String last;
    try (SseClient client = new SseClient(node)) {
      subscribe(session(client), CONTEXT);
      node.execute(CONTEXT);
      client.next();
      last = client.lastEventId();
    }
    try (PushingNode another = new PushingNode()) {
      IntStream.range(0, 3).forEach(_ -> another.log(CONTEXT).execute());
      final Promise<String> told = Promise.promise();
      another.answersAfter(told.future());
      try (SseClient client = new SseClient(another, "Last-Event-ID: " + last)) {
        client.next();
      }
      try (SseClient client = new SseClient(another, "Last-Event-ID: " + last)) {
        client.next();
        told.complete("at last");
        assertThat(positions(client, 2)).isEqualTo(range(3, 4));
      }
    }
  }

  @Test
  void manyContextsAreRememberedByTheNode() throws IOException {
    final List<ContextId> contexts =
        IntStream.range(0, 20).mapToObj(i -> new ContextId(hash("context " + i))).toList();
    contexts.forEach(node::log);
    final String last;
    try (SseClient client = new SseClient(node)) {
      final String session = session(client);
      ask(session, "subscribe", "", contexts.toArray(ContextId[]::new));
      for (int round = 0; round < 5; round++) {
        contexts.forEach(node::execute);
      }
      for (int i = 0; i < 30; i++) {
        client.next();
      }
      last = client.lastEventId();
      assertThat(last).isEqualTo(session + "-30");
    }
    contexts.forEach(node::execute);
    final List<String> seen = new ArrayList<>();
    try (SseClient client = new SseClient(node, "Last-Event-ID: " + last)) {
      client.next();
      for (int i = 0; i < 90; i++) {
        final Message message = client.next();
        seen.add(
            message.json().getJsonObject("result").getString("contextId") + message.position());
      }
    }
    final List<String> expected = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      for (long position = i < 10 ? 4 : 3; position <= 7; position++) {
        expected.add(contexts.get(i) + "" + position);
      }
    }
    assertThat(seen).containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void anIdThatIsNoneOfOursBeginsANewSession() throws IOException {
    for (final String id :
        List.of("x", "1", "1-2", "99999999999999999999-1", "5-5-AAAA", "1-1--")) {
      try (SseClient client = new SseClient(node, "Last-Event-ID: " + id)) {
        assertThat(client.next().json().getBoolean("reconnect")).as(id).isFalse();
      }
    }
  }

  @Test
  void aSessionThatIsOpenedAgainEndsTheStreamBefore() throws IOException {
    try (SseClient first = new SseClient(node)) {
      first.next();
      try (SseClient second = new SseClient(node, "Last-Event-ID: " + first.lastEventId())) {
        assertThat(second.next().json().getBoolean("reconnect")).isTrue();
        assertThat(first.next().json().getString("type")).isEqualTo("close");
        first.drain();
      }
    }
  }

  @Test
  void aStreamWithoutEventsIsKeptAliveByComments() throws IOException {
    final PushLimits d = PushLimits.DEFAULT;
    final Duration moment = Duration.ofMillis(40);
    try (PushingNode quick =
            new PushingNode(
                new PushLimits(
                    8,
                    8,
                    8,
                    8,
                    8,
                    1000,
                    8,
                    1000,
                    d.pingEvery(),
                    d.pongTime(),
                    moment,
                    d.stallTime(),
                    d.sessionTime()));
        SseClient client = new SseClient(quick)) {
      assertThat(session(client)).isNotEmpty();
      for (int i = 0; i < 3; i++) {
        client.awaitComment();
      }
    }
  }

  @Test
  void streamsAndSessionsAreBounded() throws IOException {
    final PushLimits d = PushLimits.DEFAULT;
    final PushLimits few =
        new PushLimits(
            8,
            2,
            3,
            8,
            8,
            1000,
            8,
            1000,
            d.pingEvery(),
            d.pongTime(),
            d.commentEvery(),
            d.stallTime(),
            d.sessionTime());
    try (PushingNode small = new PushingNode(few)) {
      final String first;
      try (SseClient one = new SseClient(small);
          SseClient two = new SseClient(small);
          SseClient three = new SseClient(small)) {
        first = session(one);
        session(two);
        assertThat(three.status()).isEqualTo("HTTP/1.1 503 Service Unavailable");
      }
      for (int i = 0; i < 6; i++) {
        awaitStream(small).close();
      }
      assertThat(small.node().get("/sse/session/" + first).statusCode()).isEqualTo(404);
    }
  }

  @Test
  void aSessionExpires() throws IOException {
    final PushLimits d = PushLimits.DEFAULT;
    final PushLimits brief =
        new PushLimits(
            8,
            8,
            8,
            8,
            8,
            1000,
            8,
            1000,
            d.pingEvery(),
            d.pongTime(),
            d.commentEvery(),
            d.stallTime(),
            Duration.ofMillis(40));
    try (PushingNode small = new PushingNode(brief)) {
      final String session;
      try (SseClient client = new SseClient(small)) {
        session = session(client);
      }
      while (small.node().get("/sse/session/" + session).statusCode() != 404) {
        Thread.onSpinWait();
      }
    }
  }

  @Test
  void aNodeThatStopsSaysSo() throws IOException {
    try (SseClient client = new SseClient(node)) {
      assertThat(session(client)).isNotEmpty();
      final var stopped = node.node().undeploy();
      assertThat(client.next().json().getMap())
          .containsEntry("type", "close")
          .containsEntry("reason", "the node is stopping");
      client.drain();
      NodeUnderTest.await(stopped);
    }
  }

  @Test
  void groupsAreToldBack() throws IOException {
    try (SseClient client = new SseClient(node)) {
      final String group = "ab".repeat(32);
      final HttpResponse<String> answer =
          node.node()
              .post(
                  "/sse/subscription",
                  "{\"id\":\""
                      + session(client)
                      + "\",\"method\":\"subscribe\",\"params\":{\"groupIds\":[\""
                      + group
                      + "\"]}}");
      assertThat(new JsonObject(answer.body()).getJsonObject("result").getJsonArray("groups"))
          .isEqualTo(new JsonArray().add(group));
    }
  }

  private SseClient awaitStream(final PushingNode of) throws IOException {
    while (true) {
      final SseClient client = new SseClient(of);
      if (client.status().contains("200")) {
        return client;
      }
      client.close();
    }
  }

  private static String session(final SseClient client) {
    return client.next().json().getString("session_id");
  }

  private HttpResponse<String> subscribe(final String session, final ContextId context) {
    return ask(session, "subscribe", "", context);
  }

  private HttpResponse<String> ask(
      final String session, final String method, final String more, final ContextId... contexts) {
    return node.node().post("/sse/subscription", wish(session, method, more, contexts));
  }

  private static String wish(
      final String session, final String method, final String more, final ContextId... contexts) {
    final String named =
        List.of(contexts).stream()
            .map(context -> "\"" + context + "\"")
            .collect(Collectors.joining(","));
    return "{\"id\":\""
        + session
        + "\",\"method\":\""
        + method
        + "\",\"params\":{\"contextIds\":["
        + named
        + "]"
        + more
        + "}}";
  }

  private static List<Long> positions(final SseClient client, final int count) {
    return IntStream.range(0, count).mapToObj(_ -> client.next().position()).toList();
  }

  private static List<Long> range(final long from, final long to) {
    return LongStream.rangeClosed(from, to).boxed().toList();
  }
}
