// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal;

import io.calimero.node.events.Problem;
import io.calimero.node.events.messages.ContextMessages.LogPart;
import io.calimero.node.events.messages.ContextMessages.ReadLog;
import io.calimero.node.events.messages.SnapshotMessages.Beginning;
import io.calimero.node.events.messages.SnapshotMessages.GetBeginning;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** What is answered about logs, within bounds of its own. On the loop. */
final class LogAnswers {
  private static final int READ_ENTRIES = 10_000;
  private static final int READ_BYTES = 16 << 20;

  private final Contexts contexts;
  private final LogReader reader;
  private final Async async;

  LogAnswers(final Contexts contexts, final LogReader reader, final Async async) {
    this.contexts = contexts;
    this.reader = reader;
    this.async = async;
  }

  /** Where a log begins. */
  CompletableFuture<Beginning> beginning(final GetBeginning request) {
    return contexts
        .require(request.context())
        .thenCompose(_ -> async.blocking(() -> new Beginning(reader.beginning(request.context()))));
  }

  /** A part of a log. */
  CompletableFuture<LogPart> read(final ReadLog request) {
    return contexts
        .require(request.context())
        .thenCompose(
            context ->
                async
                    .blocking(
                        () ->
                            reader.read(
                                request.context(),
                                Math.max(1, request.from()),
                                Math.clamp(request.maxEntries(), 1, READ_ENTRIES),
                                Math.clamp(request.maxBytes(), 1, READ_BYTES)))
                    .thenApply(entries -> new LogPart(entries, context.head()))
                    .exceptionallyCompose(failure -> readDamaged(request, failure)));
  }

  /** Damage that a read comes upon ends the log there; what is before it can still be read. */
  private CompletableFuture<LogPart> readDamaged(final ReadLog request, final Throwable failure) {
    final Problem problem = Async.problem(failure);
    return problem.code() == Problem.Code.CONTEXT_DAMAGED
        ? contexts
            .foundDamage(request.context(), problem.message())
            .thenCompose(
                head ->
                    request.from() > head.position()
                        ? CompletableFuture.completedFuture(new LogPart(List.of(), head))
                        : Async.failed(problem))
        : Async.failed(problem);
  }
}
