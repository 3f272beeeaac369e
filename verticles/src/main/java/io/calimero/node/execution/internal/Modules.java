// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.execution.internal;

import io.calimero.node.events.BlobId;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.NodeException;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.messages.ApplicationMessages.ModuleDescription;
import io.calimero.node.wasm.InvalidModuleException;
import io.calimero.node.wasm.WasmEngine;
import io.calimero.node.wasm.WasmModule;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * The modules of applications, read and parsed once as long as they are among those last used. What
 * is asked for by several at once is read once; a failure is not remembered.
 */
final class Modules {
  private static final int AT_ONCE = 8;
  private static final int WAITING = 1024;

  private final WasmEngine engine;
  private final Neighbours neighbours;
  private final Executor loaders;
  private final int bound;
  private final TaskQueue reads = new TaskQueue(AT_ONCE, WAITING);
  private final Map<BlobId, CompletableFuture<WasmModule>> cached =
      new LinkedHashMap<>(16, 0.75f, true);

  Modules(
      final WasmEngine engine,
      final Neighbours neighbours,
      final Executor loaders,
      final int bound) {
    this.engine = engine;
    this.neighbours = neighbours;
    this.loaders = loaders;
    this.bound = bound;
  }

  /** The module in this blob; fails as {@code MODULE_READ} does, or with INVALID_MODULE. */
  CompletableFuture<WasmModule> get(final BlobId blob) {
    final CompletableFuture<WasmModule> promise = new CompletableFuture<>();
    synchronized (cached) {
      final CompletableFuture<WasmModule> known = cached.get(blob);
      if (known != null) {
        return known;
      }
      cached.put(blob, promise);
      evict();
    }
    final CompletableFuture<WasmModule> _ =
        reads
            .submit(() -> read(blob))
            .whenComplete(
                (module, failure) -> {
                  if (failure == null) {
                    promise.complete(module);
                  } else {
                    synchronized (cached) {
                      cached.remove(blob, promise);
                    }
                    promise.completeExceptionally(Futures.cause(failure));
                  }
                });
    return promise;
  }

  private CompletableFuture<WasmModule> read(final BlobId blob) {
    return neighbours.readModule(blob).thenCompose(bytes -> Futures.on(loaders, () -> load(bytes)));
  }

  /** What a module offers; fails with {@code INVALID_MODULE} if it cannot be an application. */
  CompletableFuture<ModuleDescription> describe(final Bytes bytes) {
    return Futures.on(loaders, () -> description(load(bytes)));
  }

  /** What the module in this blob offers; fails as {@link #get} does. */
  CompletableFuture<ModuleDescription> describe(final BlobId blob) {
    return get(blob).thenApply(Modules::description);
  }

  private static ModuleDescription description(final WasmModule module) {
    final AbiMethods abi = module.abi().map(AbiMethods::of).orElse(AbiMethods.NONE);
    return new ModuleDescription(
        module.methods().stream().filter(Calls::mayBeCalled).toList(),
        module.generation().name().toLowerCase(Locale.ROOT),
        module.abi(),
        abi.reading(),
        abi.callable(),
        module.usesPrivateStorage(),
        module.asksOutside());
  }

  private void evict() {
    final Iterator<BlobId> eldest = cached.keySet().iterator();
    while (cached.size() > bound) {
      eldest.next();
      eldest.remove();
    }
  }

  private WasmModule load(final Bytes bytes) {
    return load(engine, bytes);
  }

  /**
   * Checks and parses a module.
   *
   * @throws NodeException {@code INVALID_MODULE} if it cannot be an application
   */
  static WasmModule load(final WasmEngine engine, final Bytes bytes) {
    try {
      return engine.load(bytes);
    } catch (final InvalidModuleException e) {
      throw Problem.of(Code.INVALID_MODULE, String.valueOf(e.getMessage())).toException();
    }
  }
}
