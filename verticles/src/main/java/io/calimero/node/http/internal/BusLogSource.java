// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.http.internal;

import io.calimero.node.events.ContextId;
import io.calimero.node.events.NodeException;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.bus.Bus;
import io.calimero.node.events.bus.Topics;
import io.calimero.node.events.messages.ContextMessages;
import io.calimero.node.events.messages.ContextMessages.LogPart;
import io.calimero.node.events.messages.ContextMessages.ReadLog;
import io.calimero.node.http.internal.feed.LogSource;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletionStage;

/** The logs, by way of the bus; their ends are asked for a few at a time. */
final class BusLogSource implements LogSource {
  private static final int HEADS_AT_ONCE = 64;

  private final Bus bus;
  private final Deque<Runnable> waiting = new ArrayDeque<>();
  private int underWay;

  BusLogSource(final Bus bus) {
    this.bus = bus;
  }

  @Override
  public CompletionStage<LogPart> read(final ReadLog request) {
    return bus.request(Topics.LOG_READ, request).toCompletionStage();
  }

  @Override
  public CompletionStage<Long> head(final ContextId context) {
    final Promise<Long> head = Promise.promise();
    waiting.addLast(
        () ->
            ask(context)
                .onComplete(
                    result -> {
                      underWay--;
                      next();
                      head.handle(result);
                    }));
    next();
    return head.future().toCompletionStage();
  }

  private void next() {
    while (underWay < HEADS_AT_ONCE && !waiting.isEmpty()) {
      underWay++;
      waiting.removeFirst().run();
    }
  }

  private Future<Long> ask(final ContextId context) {
    return bus.request(Topics.CONTEXT_GET, new ContextMessages.Get(context))
        .map(summary -> summary.head().position())
        .recover(
            failure ->
                failure instanceof NodeException expected
                        && expected.problem().code() == Code.CONTEXT_NOT_FOUND
                    ? Future.succeededFuture(0L)
                    : Future.failedFuture(failure));
  }
}
