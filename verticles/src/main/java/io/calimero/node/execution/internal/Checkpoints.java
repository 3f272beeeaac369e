// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.execution.internal;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.Configuration;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.StatePair;
import io.calimero.node.events.messages.SnapshotMessages.Checkpoint;
import io.calimero.node.events.messages.SnapshotMessages.FindCheckpoint;
import io.calimero.node.events.messages.SnapshotMessages.FoundCheckpoint;
import io.calimero.node.events.messages.SnapshotMessages.ReadState;
import io.calimero.node.events.messages.SnapshotMessages.StatePart;
import io.calimero.node.storage.state.Snapshot;
import io.calimero.node.storage.state.StateEntry;
import io.calimero.node.storage.state.StateStore;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The states at the newest two checkpoints of each context, to be given to others. Kept apart from
 * the snapshots, which go on with the log. Losing one costs whoever comes late some time.
 */
final class Checkpoints {
  private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);
  private static final int OPENED = 64;

  private final Optional<StateStore> store;
  private final Executor writers;
  private final Executor readers;

  /** What is to be written next; each context is written by one at a time. */
  private final Map<ContextId, ContextView> next = new ConcurrentHashMap<>();

  private final Map<ContextId, CompletableFuture<Boolean>> writing = new ConcurrentHashMap<>();

  /** What others read now. A view stays readable when its file is gone. */
  private final Map<Key, Snapshot> opened =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(final Map.Entry<Key, Snapshot> eldest) {
          return size() > OPENED;
        }
      };

  private record Key(ContextId context, long position) {}

  /**
   * Checkpoints in a store of their own.
   *
   * @param store where; nothing is kept without one
   */
  Checkpoints(final Optional<StateStore> store, final Executor writers, final Executor readers) {
    this.store = store;
    this.writers = writers;
    this.readers = readers;
  }

  /** A checkpoint has come by; its state is written soon, or that of a newer one. */
  void taken(final ContextView view) {
    if (store.isPresent()) {
      next.put(view.configuration().context(), view);
      begin(view.configuration().context());
    }
  }

  private void begin(final ContextId context) {
    final CompletableFuture<Boolean> mine = new CompletableFuture<>();
    if (writing.putIfAbsent(context, mine) != null) {
      return;
    }
    final CompletableFuture<Void> _ =
        Futures.on(writers, () -> write(context))
            .handle(
                (_, failure) -> {
                  if (failure != null) {
                    LOG.warn(
                        "the state of context {} at its checkpoint is not kept for others",
                        context,
                        Futures.cause(failure));
                  }
                  writing.remove(context, mine);
                  mine.complete(failure == null);
                  if (next.containsKey(context)) {
                    begin(context);
                  }
                  return null;
                });
  }

  private boolean write(final ContextId context) {
    final ContextView view = next.remove(context);
    if (view == null
        || find(context).filter(had -> had.position() >= view.head().position()).isPresent()) {
      return false;
    }
    final Snapshot snapshot =
        store
            .orElseThrow()
            .snapshot(
                context,
                view.head().position(),
                view.head().hash(),
                view.state(),
                Beginnings.attachment(view));
    remember(snapshot);
    return true;
  }

  private void remember(final Snapshot snapshot) {
    synchronized (opened) {
      opened.put(new Key(snapshot.context(), snapshot.position()), snapshot);
    }
  }

  private Optional<Snapshot> find(final ContextId context) {
    synchronized (opened) {
      final Optional<Snapshot> newest =
          opened.values().stream()
              .filter(snapshot -> snapshot.context().equals(context))
              .max((a, b) -> Long.compare(a.position(), b.position()));
      if (newest.isPresent()) {
        return newest;
      }
    }
    final Optional<Snapshot> found =
        store.flatMap(from -> from.open(context, (_, _) -> true).snapshot());
    found.ifPresent(this::remember);
    return found;
  }

  /** The newest one that is here. */
  CompletableFuture<FoundCheckpoint> find(final FindCheckpoint request) {
    return Futures.on(
        readers, () -> new FoundCheckpoint(find(request.context()).map(Checkpoints::describe)));
  }

  private static Checkpoint describe(final Snapshot snapshot) {
    return new Checkpoint(
        snapshot.position(),
        snapshot.entryHash(),
        Configuration.CODEC.decode(snapshot.attachment().unsafeArray()),
        snapshot.view().entries(),
        snapshot.view().sizeInBytes());
  }

  /** A part of its state. */
  CompletableFuture<StatePart> read(final ReadState request) {
    return Futures.on(readers, () -> part(request));
  }

  private StatePart part(final ReadState request) {
    final Optional<Snapshot> known;
    synchronized (opened) {
      known = Optional.ofNullable(opened.get(new Key(request.context(), request.position())));
    }
    final Snapshot snapshot =
        known
            .or(() -> find(request.context()))
            .filter(found -> found.position() == request.position())
            .orElseThrow(
                () ->
                    Problem.of(
                            Code.STATE_UNAVAILABLE,
                            "the state at position " + request.position() + " is not kept any more")
                        .toException());
    final Iterator<StateEntry> entries =
        snapshot.view().scan(request.after().orElse(Bytes.EMPTY), Optional.empty());
    final List<StatePair> pairs = new ArrayList<>();
    long bytes = 0;
    while (entries.hasNext() && (pairs.isEmpty() || bytes < request.maxBytes())) {
      final StateEntry entry = entries.next();
      if (request.after().filter(entry.key()::equals).isEmpty()) {
        pairs.add(new StatePair(entry.key(), entry.value()));
        bytes += 8L + entry.key().length() + entry.value().length();
      }
    }
    return new StatePart(pairs);
  }

  /** Deletes those of a context that is gone. */
  void drop(final ContextId context) {
    next.remove(context);
    synchronized (opened) {
      opened.keySet().removeIf(key -> key.context().equals(context));
    }
    if (store.isPresent()) {
      final CompletableFuture<Void> _ =
          Futures.on(
                  writers,
                  () -> {
                    store.get().drop(context);
                    return true;
                  })
              .handle((_, _) -> null);
    }
  }
}
