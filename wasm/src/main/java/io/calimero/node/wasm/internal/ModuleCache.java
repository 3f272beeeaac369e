// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm.internal;

import io.calimero.node.events.Hash;
import io.calimero.node.wasm.InvalidModuleException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * The modules last used, by the digest of their bytes. Who asks for one that is just being parsed
 * waits for it; who asks for another does not.
 */
final class ModuleCache {
  /** Makes a module that is not there. */
  @FunctionalInterface
  interface Loader {
    GraalModule load() throws InvalidModuleException;
  }

  private final int capacity;
  private final Map<Hash, CompletableFuture<GraalModule>> modules =
      new LinkedHashMap<>(16, 0.75f, true);

  ModuleCache(final int capacity) {
    this.capacity = capacity;
  }

  GraalModule get(final Hash id, final Loader loader) throws InvalidModuleException {
    final CompletableFuture<GraalModule> mine = new CompletableFuture<>();
    final CompletableFuture<GraalModule> known;
    synchronized (modules) {
      known = modules.putIfAbsent(id, mine);
      evict();
    }
    if (known != null) {
      return join(known);
    }
    try {
      final GraalModule module = loader.load();
      mine.complete(module);
      return module;
    } catch (final InvalidModuleException | RuntimeException | Error e) {
      synchronized (modules) {
        modules.remove(id, mine);
      }
      mine.completeExceptionally(e);
      throw e;
    }
  }

  void clear() {
    synchronized (modules) {
      modules.values().forEach(ModuleCache::retire);
      modules.clear();
    }
  }

  private void evict() {
    final Iterator<CompletableFuture<GraalModule>> eldest = modules.values().iterator();
    while (modules.size() > capacity) {
      final CompletableFuture<GraalModule> module = eldest.next();
      eldest.remove();
      retire(module);
    }
  }

  // What completes the future is told of failures by other means
  @SuppressWarnings("FutureReturnValueIgnored")
  private static void retire(final CompletableFuture<GraalModule> future) {
    // One that cannot be loaded has nothing to retire, and its caller has the exception
    future.whenComplete(
        (module, failure) -> {
          if (failure == null) {
            module.retire();
          }
        });
  }

  private static GraalModule join(final CompletableFuture<GraalModule> future)
      throws InvalidModuleException {
    try {
      return future.join();
    } catch (final CompletionException e) {
      switch (e.getCause()) {
        case InvalidModuleException cause -> throw cause.again();
        case RuntimeException cause -> throw cause;
        case Error cause -> throw cause;
        case null, default -> throw e;
      }
    }
  }
}
