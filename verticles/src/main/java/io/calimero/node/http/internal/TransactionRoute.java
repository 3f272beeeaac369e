// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.http.internal;

import io.calimero.node.events.Hash;
import io.calimero.node.events.bus.Bus;
import io.calimero.node.events.bus.Topics;
import io.calimero.node.events.messages.TransactionMessages.Confirmed;
import io.calimero.node.events.messages.TransactionMessages.Expired;
import io.calimero.node.events.messages.TransactionMessages.Fate;
import io.calimero.node.events.messages.TransactionMessages.GetTransaction;
import io.calimero.node.events.messages.TransactionMessages.Pending;
import io.calimero.node.events.messages.TransactionMessages.Rejected;
import io.calimero.node.events.messages.TransactionMessages.Unknown;
import io.calimero.node.events.messages.TransactionMessages.WroteNothing;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;

/** What became of a transaction. */
final class TransactionRoute {
  private static final long NANOS = 1_000_000;

  private final Bus bus;

  TransactionRoute(final Bus bus) {
    this.bus = bus;
  }

  void mount(final Routes routes) {
    routes.get("/contexts/:id/transactions/:hash", this::get);
  }

  private Future<JsonText> get(final RoutingContext context) {
    final Hash transaction =
        Ids.parse(context.pathParam("hash"), Hash::parse, "Invalid transaction hash");
    return bus.request(
            Topics.TRANSACTION_GET,
            new GetTransaction(Ids.context(context.pathParam("id")), transaction))
        .map(fate -> write(transaction, fate));
  }

  private static JsonText write(final Hash transaction, final Fate fate) {
    final JsonText json =
        new JsonText().raw("{\"transactionHash\":\"" + transaction + "\",\"status\":");
    switch (fate) {
      case Pending pending -> {
        json.raw("\"pending\",\"since\":" + pending.since() / NANOS)
            .raw(",\"until\":" + pending.until() / NANOS)
            .raw(",\"tries\":" + pending.tries() + ",\"reason\":");
        pending.problem().ifPresentOrElse(json::string, () -> json.raw("null"));
      }
      case Confirmed confirmed ->
          json.raw("\"confirmed\",\"position\":" + confirmed.position())
              .raw(",\"entryHash\":\"" + confirmed.entryHash() + "\"");
      case WroteNothing nothing -> json.raw("\"wrote_nothing\",\"position\":" + nothing.position());
      case Rejected rejected ->
          json.raw("\"rejected\",\"type\":\"")
              .raw(rejected.code().map(RpcAnswers::type).orElse("FunctionCallError"))
              .raw("\",\"reason\":")
              .string(rejected.reason())
              .raw(",\"at\":" + rejected.at() / NANOS);
      case Expired expired ->
          json.raw("\"expired\",\"since\":" + expired.since() / NANOS)
              .raw(",\"at\":" + expired.at() / NANOS);
      case Unknown _ -> json.raw("\"unknown\"");
    }
    return json.raw("}");
  }
}
