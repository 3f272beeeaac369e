// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.execution.internal;

import io.calimero.node.events.Attestation;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Limits;
import io.calimero.node.events.NodeException;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.PublicKey;
import io.calimero.node.events.WriteSet;
import io.calimero.node.events.messages.ContextMessages.ReadLog;
import io.calimero.node.storage.StorageException;
import io.calimero.node.storage.privates.PrivateStore;
import io.calimero.node.wasm.AuthorSide;
import io.calimero.node.wasm.WasmModule;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The private storage of this node, as calls see it at a view. */
final class Privates {
  private static final Logger LOG = LoggerFactory.getLogger(Privates.class);

  /** Longer than any request takes. */
  private static final long WAIT_SECONDS = 10;

  private final Optional<PrivateStore> store;
  private final Neighbours neighbours;
  private final Executor worker;
  private final AtomicBoolean sweeping = new AtomicBoolean();
  private final CompletableFuture<Boolean> swept = new CompletableFuture<>();
  private final Map<ContextId, CompletableFuture<Boolean>> dropping = new ConcurrentHashMap<>();

  /** The private storage in this store; none, and then calls that need it are refused. */
  Privates(final Optional<PrivateStore> store, final Neighbours neighbours, final Executor worker) {
    this.store = store;
    this.neighbours = neighbours;
    this.worker = worker;
  }

  /** What a call of the module may use, if it imports that and may. */
  Optional<AuthorSide> of(
      final WasmModule module, final ContextView view, final PublicKey executor) {
    return store
        .filter(_ -> concerns(module, view))
        .map(known -> new AtView(known, view, executor, neighbours));
  }

  /** Whether calls of the module may use what only their author's node has. */
  boolean concerns(final WasmModule module, final ContextView view) {
    final Limits limits = view.configuration().limits();
    return store.isPresent()
        && limits.attestable()
        && (module.usesPrivateStorage() || (module.asksOutside() && !limits.origins().isEmpty()));
  }

  /** What the view says of the last attested transaction of the executor. */
  static Optional<Bytes> seat(final ContextView view, final PublicKey executor) {
    return view.state().get(Attestation.seat(executor));
  }

  /** Keeps what a call wrote, to count from its entry on. Durable on return. */
  void keep(
      final ContextView view,
      final PublicKey executor,
      final Bytes uniqueId,
      final WriteSet writes) {
    store
        .orElseThrow()
        .keep(view.configuration().context(), executor, seat(view, executor), uniqueId, writes);
  }

  /** Deletes what belongs to a context that is gone; completes, with whether it is, in any case. */
  CompletableFuture<Boolean> drop(final ContextId context) {
    if (store.isEmpty()) {
      return CompletableFuture.completedFuture(true);
    }
    final CompletableFuture<Boolean> dropped =
        Futures.on(
                worker,
                () -> {
                  store.get().drop(context);
                  return true;
                })
            .exceptionally(
                failure -> {
                  LOG.warn(
                      "the private storage of context {} could not be deleted yet: {}",
                      context,
                      failure.getMessage());
                  return false;
                });
    dropping.put(context, dropped);
    final CompletableFuture<Boolean> _ =
        dropped.whenComplete((_, _) -> dropping.remove(context, dropped));
    return dropped;
  }

  /** When everything that is being deleted of a context, or may yet be by a sweep, is. */
  CompletableFuture<Boolean> settled(final ContextId context) {
    return sweep()
        .thenCompose(_ -> dropping.getOrDefault(context, CompletableFuture.completedFuture(true)));
  }

  /**
   * Deletes, once, what a crash left of contexts that are gone. Completes in any case: what could
   * not be looked at stays for the next start.
   */
  CompletableFuture<Boolean> sweep() {
    if (sweeping.compareAndSet(false, true)) {
      final CompletableFuture<Boolean> _ =
          store
              .map(known -> Futures.on(worker, known::contexts))
              .orElseGet(() -> CompletableFuture.completedFuture(List.of()))
              .thenCompose(
                  found ->
                      CompletableFuture.allOf(
                          found.stream().map(this::sweep).toArray(CompletableFuture<?>[]::new)))
              .handle(
                  (_, failure) -> {
                    if (failure != null) {
                      LOG.warn("private storage could not be looked through", failure);
                    }
                    return swept.complete(failure == null);
                  });
    }
    return swept;
  }

  private CompletableFuture<Boolean> sweep(final ContextId context) {
    return neighbours
        .readLog(new ReadLog(context, 1, 1, 1))
        .handle(
            (_, failure) ->
                failure != null
                    && Futures.cause(failure) instanceof NodeException known
                    && known.problem().code() == Code.CONTEXT_NOT_FOUND)
        .thenCompose(gone -> gone ? drop(context) : CompletableFuture.completedFuture(false));
  }

  /** Read when the first row is asked for. */
  private static final class AtView implements AuthorSide {
    private final PrivateStore store;
    private final ContextView view;
    private final PublicKey executor;
    private final Neighbours neighbours;
    private Optional<PrivateStore.Rows> rows = Optional.empty();

    AtView(
        final PrivateStore store,
        final ContextView view,
        final PublicKey executor,
        final Neighbours neighbours) {
      this.neighbours = neighbours;
      this.store = store;
      this.view = view;
      this.executor = executor;
    }

    @Override
    public Optional<Bytes> privateRow(final Bytes key) {
      if (rows.isEmpty()) {
        try {
          rows =
              Optional.of(
                  store.rows(view.configuration().context(), executor, seat(view, executor)));
        } catch (final StorageException e) {
          throw Attesting.problem(e).toException();
        }
      }
      return rows.get().get(key);
    }

    @Override
    public Reply ask(final Request request) {
      try {
        return neighbours.ask(request).get(WAIT_SECONDS, TimeUnit.SECONDS);
      } catch (final InterruptedException e) {
        Thread.currentThread().interrupt();
        return Reply.failed("the node is stopping");
      } catch (final ExecutionException | TimeoutException e) {
        return Reply.failed("the node could not ask: " + e);
      }
    }
  }
}
