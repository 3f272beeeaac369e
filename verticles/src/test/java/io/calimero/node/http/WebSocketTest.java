// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.http;

import static io.calimero.node.http.Samples.CONTEXT;
import static io.calimero.node.http.Samples.MEMBER;
import static io.calimero.node.http.Samples.OTHER_CONTEXT;
import static io.calimero.node.http.Samples.hash;
import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.events.ApplicationEvent;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.GuestError;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.bus.Topics;
import io.calimero.node.events.messages.ExecutionMessages.Failed;
import io.calimero.node.events.messages.ExecutionMessages.TransactionExecuted;
import io.calimero.node.http.PushingNode.Client;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code /ws} over real sockets. */
class WebSocketTest {
  private static final ApplicationEvent INSERTED =
      new ApplicationEvent("Inserted", Bytes.utf8("{\"ä\":1}"), Optional.empty());
  private static final ApplicationEvent HANDLED =
      new ApplicationEvent("Han\"dled", Bytes.EMPTY, Optional.of("on_it"));

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
  void aSubscriptionIsAnsweredAndAnEventHasTheShapeThatClientsKnow() {
    final Client client = node.open();
    client.send(
        "{\"id\":4294967295,\"method\":\"subscribe\",\"params\":{\"contextIds\":[\""
            + CONTEXT
            + "\"]}}");
    assertThat(client.text())
        .isEqualTo(
            "{\"id\":4294967295,\"result\":{\"contextIds\":[\""
                + CONTEXT
                + "\"],\"calimero_from\":{\""
                + CONTEXT
                + "\":2}}}");
    final TransactionExecuted notice = node.execute(CONTEXT, INSERTED, HANDLED);
    assertThat(client.text())
        .isEqualTo(
            "{\"id\":null,\"result\":{\"contextId\":\""
                + CONTEXT
                + "\",\"type\":\"StateMutation\",\"data\":{\"newRoot\":\""
                + notice.stateRoot()
                + "\",\"events\":[{\"kind\":\"Inserted\",\"data\":[123,34,195,164,34,58,49,125],"
                + "\"handler\":null},{\"kind\":\"Han\\\"dled\",\"data\":[],\"handler\":\"on_it\"}]},"
                + "\"calimero_receipt\":{\"position\":2,\"entryHash\":\""
                + notice.entryHash()
                + "\",\"transactionHash\":\""
                + notice.transaction()
                + "\"},\"calimero_call\":{\"executor\":\""
                + MEMBER
                + "\",\"method\":\"set\"}}}");
  }

  @Test
  void theOlderGenerationCanHaveStateAndEventsApart() {
    final Client client = node.open("/ws?calimero_events=2025", false);
    client.subscribe(CONTEXT);
    final TransactionExecuted notice = node.execute(CONTEXT, INSERTED);
    final JsonObject state = client.json().getJsonObject("result");
    assertThat(state.getString("type")).isEqualTo("StateMutation");
    assertThat(state.getJsonObject("data").getMap())
        .containsOnly(Map.entry("newRoot", notice.stateRoot().toString()));
    final JsonObject event = client.json().getJsonObject("result");
    assertThat(event.getString("type")).isEqualTo("ExecutionEvent");
    assertThat(
            event.getJsonObject("data").getJsonArray("events").getJsonObject(0).getString("kind"))
        .isEqualTo("Inserted");
  }

  @Test
  void theIdComesBackAsItWasSentAndNullIfThereIsNone() {
    final Client client = node.open();
    final String params = ",\"method\":\"subscribe\",\"params\":{\"contextIds\":[]}}";
    client.send("{\"id\":1e3" + params);
    assertThat(client.text()).startsWith("{\"id\":1e3,\"result\":{\"contextIds\":[]");
    client.send("{\"id\":\"a\\u0062\"" + params);
    assertThat(client.text()).startsWith("{\"id\":\"a\\u0062\",");
    client.send("{\"id\":null" + params);
    assertThat(client.text()).startsWith("{\"id\":null,\"result\":{\"contextIds\":[]");
    client.send("{\"x\":1" + params);
    assertThat(client.text()).startsWith("{\"id\":null,");
  }

