// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.execution.internal;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.Configuration;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.StateBase;
import io.calimero.node.events.messages.SnapshotMessages.BeginImport;
import io.calimero.node.events.messages.SnapshotMessages.FinishImport;
import io.calimero.node.events.messages.SnapshotMessages.ImportPart;
import io.calimero.node.events.messages.SnapshotMessages.Imported;
import io.calimero.node.storage.StorageException;
import io.calimero.node.storage.state.StateEntry;
import io.calimero.node.storage.state.StateImport;
import io.calimero.node.storage.state.StateStore;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * States that come from other nodes: kept on disk part by part, believed when all is here and has
 * the root that its checkpoint vouches for.
 */
final class Imports {
  private static final int AT_ONCE = 64;

  private final StateStore store;
  private final Executor executor;
  private final Map<ContextId, Open> open = new HashMap<>();

  private record Open(Hash checkpoint, StateImport parts) {}

  Imports(final StateStore store, final Executor executor) {
    this.store = store;
    this.executor = executor;
  }

  CompletableFuture<Imported> begin(final BeginImport request) {
    return Futures.on(executor, () -> guarded(() -> opened(request.base())));
  }

  private Imported opened(final StateBase base) {
    final ContextId context = base.configuration().context();
    synchronized (open) {
      final Open before = open.remove(context);
      if (before != null) {
        before.parts.close();
      }
      if (open.size() >= AT_ONCE) {
        throw Problem.of(Code.BUSY, "too many states are being fetched").toException();
      }
      final StateImport parts =
          store.importing(
              context, base.head().position(), base.head().hash(), base.taken().stateRoot());
      open.put(context, new Open(base.head().hash(), parts));
      return imported(parts);
    }
  }

  CompletableFuture<Imported> add(final ImportPart request) {
    return Futures.on(
        executor,
        () ->
            guarded(
                () -> {
                  final StateImport parts = find(request.context(), request.checkpoint());
                  synchronized (parts) {
                    parts.add(
                        request.pairs().stream()
                            .map(pair -> new StateEntry(pair.key(), pair.value()))
                            .toList());
                    return imported(parts);
                  }
                }));
  }

  CompletableFuture<Imported> finish(final FinishImport request) {
    final ContextId context = request.base().configuration().context();
    return Futures.on(
        executor,
        () ->
            guarded(
                () -> {
                  final StateImport parts = find(context, request.base().head().hash());
                  synchronized (parts) {
                    final Imported all = imported(parts);
                    try {
                      parts.finish(
                          Bytes.wrap(Configuration.CODEC.encode(request.base().configuration())));
                    } finally {
                      close(context);
                    }
                    return all;
                  }
                }));
  }

  /** Lets go of what was being fetched of a context; it stays on disk, to be gone on with. */
  void close(final ContextId context) {
    synchronized (open) {
      final Open known = open.remove(context);
      if (known != null) {
        known.parts.close();
      }
    }
  }

  private StateImport find(final ContextId context, final Hash checkpoint) {
    synchronized (open) {
      return Optional.ofNullable(open.get(context))
          .filter(known -> known.checkpoint.equals(checkpoint))
          .map(Open::parts)
          .orElseThrow(
              () ->
                  Problem.of(Code.INVALID_REQUEST, "no such state is being fetched").toException());
    }
  }

  private static Imported imported(final StateImport parts) {
    return new Imported(parts.lastKey(), parts.entries());
  }

  private static <T> T guarded(final Supplier<T> task) {
    try {
      return task.get();
    } catch (final StorageException e) {
      final Code code =
          switch (e.code()) {
            case FULL -> Code.STORAGE_FULL;
            case REJECTED, CORRUPT -> Code.INVALID_REQUEST;
            default -> Code.INTERNAL;
          };
      throw Problem.of(code, String.valueOf(e.getMessage())).toException();
    }
  }
}
