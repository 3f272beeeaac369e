// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.bus;

import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.events.ApplicationEvent;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.Samples;
import io.calimero.node.events.messages.ApplicationMessages;
import io.calimero.node.events.messages.ContextMessages;
import io.calimero.node.events.messages.ContextMessages.Committed;
import io.calimero.node.events.messages.ExecutionMessages.TransactionExecuted;
import io.calimero.node.events.messages.TransactionMessages.TransactionExpired;
import io.calimero.node.events.messages.TransactionMessages.TransactionPending;
import io.calimero.node.events.messages.TransactionMessages.TransactionRejected;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A service that knows the event bus and JSON, and nothing of our classes. */
class ForeignServiceTest {
  private final Vertx vertx = Vertx.vertx();
  private final Bus bus = Bus.of(vertx);

  @AfterEach
  void close() throws Exception {
    get(vertx.close());
  }

  @Test
  void aCommandInJsonIsAnsweredInJson() throws Exception {
    bus.serve(
        Topics.CONTEXT_REMOVE,
        request ->
            Future.succeededFuture(
                new ContextMessages.Removed(request.context().equals(Samples.CONTEXT))));
    assertThat(
            send(
                "calimero.v1.context.remove",
                new JsonObject().put("context", Samples.CONTEXT.toString())))
        .isEqualTo(new JsonObject().put("result", new JsonObject().put("removed", true)));
  }

  @Test
  void aProblemIsTypedAndMistakesDoNotReachTheNode() throws Exception {
    bus.serve(
        Topics.CONTEXT_GET,
        _ ->
            Future.failedFuture(
                Problem.of(Code.CONTEXT_NOT_FOUND, "gone", Hash.ZERO).toException()));
    final String address = Topics.CONTEXT_GET.address();
    assertThat(send(address, new JsonObject().put("context", Samples.CONTEXT.toString())))
        .isEqualTo(
            new JsonObject()
                .put(
                    "error",
                    new JsonObject()
                        .put("code", "CONTEXT_NOT_FOUND")
                        .put("message", "gone")
                        .put("subject", Hash.ZERO.toString())));
    for (final Object malformed :
        List.of("text", 7, new JsonObject(), new JsonObject().put("context", "?"))) {
      final JsonObject error = send(address, malformed).getJsonObject("error");
      assertThat(error.getString("code")).isEqualTo("INVALID_REQUEST");
      assertThat(error.getString("message")).isNotBlank();
    }
  }

  @Test
  void whatTheNodeKeepsToItselfIsNotServedInJson() throws Exception {
    bus.serve(
        Topics.MODULE_READ,
        _ -> Future.succeededFuture(new ApplicationMessages.Module(Bytes.EMPTY)));
    assertThat(
            send(Topics.MODULE_READ.address(), new JsonObject())
                .getJsonObject("error")
                .getString("code"))
        .isEqualTo("INVALID_REQUEST");
  }

  @Test
  void noticesOfAContextHaveAddressesOfTheirOwn() throws Exception {
    final BlockingQueue<JsonObject> transactions = listen("transactions");
    final BlockingQueue<JsonObject> events = listen("events");
    final BlockingQueue<JsonObject> members = listen("members");
    final ApplicationEvent event =
        new ApplicationEvent("Inserted", Bytes.utf8("{}"), Optional.empty());
    bus.publish(
        Topics.TRANSACTION_EXECUTED,
        new TransactionExecuted(
            Samples.CONTEXT,
            7,
            Hash.ZERO,
            Hash.ZERO,
            Samples.MEMBER.publicKey(),
            "set",
            Hash.ZERO,
            List.of(event, event)));
    bus.publish(Topics.COMMITTED, new Committed(Samples.CONTEXT, List.of(Samples.genesis())));

    assertThat(next(transactions).getLong("position")).isEqualTo(7);
    final JsonObject first = next(events);
    assertThat(first.getString("context")).isEqualTo(Samples.CONTEXT.toString());
    assertThat(first.getInteger("index")).isZero();
    assertThat(first.getString("kind")).isEqualTo("Inserted");
    assertThat(first.getBinary("data")).asString().isEqualTo("{}");
    assertThat(next(events).getInteger("index")).isOne();
    assertThat(next(members).getJsonObject("change").getString("type")).isEqualTo("ContextCreated");
  }

  @Test
  void whatWaitsForACoordinatorIsToldInJsonToo() throws Exception {
    final BlockingQueue<JsonObject> pending = listen("pending");
    bus.publish(
        Topics.TRANSACTION_PENDING,
        new TransactionPending(
            Samples.CONTEXT, Hash.ZERO, Samples.MEMBER.publicKey(), "set", Optional.of("away")));
    bus.publish(
        Topics.TRANSACTION_REJECTED,
        new TransactionRejected(
            Samples.CONTEXT,
            Hash.ZERO,
            Samples.MEMBER.publicKey(),
            "set",
            Optional.empty(),
            "failed"));
    bus.publish(
        Topics.TRANSACTION_EXPIRED,
        new TransactionExpired(Samples.CONTEXT, Hash.ZERO, Samples.MEMBER.publicKey(), "set", 1));

    final JsonObject first = next(pending);
    assertThat(first.getString("type")).isEqualTo("pending");
    assertThat(first.getString("problem")).isEqualTo("away");
    assertThat(next(pending).getString("type")).isEqualTo("rejected");
    assertThat(next(pending).getString("type")).isEqualTo("expired");
  }

  private BlockingQueue<JsonObject> listen(final String kind) {
    final BlockingQueue<JsonObject> heard = new LinkedBlockingQueue<>();
    vertx
        .eventBus()
        .<JsonObject>consumer(
            "calimero.v1.context." + Samples.CONTEXT + "." + kind,
            message -> heard.add(message.body()));
    return heard;
  }

  private JsonObject send(final String address, final Object body) throws Exception {
    return get(vertx.eventBus().<JsonObject>request(address, body)).body();
  }

  private static JsonObject next(final BlockingQueue<JsonObject> heard)
      throws InterruptedException {
    final JsonObject next = heard.poll(10, TimeUnit.SECONDS);
    assertThat(next).isNotNull();
    return next;
  }

  private static <T> T get(final Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }
}
