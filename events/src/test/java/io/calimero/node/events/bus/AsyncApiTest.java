// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.bus;

import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.events.ApplicationEvent;
import io.calimero.node.events.ConfigurationEvent;
import io.calimero.node.events.Problem;
import io.calimero.node.events.messages.CatchupMessages.Sync;
import io.calimero.node.events.messages.ExecutionMessages.TransactionExecuted;
import io.calimero.node.events.messages.TransactionMessages.TransactionExpired;
import io.calimero.node.events.messages.TransactionMessages.TransactionPending;
import io.calimero.node.events.messages.TransactionMessages.TransactionRejected;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/**
 * docs/asyncapi.json is made of the topics: after a change of them, {@code -Dasyncapi=write} makes
 * it anew.
 */
class AsyncApiTest {
  private static final Path ROOT = Path.of(Objects.requireNonNull(System.getProperty("root.dir")));
  private static final Path FILE = ROOT.resolve("docs/asyncapi.json");
  private static final JsonObject ERROR = JsonForm.of(Problem.class).schema();

  @Test
  void theAsyncApiFileDescribesTheTopics() throws IOException {
    final String described = describe().encodePrettily() + "\n";
    if ("write".equals(System.getProperty("asyncapi"))) {
      Files.writeString(FILE, described);
    }
    assertThat(FILE).content().isEqualTo(described);
  }

  @Test
  void theTableOfTopicsHasAllThatLeaveTheJvm() throws IOException {
    final String page = Files.readString(ROOT.resolve("docs/topics.md"));
    for (final CommandTopic<?, ?> topic : Topics.commands()) {
      if (topic.scope() == Scope.CLUSTER) {
        assertThat(page).contains("| `" + topic.address() + "` |");
      }
    }
  }

  private static JsonObject describe() {
    final JsonObject channels = new JsonObject();
    final JsonObject operations = new JsonObject();
    for (final CommandTopic<?, ?> topic : Topics.commands()) {
      if (topic.scope() == Scope.CLUSTER) {
        command(topic, channels, operations);
      }
    }
    notice(
        "transactions",
        "A transaction is on disk and its state can be read.",
        JsonForm.of(TransactionExecuted.class).schema(),
        channels,
        operations);
    notice(
        "events",
        "The application emitted an event.",
        positioned(JsonForm.of(ApplicationEvent.class).schema())
            .put("index", JsonForms.INT.schema())
            .put("transaction", new JsonObject().put("type", "string")),
        channels,
        operations);
    notice(
        "members",
        "The configuration of the context changed: members, capabilities, application.",
        positioned(new JsonObject()).put("change", JsonForm.of(ConfigurationEvent.class).schema()),
        channels,
        operations);
    notice(
        "pending",
        "A caller was told that its transaction waits for the coordinator, or what became of it"
            + " then: pending, rejected or expired.",
        pending(),
        channels,
        operations);
    notice(
        "sync",
        "How far the context is in having what other members have.",
        JsonForm.of(Sync.class).schema(),
        channels,
        operations);
    return new JsonObject()
        .put("asyncapi", "3.0.0")
        .put(
            "info",
            new JsonObject()
                .put("title", "Calimero node: topics of the event bus")
                .put("version", "1")
                .put("description", "What docs/topics.md explains, for programs."))
        .put("defaultContentType", "application/json")
        .put("channels", channels)
        .put("operations", operations);
  }

  private static JsonObject pending() {
    final JsonObject fields =
        new JsonObject()
            .put(
                "type",
                new JsonObject()
                    .put("type", "string")
                    .put("enum", new JsonArray().add("pending").add("rejected").add("expired")));
    for (final Class<?> notice :
        List.of(TransactionPending.class, TransactionRejected.class, TransactionExpired.class)) {
      fields.mergeIn(JsonForm.of(notice).schema().getJsonObject("properties"));
    }
    return fields;
  }

  private static void command(
      final CommandTopic<?, ?> topic, final JsonObject channels, final JsonObject operations) {
    final String address = topic.address();
    final JsonObject reply =
        new JsonObject()
            .put(
                "oneOf",
                new JsonArray()
                    .add(wrapped("result", topic.replyForm().schema()))
                    .add(wrapped("error", ERROR)));
    channels.put(
        address,
        new JsonObject()
            .put("address", address)
            .put(
                "messages",
                new JsonObject()
                    .put("request", payload(topic.requestForm().schema()))
                    .put("reply", payload(reply))));
    operations.put(
        address,
        new JsonObject()
            .put("action", "receive")
            .put("channel", channel(address))
            .put(
                "summary",
                "Answered within "
                    + topic.timeout().toSeconds()
                    + " s; "
                    + topic.inFlight()
                    + " at once, then BUSY.")
            .put("messages", message(address, "request"))
            .put(
                "reply",
                new JsonObject()
                    .put("channel", channel(address))
                    .put("messages", message(address, "reply"))));
  }

  private static void notice(
      final String kind,
      final String summary,
      final JsonObject schema,
      final JsonObject channels,
      final JsonObject operations) {
    final JsonObject payload =
        schema.containsKey("properties")
            ? schema
            : new JsonObject().put("type", "object").put("properties", schema);
    final String name = "calimero.v1.context." + kind;
    channels.put(
        name,
        new JsonObject()
            .put("address", "calimero.v1.context.{context}." + kind)
            .put(
                "parameters",
                new JsonObject()
                    .put(
                        "context",
                        new JsonObject().put("description", "the identifier of the context")))
            .put("messages", new JsonObject().put("notice", payload(payload))));
    operations.put(
        name,
        new JsonObject()
            .put("action", "send")
            .put("channel", channel(name))
            .put("summary", summary)
            .put("messages", message(name, "notice")));
  }

  private static JsonObject positioned(final JsonObject schema) {
    return new JsonObject()
        .put("context", new JsonObject().put("type", "string"))
        .put("position", JsonForms.LONG.schema())
        .mergeIn(schema.getJsonObject("properties", new JsonObject()));
  }

  private static JsonObject wrapped(final String name, final JsonObject schema) {
    return new JsonObject()
        .put("type", "object")
        .put("properties", new JsonObject().put(name, schema))
        .put("required", new JsonArray().add(name));
  }

  private static JsonObject payload(final JsonObject schema) {
    return new JsonObject().put("payload", schema);
  }

  private static JsonObject channel(final String name) {
    return new JsonObject().put("$ref", "#/channels/" + name);
  }

  private static JsonArray message(final String channel, final String name) {
    return new JsonArray()
        .add(new JsonObject().put("$ref", "#/channels/" + channel + "/messages/" + name));
  }
}