  @Test
  void groupsAreToldBackAndHaveNoEvents() {
    final String group = "0f".repeat(32);
    assertThat(
            node.open()
                .ask(
                    "{\"id\":1,\"method\":\"subscribe\",\"params\":{\"groupIds\":[\""
                        + group
                        + "\"]}}")
                .getJsonObject("result")
                .getJsonArray("groupIds"))
        .isEqualTo(new JsonArray().add(group));
  }

  @Test
  void whoUnsubscribesIsToldNothingAnyMore() {
    final Client client = node.open();
    client.subscribe(CONTEXT);
    final JsonObject answer =
        client.ask(
            "{\"id\":2,\"method\":\"unsubscribe\",\"params\":{\"contextIds\":[\""
                + CONTEXT
                + "\"]}}");
    assertThat(answer.getJsonObject("result").getJsonArray("contextIds"))
        .isEqualTo(new JsonArray().add(CONTEXT.toString()));
    node.execute(CONTEXT);
    client.subscribe(CONTEXT, 3);
    node.execute(CONTEXT);
    assertThat(client.position()).isEqualTo(3);
  }

  @Test
  void onlyWhatIsSubscribedToIsTold() {
    node.log(OTHER_CONTEXT);
    final Client client = node.open();
    client.subscribe(OTHER_CONTEXT);
    node.execute(CONTEXT);
    node.execute(OTHER_CONTEXT);
    assertThat(client.json().getJsonObject("result").getString("contextId"))
        .isEqualTo(OTHER_CONTEXT.toString());
  }

  @Test
  void aContextThatIsNotHereYetCanBeSubscribedTo() {
    final Client client = node.open();
    client.subscribe(OTHER_CONTEXT);
    node.log(OTHER_CONTEXT);
    node.execute(OTHER_CONTEXT);
    assertThat(client.position()).isEqualTo(2);
  }

  @Test
  void aContextThatGoesSaysSo() {
    final Client client = node.open();
    client.subscribe(CONTEXT);
    node.remove(CONTEXT);
    final JsonObject error = client.json();
    assertThat(error.getJsonObject("error").getString("type")).isEqualTo("ContextNotFound");
    assertThat(error.getJsonObject("error").getString("calimero_context"))
        .isEqualTo(CONTEXT.toString());
  }

  @Test
  void aPositionIsResumedFromWithNothingLost() {
    final Client first = node.open();
    first.subscribe(CONTEXT);
    node.execute(CONTEXT);
    final long seen = first.position();
    first.close();
    IntStream.range(0, 700).forEach(_ -> node.execute(CONTEXT, INSERTED));
    final Client second = node.open();
    second.subscribe(CONTEXT, seen + 1);
    node.execute(CONTEXT);
    assertThat(positions(second, 701)).isEqualTo(range(3, 703));
  }

  @Test
  void eachContextCanHaveAPositionOfItsOwn() {
    node.log(OTHER_CONTEXT);
    IntStream.range(0, 5).forEach(_ -> node.log(CONTEXT).execute());
    IntStream.range(0, 5).forEach(_ -> node.log(OTHER_CONTEXT).execute());
    final Client client = node.open();
    final JsonObject answer =
        client.ask(
            "{\"id\":1,\"method\":\"subscribe\",\"params\":{\"contextIds\":[\""
                + CONTEXT
                + "\",\""
                + OTHER_CONTEXT
                + "\"],\"calimeroFrom\":{\""
                + CONTEXT
                + "\":6}}}");
    assertThat(answer.getJsonObject("result").getJsonObject("calimero_from").getMap())
        .containsEntry(CONTEXT.toString(), 6)
        .containsEntry(OTHER_CONTEXT.toString(), 7);
    assertThat(client.position()).isEqualTo(6);
  }

