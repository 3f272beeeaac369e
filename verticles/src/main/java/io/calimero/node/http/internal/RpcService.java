// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.http.internal;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.bus.Bus;
import io.calimero.node.events.bus.Topics;
import io.calimero.node.events.messages.CatchupMessages.GetSync;
import io.calimero.node.events.messages.ExecutionMessages.Answer;
import io.calimero.node.events.messages.ExecutionMessages.Failed;
import io.calimero.node.events.messages.ExecutionMessages.Query;
import io.calimero.node.events.messages.ExecutionMessages.Read;
import io.calimero.node.events.messages.ExecutionMessages.Submit;
import io.calimero.node.events.messages.ExecutionMessages.WouldWrite;
import io.calimero.node.events.messages.ExecutionMessages.Written;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;

/**
 * Answers {@code POST /jsonrpc}: reads the request, runs the call by way of the bus, writes the
 * answer. Whatever a call leads to is answered with status 200; what is no request, or is more than
 * the server takes, with another one and plain text.
 */
final class RpcService {
  /** From here on reading a text takes so long that the event loop must not do it. */
  private static final int LARGE = 256 * 1024;

  private static final int UNAVAILABLE = 503;
  private static final int REMEMBERED_METHODS = 10_000;

  private final Vertx vertx;
  private final Bus bus;
  private final MethodMemory memory = new MethodMemory(REMEMBERED_METHODS);

  RpcService(final Vertx vertx, final Bus bus) {
    this.vertx = vertx;
    this.bus = bus;
  }

  void handle(final Exchange exchange) {
    exchange
        .body()
        .compose(this::parse)
        .onSuccess(request -> answer(exchange, request))
        .onFailure(
            cause -> {
              final Refusal refusal = Problems.refusal(cause);
              exchange.text(refusal.status(), refusal.message());
            });
  }

  private Future<RpcRequest> parse(final byte[] body) {
    return body.length < LARGE
        ? Future.succeededFuture(RpcParser.parse(body))
        : vertx.executeBlocking(() -> RpcParser.parse(body), false);
  }

  private void answer(final Exchange exchange, final RpcRequest request) {
    switch (request) {
      case RpcRequest.Alien alien -> exchange.text(alien.status(), alien.reason());
      case RpcRequest.Unusable unusable ->
          exchange.json(200, RpcAnswers.error(unusable.id(), unusable.type(), unusable.reason()));
      case RpcRequest.Call call ->
          run(call)
              .compose(answer -> write(call, answer))
              .onSuccess(answer -> exchange.json(200, answer))
              .onFailure(cause -> refuse(exchange, call, Problems.problem(cause)));
      case RpcRequest.SyncStatus status ->
          bus.request(Topics.SYNC_STATUS, new GetSync(status.context()))
              .map(sync -> RpcAnswers.of(status, sync))
              .otherwise(cause -> RpcAnswers.of(status, Problems.problem(cause)))
              .onSuccess(answer -> exchange.json(200, answer));
    }
  }

  /**
   * Answers with what went wrong. That a gateway cannot reach the node is no answer of the node's:
   * what stands before the gateway should see it without reading the body.
   */
  private static void refuse(
      final Exchange exchange, final RpcRequest.Call call, final Problem problem) {
    exchange.json(
        problem.code() == Code.NODE_UNAVAILABLE ? UNAVAILABLE : 200, RpcAnswers.of(call, problem));
  }

  /** Runs a call. Never fails: what goes wrong is an answer too. */
  Future<Buffer> answer(final RpcRequest.Call call) {
    return run(call)
        .compose(answer -> write(call, answer))
        .otherwise(cause -> RpcAnswers.of(call, Problems.problem(cause)));
  }

  private Future<Answer> run(final RpcRequest.Call call) {
    return switch (call.kind()) {
      case QUERY -> query(call);
      case MUTATE -> submit(call);
      case EXECUTE -> execute(call);
    };
  }

  private Future<Answer> execute(final RpcRequest.Call call) {
    // Only the one who orders can say whether a prior is still the head.
    if (call.expectedPrior().isPresent()) {
      return submit(call);
    }
    if (!memory.reads(call.context(), call.method())) {
      return submit(call).recover(failure -> readInstead(call, failure));
    }
    return query(call)
        .compose(
            answer ->
                switch (answer) {
                  case WouldWrite _ -> {
                    memory.hasWritten(call.context(), call.method());
                    yield submit(call);
                  }
                  case Read _, Failed _, Written _ -> Future.succeededFuture(answer);
                });
  }

  /** A context that takes no writes any more can still be read, by clients that only execute. */
  private Future<Answer> readInstead(final RpcRequest.Call call, final Throwable failure) {
    return switch (Problems.problem(failure).code()) {
      case CONTEXT_DAMAGED, LOG_FAILED ->
          query(call)
              .compose(
                  answer ->
                      answer instanceof WouldWrite
                          ? Future.failedFuture(failure)
                          : Future.succeededFuture(answer));
      default -> Future.failedFuture(failure);
    };
  }

  private Future<Answer> query(final RpcRequest.Call call) {
    return bus.request(
        Topics.QUERY, new Query(call.context(), call.executor(), call.method(), call.arguments()));
  }

  private Future<Answer> submit(final RpcRequest.Call call) {
    return bus.request(
            Topics.SUBMIT,
            new Submit(
                call.context(),
                call.executor(),
                call.method(),
                call.arguments(),
                call.expectedPrior()))
        .onSuccess(
            answer -> {
              switch (answer) {
                case Read _ -> memory.hasRead(call.context(), call.method());
                case Written _ -> memory.hasWritten(call.context(), call.method());
                case Failed _, WouldWrite _ -> {
                  // says nothing about what the method does when it works
                }
              }
            });
  }

  private Future<Buffer> write(final RpcRequest.Call call, final Answer answer) {
    return returnedBytes(answer) < LARGE
        ? Future.succeededFuture(RpcAnswers.of(call, answer))
        : vertx.executeBlocking(() -> RpcAnswers.of(call, answer), false);
  }

  private static int returnedBytes(final Answer answer) {
    return switch (answer) {
      case Read read -> read.outcome().returned().map(Bytes::length).orElse(0);
      case Written written -> written.outcome().returned().map(Bytes::length).orElse(0);
      case Failed _, WouldWrite _ -> 0;
    };
  }
}
