// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.http.internal;

import io.calimero.node.events.ApplicationId;
import io.calimero.node.events.Hash;
import io.calimero.node.events.NodeException;
import io.calimero.node.events.Problem;
import io.calimero.node.events.bus.Bus;
import io.calimero.node.events.bus.Topics;
import io.calimero.node.events.messages.ApplicationMessages;
import io.calimero.node.events.messages.ExecutionMessages.Engine;
import io.calimero.node.events.messages.ExecutionMessages.GetEngine;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.healthchecks.CheckResult;
import io.vertx.ext.healthchecks.HealthChecks;
import io.vertx.ext.healthchecks.Status;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Whether the node is alive, and whether it can be used. */
final class StatusRoutes {
  private static final String ALIVE = "{\"status\":\"alive\"}";
  private static final String READY = "ready";
  private static final long PATIENCE_MILLIS = 2_000;

  private static final String STARTING = "starting";
  private static final String UNAVAILABLE = "store_unavailable";
  private static final String STATE = "state";

  private final Bus bus;
  private final HealthChecks checks;
  private final BooleanSupplier stopping;
  private @Nullable Engine engine;

  StatusRoutes(final Vertx vertx, final Bus bus, final BooleanSupplier stopping) {
    this.bus = bus;
    this.stopping = stopping;
    checks = HealthChecks.create(vertx);
    check("execution", () -> bus.request(Topics.ENGINE_GET, new GetEngine()));
    check(
        "context",
        () ->
            bus.request(
                Topics.APPLICATION_GET, new ApplicationMessages.Get(new ApplicationId(Hash.ZERO))));
  }

  void mount(final Routes routes) {
    routes
        .get("/health", _ -> health())
        .get("/is-authed", _ -> Future.succeededFuture(new JsonText().raw(ALIVE)))
        .plain(HttpMethod.GET, "/admin-api/ready", this::answerReady);
  }

  private void answerReady(final Exchange exchange) {
    ready()
        .onSuccess(
            status ->
                exchange.json(
                    READY.equals(status) ? 200 : 503,
                    Buffer.buffer("{\"data\":{\"status\":\"" + status + "\"}}")));
  }

  /** Alive as long as this answers; how applications are run is told once it is known. */
  private Future<JsonText> health() {
    return askEngine()
        .map(
            known ->
                new JsonText()
                    .raw("{\"status\":\"alive\",\"calimero_engine\":{\"compiled\":")
                    .raw(Boolean.toString(known.compiled()))
                    .raw(",\"description\":")
                    .string(known.description())
                    .raw("}}"))
        .otherwise(_ -> new JsonText().raw(ALIVE));
  }

  private Future<Engine> askEngine() {
    if (engine != null) {
      return Future.succeededFuture(engine);
    }
    return bus.request(Topics.ENGINE_GET, new GetEngine())
        .timeout(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)
        .onSuccess(known -> engine = known);
  }

  /** The status words are the reference's. */
  private Future<String> ready() {
    return stopping.getAsBoolean()
        ? Future.succeededFuture("shutting_down")
        : checks.checkStatus().map(StatusRoutes::word).otherwise(UNAVAILABLE);
  }

  private static String word(final CheckResult result) {
    if (CheckResult.isUp(result)) {
      return READY;
    }
    final boolean starting =
        result.getChecks().stream()
            .filter(check -> !CheckResult.isUp(check))
            .allMatch(check -> STARTING.equals(check.getStatus().getData().getString(STATE)));
    return starting ? STARTING : UNAVAILABLE;
  }

  private HealthChecks check(final String name, final Supplier<Future<?>> question) {
    return checks.register(
        name,
        PATIENCE_MILLIS,
        status ->
            question
                .get()
                .onSuccess(_ -> status.tryComplete(Status.OK()))
                .onFailure(cause -> status.tryComplete(down(cause))));
  }

  private static Status down(final Throwable cause) {
    final boolean starting =
        cause instanceof NodeException expected
            && expected.problem().code() == Problem.Code.NOT_READY;
    return Status.KO(new JsonObject().put(STATE, starting ? STARTING : UNAVAILABLE));
  }
}