  @Test
  void aPositionBeyondTheLogIsRefused() {
    final JsonObject error = node.open().subscribe(CONTEXT, 3).getJsonObject("error");
    assertThat(error.getString("type")).isEqualTo("ParseError");
    assertThat(error.getString("data")).contains("position 3").contains("ends at 1");
  }

  @Test
  void whatCannotBeSubscribedToIsNamedBesideWhatCan() {
    final Client client = node.open();
    final JsonObject result =
        client
            .ask(
                "{\"id\":1,\"method\":\"subscribe\",\"params\":{\"contextIds\":[\""
                    + CONTEXT
                    + "\",\""
                    + OTHER_CONTEXT
                    + "\"],\"calimeroFrom\":{\""
                    + OTHER_CONTEXT
                    + "\":9}}}")
            .getJsonObject("result");
    assertThat(result.getJsonArray("contextIds"))
        .isEqualTo(new JsonArray().add(CONTEXT.toString()));
    assertThat(result.getJsonArray("calimero_refused").getJsonObject(0).getString("contextId"))
        .isEqualTo(OTHER_CONTEXT.toString());
  }

  @Test
  void aClientThatComesAndGoesUnderLoadGetsEachEventOnceAndInOrder() throws InterruptedException {
    final int events = 4000;
    final Thread load =
        Thread.ofPlatform()
            .start(() -> IntStream.range(0, events).forEach(_ -> node.execute(CONTEXT, INSERTED)));
    final List<Long> seen = new ArrayList<>();
    long next = 2;
    int connections = 0;
    while (seen.size() < events) {
      final Client client = node.open();
      connections++;
      client.subscribe(CONTEXT, next);
      final int share = Math.min(events - seen.size(), 1 + connections * 37 % 500);
      seen.addAll(positions(client, share));
      next = seen.getLast() + 1;
      client.close();
    }
    load.join();
    assertThat(seen).isEqualTo(range(2, events + 1));
    assertThat(connections).isGreaterThan(5);
  }

  @Test
  void manyClientsAreToldTheSame() {
    final List<Client> clients = IntStream.range(0, 100).mapToObj(_ -> node.open()).toList();
    clients.forEach(client -> client.subscribe(CONTEXT));
    IntStream.range(0, 20).forEach(_ -> node.execute(CONTEXT, INSERTED));
    assertThat(clients)
        .allSatisfy(client -> assertThat(positions(client, 20)).isEqualTo(range(2, 21)));
  }

  @Test
  void callsCanBeMadeAndAreAnsweredAsByJsonRpc() {
    node.node().answer(Topics.SUBMIT, Samples.written("{\"a\":1}"));
    node.node().answer(Topics.QUERY, Samples.read("[1]"));
    final Client client = node.open();
    final String params =
        ",\"params\":{\"contextId\":\"" + CONTEXT + "\",\"method\":\"set\",\"argsJson\":{}}}";
    client.send("{\"id\":7,\"method\":\"mutate\"" + params);
    assertThat(client.text()).isEqualTo("{\"id\":7,\"result\":{\"output\":{\"a\":1}}}");
    client.send("{\"id\":8,\"method\":\"query\"" + params);
    assertThat(client.text()).isEqualTo("{\"id\":8,\"result\":{\"output\":[1]}}");
    node.node().answer(Topics.QUERY, new Failed(GuestError.returned(Bytes.utf8("1")), List.of()));
    client.send("{\"id\":9,\"method\":\"query\"" + params);
    assertThat(client.text()).startsWith("{\"id\":9,\"error\":{\"type\":\"FunctionCallError\",");
    node.node().fail(Topics.QUERY, Code.CONTEXT_NOT_FOUND, "none");
    client.send("{\"jsonrpc\":\"2.0\",\"id\":10,\"method\":\"query\"" + params);
    assertThat(client.text())
        .isEqualTo(
            "{\"id\":10,\"error\":{\"type\":\"ContextNotFound\",\"data\":{\"context_id\":\""
                + CONTEXT
                + "\"}}}");
  }

