// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.execution.internal;

import io.calimero.node.events.ContextId;
import io.calimero.node.events.NodeException;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.messages.ContextMessages.ReadLog;
import io.calimero.node.events.messages.MembershipMessages.Reexecute;
import io.calimero.node.events.messages.MembershipMessages.Reexecuted;
import io.calimero.node.execution.StateRebuilder.Execution;
import io.calimero.node.execution.StateRebuilder.Report;
import io.calimero.node.execution.internal.Lanes.Slot;
import io.calimero.node.wasm.Blobs;
import io.calimero.node.wasm.WasmEngine;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Executes the log of a context that is stopped once more, from its first entry on and with no
 * snapshot, and compares. What is in memory and in snapshots of it is dropped first, so that its
 * state is made anew from the log by whoever asks next.
 */
final class Reexecution {
  private static final long WAIT_SECONDS = 60;
  private static final long MAX = Integer.MAX_VALUE;

  private final Lanes lanes;
  private final Snapshots snapshots;
  private final Neighbours neighbours;
  private final WasmEngine engine;
  private final Duration deadline;
  private final Blobs blobs;
  private final Executor loaders;

  Reexecution(
      final Lanes lanes,
      final Snapshots snapshots,
      final Neighbours neighbours,
      final WasmEngine engine,
      final Duration deadline,
      final Blobs blobs,
      final Executor loaders) {
    this.lanes = lanes;
    this.snapshots = snapshots;
    this.neighbours = neighbours;
    this.engine = engine;
    this.deadline = deadline;
    this.blobs = onlyRead(blobs);
    this.loaders = loaders;
  }

  /** The same to read: what was stored when the entries came is not stored once more. */
  private static Blobs onlyRead(final Blobs blobs) {
    return (context, blob, offset, length) -> blobs.read(context, blob, offset, length);
  }

  CompletableFuture<Reexecuted> run(final Reexecute request) {
    // Whoever has not the first entry here needs the snapshots: nothing is dropped then.
    return neighbours
        .readLog(new ReadLog(request.context(), 1, 1, 1))
        .thenCompose(
            _ -> {
              final Slot slot = lanes.use(request.context());
              lanes.remove(slot);
              lanes.release(slot);
              return snapshots.drop(slot.lane());
            })
        .thenCompose(_ -> Futures.on(loaders, () -> execute(request.context())));
  }

  private Reexecuted execute(final ContextId context) {
    final Report report =
        new Rebuilding(
                context,
                (id, from, entries, bytes) ->
                    await(
                            neighbours.readLog(
                                new ReadLog(
                                    id, from, entries, Math.toIntExact(Math.min(bytes, MAX)))))
                        .entries(),
                Optional.of(
                    new Execution(
                        engine, blob -> await(neighbours.readModule(blob)), deadline, blobs)))
            .run(_ -> {}, Optional.empty());
    return new Reexecuted(
        report.head(),
        report.executed(),
        report
            .divergence()
            .map(
                found ->
                    "at position "
                        + found.position()
                        + ", "
                        + found.what()
                        + ": the log says "
                        + found.expected()
                        + ", found "
                        + found.found()));
  }

  /** Waits on a thread that nobody interrupts, for a bounded time. */
  private static <T> T await(final CompletableFuture<T> asked) {
    try {
      return asked.get(WAIT_SECONDS, TimeUnit.SECONDS);
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Problem.of(Code.NOT_READY, "the node is stopping").toException();
    } catch (final TimeoutException e) {
      throw Problem.of(Code.TIMEOUT, "the log or a module was not read in time").toException();
    } catch (final ExecutionException e) {
      throw Futures.cause(e) instanceof final NodeException known
          ? known
          : Problem.of(Code.INTERNAL, "internal error: " + Futures.cause(e)).toException();
    }
  }
}
