// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.execution.internal;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.Configuration;
import io.calimero.node.events.ConfigurationEvent.CheckpointTaken;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.StateBase;
import io.calimero.node.events.StatePair;
import io.calimero.node.events.messages.SnapshotMessages.BeginImport;
import io.calimero.node.events.messages.SnapshotMessages.FinishImport;
import io.calimero.node.events.messages.SnapshotMessages.ImportPart;
import io.calimero.node.events.messages.SnapshotMessages.Imported;
import io.calimero.node.storage.StorageException;
import io.calimero.node.storage.state.StateEntry;
import io.calimero.node.storage.state.StateImport;
import io.calimero.node.storage.state.StateStore;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * States that come from other nodes: kept on disk part by part, believed when all is here and has
 * the root that its checkpoint vouches for.
 */
final class Imports {
  private static final int AT_ONCE = 64;

  private final StateStore store;
  private final Executor executor;
  private final Consumer<ContextView> taken;

  /** Who was least lately asked for is let go of first: it is on disk, to be begun with again. */
  private final Map<ContextId, Open> open = new LinkedHashMap<>(16, 0.75f, true);

  private record Open(CheckpointTaken taken, Hash checkpoint, StateImport parts) {}

  /**
   * Imports into a store.
   *
   * @param taken is given each state that was believed: others may want it from this node, whose
   *     log begins there and which therefore cannot give them what was before
   */
  Imports(final StateStore store, final Executor executor, final Consumer<ContextView> taken) {
    this.store = store;
    this.executor = executor;
    this.taken = taken;
  }

  CompletableFuture<Imported> begin(final BeginImport request) {
    return Futures.on(executor, () -> guarded(() -> opened(request.base(), request.fresh())));
  }

  private Imported opened(final StateBase base, final boolean fresh) {
    final ContextId context = base.configuration().context();
    synchronized (open) {
      final Open before = open.remove(context);
      if (before != null) {
        before.parts.close();
      }
      if (open.size() >= AT_ONCE) {
        close(open.keySet().iterator().next());
      }
      StateImport parts = importing(base);
      if (fresh) {
        parts.discard();
        parts = importing(base);
      }
      open.put(context, new Open(base.taken(), base.head().hash(), parts));
      return imported(parts);
    }
  }

  private StateImport importing(final StateBase base) {
    return store.importing(
        base.configuration().context(),
        base.head().position(),
        base.head().hash(),
        base.taken().stateRoot());
  }

  CompletableFuture<Imported> add(final ImportPart request) {
    return Futures.on(
        executor,
        () ->
            guarded(
                () -> {
                  final Open known = find(request.context(), request.checkpoint());
                  synchronized (known.parts) {
                    return added(known, request.pairs());
                  }
                }));
  }

  /** No more is kept than the coordinator has vouched for, whoever sends it. */
  private Imported added(final Open known, final List<StatePair> pairs) {
    final long bytes =
        pairs.stream().mapToLong(pair -> (long) pair.key().length() + pair.value().length()).sum();
    if (known.parts.entries() + pairs.size() > known.taken.keys()
        || known.parts.bytes() + bytes > known.taken.bytes()) {
      throw Problem.of(
              Code.INVALID_REQUEST,
              "more came than the "
                  + known.taken.keys()
                  + " keys and "
                  + known.taken.bytes()
                  + " bytes that were vouched for")
          .toException();
    }
    known.parts.add(pairs.stream().map(pair -> new StateEntry(pair.key(), pair.value())).toList());
    return imported(known.parts);
  }

  CompletableFuture<Imported> finish(final FinishImport request) {
    final ContextId context = request.base().configuration().context();
    return Futures.on(
        executor,
        () ->
            guarded(
                () -> {
                  final StateImport parts = find(context, request.base().head().hash()).parts;
                  synchronized (parts) {
                    final Imported all = imported(parts);
                    try {
                      taken.accept(finished(parts, request.base()));
                    } finally {
                      close(context);
                    }
                    return all;
                  }
                }));
  }

  private static ContextView finished(final StateImport parts, final StateBase base) {
    final Configuration configuration = base.configuration();
    return new ContextView(
        base.head(),
        configuration,
        parts.finish(Bytes.wrap(Configuration.CODEC.encode(configuration))).view(),
        Growth.NONE);
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

  private Open find(final ContextId context, final Hash checkpoint) {
    synchronized (open) {
      return Optional.ofNullable(open.get(context))
          .filter(known -> known.checkpoint.equals(checkpoint))
          .orElseThrow(
              () ->
                  Problem.of(Code.BUSY, "the state is not being fetched any more: begin again")
                      .toException());
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