  @Test
  void whatIsWrongIsSaidAndTheSocketLives() {
    final Client client = node.open();
    final List<String> wrong =
        List.of(
            "nonsense",
            "[]",
            "{}",
            "{\"id\":{},\"method\":\"subscribe\",\"params\":{}}",
            "{\"id\":1,\"method\":\"subscribe\"}",
            "{\"id\":1,\"method\":\"subscribe\",\"params\":{\"contextIds\":\"x\"}}",
            "{\"id\":1,\"method\":\"subscribe\",\"params\":{\"contextIds\":[\"0\"]}}",
            "{\"id\":1,\"method\":\"subscribe\",\"params\":{\"groupIds\":[\"0\"]}}",
            "{\"id\":1,\"method\":\"subscribe\",\"params\":{\"calimeroFrom\":0}}",
            "{\"id\":1,\"method\":\"subscribe\",\"params\":{\"calimeroFrom\":1.5}}",
            "{\"id\":1,\"method\":\"set_ephemeral\",\"params\":{}}",
            "{\"id\":1,\"method\":\"execute\",\"params\":{\"contextId\":\"x\",\"method\":\"y\"}}");
    for (final String text : wrong) {
      final JsonObject answer = client.ask(text);
      assertThat(answer.getJsonObject("error").getString("type")).as(text).isEqualTo("ParseError");
      assertThat(answer.getJsonObject("error").getString("data")).as(text).isNotEmpty();
    }
    assertThat(client.subscribe(CONTEXT).containsKey("result")).isTrue();
  }

  @Test
  void messagesAreDeflatedForWhoOffersIt() {
    final Client client = node.open("/ws", true);
    assertThat(client.socket().headers().get("Sec-WebSocket-Extensions"))
        .startsWith("permessage-deflate");
    client.subscribe(CONTEXT);
    final byte[] zeros = new byte[300_000];
    node.execute(CONTEXT, new ApplicationEvent("Big", Bytes.wrap(zeros), Optional.empty()));
    assertThat(client.position()).isEqualTo(2);
  }

  @Test
  void anEventLargerThanAFrameArrivesWhole() {
    final Client client = node.open();
    client.subscribe(CONTEXT);
    final String text = "ä€😀".repeat(20_000);
    node.execute(CONTEXT, new ApplicationEvent(text, Bytes.utf8(text), Optional.empty()));
    final JsonObject event =
        client
            .json()
            .getJsonObject("result")
            .getJsonObject("data")
            .getJsonArray("events")
            .getJsonObject(0);
    assertThat(event.getString("kind")).isEqualTo(text);
  }

  @Test
  void tokensAreIgnored() {
    final Client client = node.open("/ws?token=nonsense", false);
    assertThat(client.subscribe(CONTEXT).containsKey("result")).isTrue();
  }

  @Test
  void aRequestThatIsNoWebSocketIsToldSo() {
    assertThat(node.node().get("/ws").statusCode()).isEqualTo(426);
    assertThat(node.node().get("/ws").body()).isEqualTo("{\"error\":\"/ws is for WebSockets\"}");
  }

  @Test
  void aNodeThatStopsSaysSo() {
    final Client client = node.open();
    client.subscribe(CONTEXT);
    final var stopped = node.node().undeploy();
    assertThat(client.closeCode()).isEqualTo(1001);
    NodeUnderTest.await(stopped);
  }

  @Test
  void anUnknownContextOfAnotherFormDoesNoHarm() {
    final Client client = node.open();
    IntStream.range(0, 300).forEach(i -> client.subscribe(new ContextId(hash("context " + i))));
    node.execute(CONTEXT);
    client.subscribe(CONTEXT, 2);
    assertThat(client.position()).isEqualTo(2);
  }

  private static List<Long> positions(final Client client, final int count) {
    return IntStream.range(0, count).mapToObj(_ -> client.position()).toList();
  }

  private static List<Long> range(final long from, final long to) {
    return LongStream.rangeClosed(from, to).boxed().toList();
  }
}
