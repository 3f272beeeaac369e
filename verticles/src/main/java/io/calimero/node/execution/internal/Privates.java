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
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
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
  private final AtomicBoolean swept = new AtomicBoolean();

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
        .filter(_ -> concerns(module, view.configuration().limits()))
        .map(known -> new AtView(known, view, executor, neighbours));
  }

  private static boolean concerns(final WasmModule module, final Limits limits) {
    return limits.attestable()
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

  /** Deletes what belongs to a context that is gone. */
  void drop(final ContextId context) {
    if (store.isPresent()) {
      final CompletableFuture<Void> _ =
          CompletableFuture.runAsync(() -> store.get().drop(context), worker)
              .exceptionally(
                  failure -> {
                    LOG.warn(
                        "the private storage of context {} could not be deleted yet: {}",
                        context,
                        failure.getMessage());
                    return null;
                  });
    }
  }

  /** Deletes, once, what a crash left of contexts that are gone. */
  void sweep() {
    if (store.isPresent() && swept.compareAndSet(false, true)) {
      final CompletableFuture<Void> _ =
          CompletableFuture.supplyAsync(store.get()::contexts, worker)
              .thenAccept(found -> found.forEach(this::sweep))
              .exceptionally(
                  failure -> {
                    LOG.warn("private storage could not be looked through", failure);
                    return null;
                  });
    }
  }

  private void sweep(final ContextId context) {
    final CompletableFuture<Boolean> _ =
        neighbours
            .readLog(new ReadLog(context, 1, 1, 1))
            .handle(
                (_, failure) -> {
                  final boolean gone =
                      failure != null
                          && Futures.cause(failure) instanceof NodeException known
                          && known.problem().code() == Code.CONTEXT_NOT_FOUND;
                  if (gone) {
                    drop(context);
                  }
                  return gone;
                });
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
