// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal;

import io.calimero.node.events.ContextId;
import io.calimero.node.storage.StorageException;
import io.calimero.node.storage.StorageException.Code;
import io.calimero.node.storage.keys.EpochKeyStore;
import io.calimero.node.storage.keys.EpochKeyStore.Kept;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The rings of the contexts that are spoken in, and their files. On the loop. */
final class Rings {
  private static final Logger LOG = LoggerFactory.getLogger(Rings.class);
  private static final int CACHED = 4096;

  private final EpochKeyStore store;
  private final Async async;
  private final Map<ContextId, CompletableFuture<Ring>> rings =
      new LinkedHashMap<>(16, 0.75f, true);

  /** What is being written of a context; the next is written behind it. */
  private final Map<ContextId, CompletableFuture<Async.Done>> writing = new LinkedHashMap<>();

  Rings(final EpochKeyStore store, final Async async) {
    this.store = store;
    this.async = async;
  }

  CompletableFuture<Ring> of(final ContextId context) {
    final CompletableFuture<Ring> known = rings.get(context);
    if (known != null && !known.isCompletedExceptionally()) {
      return known;
    }
    final CompletableFuture<Ring> ring =
        writing
            .getOrDefault(context, CompletableFuture.completedFuture(Async.Done.DONE))
            .thenCompose(_ -> async.blocking(() -> load(context)));
    rings.put(context, ring);
    if (rings.size() > CACHED) {
      rings.remove(rings.keySet().iterator().next());
    }
    return ring;
  }

  /** Keys that are damaged can be made or asked for anew, so they are none. */
  private Ring load(final ContextId context) {
    try {
      return new Ring(store.load(context));
    } catch (final StorageException e) {
      if (e.code() != Code.CORRUPT) {
        throw e;
      }
      LOG.error("The keys of the epochs of a context cannot be used: {}", Async.words(e));
      return new Ring(List.of());
    }
  }

  /** Adds keys; they are on disk before any is used. */
  CompletableFuture<Async.Done> add(
      final ContextId context, final Ring ring, final List<Kept> fresh) {
    return inTurn(
        context,
        () -> {
          final Ring next = new Ring(ring.keys());
          fresh.forEach(next::add);
          final List<Kept> all = next.keys();
          return async
              .blocking(() -> store.save(context, all))
              .thenApply(
                  done -> {
                    fresh.forEach(ring::add);
                    return done;
                  });
        });
  }

  /** Forgets the keys of epochs that have ended. */
  void forgetBefore(final ContextId context, final Ring ring, final long epoch) {
    final List<Kept> old = ring.dropBefore(epoch);
    if (!old.isEmpty()) {
      async.settled(
          inTurn(
              context,
              () -> {
                final List<Kept> left = ring.keys();
                return async.blocking(() -> store.save(context, left));
              }),
          (_, _) -> old.forEach(kept -> kept.key().destroy()));
    }
  }

  /** Deletes everything of a context. */
  CompletableFuture<Async.Done> remove(final ContextId context) {
    final CompletableFuture<Ring> ring = rings.remove(context);
    return inTurn(context, () -> async.blocking(() -> store.remove(context)))
        .thenApply(
            done -> {
              if (ring != null && ring.isDone() && !ring.isCompletedExceptionally()) {
                ring.join().keys().forEach(kept -> kept.key().destroy());
              }
              return done;
            });
  }

  /** One after the other, so that what is written last is what is here. */
  private CompletableFuture<Async.Done> inTurn(
      final ContextId context, final Supplier<CompletableFuture<Async.Done>> work) {
    final CompletableFuture<Async.Done> done =
        writing
            .getOrDefault(context, CompletableFuture.completedFuture(Async.Done.DONE))
            .thenCompose(_ -> work.get());
    final CompletableFuture<Async.Done> end = done.handle((_, _) -> Async.Done.DONE);
    writing.put(context, end);
    final CompletableFuture<Async.Done> _ =
        end.whenComplete((_, _) -> writing.remove(context, end));
    return done;
  }
}
