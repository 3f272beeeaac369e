// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.http;

import static io.calimero.node.http.Samples.APPLICATION;
import static io.calimero.node.http.Samples.CONTEXT;
import static io.calimero.node.http.Samples.MEMBER;
import static io.calimero.node.http.Samples.STATE;
import static io.calimero.node.http.Samples.STRANGER;
import static io.calimero.node.http.Samples.SUMMARY;
import static io.calimero.node.http.Samples.read;
import static io.calimero.node.http.Samples.written;

import io.calimero.node.JsClients;
import io.calimero.node.events.ApplicationEvent;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.GuestError;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.bus.Topics;
import io.calimero.node.events.messages.ApplicationMessages;
import io.calimero.node.events.messages.ContextMessages;
import io.calimero.node.events.messages.ExecutionMessages.Answer;
import io.calimero.node.events.messages.ExecutionMessages.Failed;
import io.vertx.core.Future;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Runs the clients of src/test/js, which are installed into target/clients when they change. */
class PublishedClientsTest {
  private final Map<String, String> store = new TreeMap<>();

  @Test
  void publishedClientsRunUnmodified() throws IOException, InterruptedException {
    Assumptions.assumeTrue(
        JsClients.canRun(), "no `node` on the PATH: the published clients are not run");
    JsClients.install();
    try (NodeUnderTest node = new NodeUnderTest()) {
      behaveLikeTheKeyValueStore(node);
      JsClients.run(
          Map.of(
              "NODE_URL",
              "http://127.0.0.1:" + node.port(),
              "APPLICATION_PATH",
              "/apps/kv store.wasm"),
          "node",
          "--test",
          "test/client.test.js");
    }
  }

  @Test
  void clientsThatAreToldOfEventsRunUnmodified() throws IOException, InterruptedException {
    Assumptions.assumeTrue(
        JsClients.canRun(), "no `node` on the PATH: the published clients are not run");
    JsClients.install();
    final ApplicationEvent inserted =
        new ApplicationEvent("Inserted", Bytes.utf8("{\"key\":\"a\"}"), Optional.empty());
    try (PushingNode node = new PushingNode()) {
      node.log(CONTEXT);
      node.node().vertx().setPeriodic(20, _ -> node.execute(CONTEXT, inserted));
      JsClients.run(
          Map.of(
              "NODE_URL",
              "http://127.0.0.1:" + node.node().port(),
              "WATCHED_CONTEXT",
              CONTEXT.toString(),
              "NODE_OPTIONS",
              "--experimental-websocket"),
          "node",
          "--test",
          "test/push.test.js");
    }
  }

  private void behaveLikeTheKeyValueStore(final NodeUnderTest node) {
    node.answer(Topics.APPLICATION_INSTALL, APPLICATION);
    node.answer(Topics.APPLICATION_LIST, new ApplicationMessages.All(List.of(APPLICATION)));
    node.answer(Topics.APPLICATION_GET, new ApplicationMessages.Found(Optional.of(APPLICATION)));
    node.answer(Topics.APPLICATION_REMOVE, new ApplicationMessages.Done());
    node.answer(Topics.CONTEXT_CREATE, new ContextMessages.Created(CONTEXT, MEMBER));
    node.answer(Topics.CONTEXT_LIST, new ContextMessages.All(List.of(SUMMARY)));
    node.when(Topics.CONTEXT_GET, asked -> known(asked.context()).map(_ -> SUMMARY));
    node.answer(Topics.CONTEXT_REMOVE, new ContextMessages.Removed(true));
    node.answer(Topics.STATE_GET, STATE);
    node.answer(Topics.IDENTITY_CREATE, new ContextMessages.IdentityCreated(STRANGER));
    node.when(
        Topics.SUBMIT,
        call -> known(call.context()).map(_ -> run(call.method(), call.arguments())));
    node.when(
        Topics.QUERY, call -> known(call.context()).map(_ -> run(call.method(), call.arguments())));
  }

  private static Future<ContextId> known(final ContextId context) {
    return context.equals(CONTEXT)
        ? Future.succeededFuture(context)
        : Future.failedFuture(
            Problem.of(Code.CONTEXT_NOT_FOUND, "no such context", context.hash()).toException());
  }

  private Answer run(final String method, final Bytes arguments) {
    final JsonObject input = new JsonObject(arguments.toUtf8());
    final String key = input.getString("key");
    return switch (method) {
      case "set" -> {
        store.put(key, input.getString("value"));
        yield written("null");
      }
      case "get" -> read(Json.encode(store.get(key)));
      default -> new Failed(GuestError.returned(Bytes.utf8("\"Key not found.\"")), List.of());
    };
  }
}
