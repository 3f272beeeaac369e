// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.execution.internal;

import io.calimero.node.events.PublicKey;
import io.calimero.node.events.messages.ExecutionMessages.Answer;
import io.calimero.node.events.messages.ExecutionMessages.Failed;
import io.calimero.node.events.messages.ExecutionMessages.Query;
import io.calimero.node.events.messages.ExecutionMessages.Read;
import io.calimero.node.events.messages.ExecutionMessages.WouldWrite;
import io.calimero.node.execution.internal.Lanes.Slot;
import io.calimero.node.wasm.Blobs;
import io.calimero.node.wasm.CallResult;
import io.calimero.node.wasm.WasmModule;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * Calls that must not write: beside one another and beside whatever writes. One context has no more
 * than its share of the readers, so that slow queries of one do not hold up those of others.
 */
final class Queries {
  private final Contexts contexts;
  private final Executor readers;
  private final Duration deadline;
  private final Blobs blobs;
  private final Privates privates;

  Queries(
      final Contexts contexts,
      final Executor readers,
      final Duration deadline,
      final Blobs blobs,
      final Privates privates) {
    this.contexts = contexts;
    this.readers = readers;
    this.deadline = deadline;
    this.blobs = blobs;
    this.privates = privates;
  }

  CompletableFuture<Answer> answer(final Query query) {
    if (!Calls.mayBeCalled(query.method())) {
      return CompletableFuture.failedFuture(Calls.notForClients(query.method()).toException());
    }
    return contexts.with(query.context(), slot -> answer(slot, query));
  }

  private CompletableFuture<Answer> answer(final Slot slot, final Query query) {
    return contexts
        .ready(slot)
        .thenCompose(
            view ->
                contexts
                    .module(view)
                    .thenCompose(
                        module -> slot.reads().submit(() -> onReader(slot, view, module, query))));
  }

  private CompletableFuture<Answer> onReader(
      final Slot slot, final ContextView view, final WasmModule module, final Query query) {
    return Futures.on(readers, () -> contexts.reading(slot, () -> run(slot, view, module, query)));
  }

  private Answer run(
      final Slot slot, final ContextView ready, final WasmModule module, final Query query) {
    final ContextView view = newest(slot, ready);
    final PublicKey executor = query.executor().orElse(view.configuration().coordinator());
    if (!view.configuration().isMember(executor)) {
      throw Calls.notMember(executor).toException();
    }
    final CallResult called =
        module.call(
            Calls.reading(
                view, executor, query, blobs, privates.of(module, view, executor), deadline),
            new StateOfView(view.state()));
    return switch (called) {
      case CallResult.Completed completed -> new Read(view.head().position(), completed.outcome());
      case CallResult.WouldWrite _ -> new WouldWrite();
      case CallResult.Failed failed -> new Failed(failed.error(), failed.logs());
      case CallResult.TimedOut timedOut -> throw Calls.timedOut(timedOut).toException();
      case CallResult.Interrupted interrupted -> throw Calls.interrupted(interrupted).toException();
    };
  }

  /** The view of now rather than that of when the query began to wait, if the code is the same. */
  private static ContextView newest(final Slot slot, final ContextView ready) {
    return slot.lane()
        .committed()
        .filter(view -> view.head().position() > ready.head().position())
        .filter(
            view -> view.configuration().application().equals(ready.configuration().application()))
        .orElse(ready);
  }
}
