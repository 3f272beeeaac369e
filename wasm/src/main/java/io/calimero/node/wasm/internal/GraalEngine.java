// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm.internal;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.Hash;
import io.calimero.node.wasm.CallResult;
import io.calimero.node.wasm.EngineMode;
import io.calimero.node.wasm.EngineOptions;
import io.calimero.node.wasm.GuestThreads;
import io.calimero.node.wasm.InvalidModuleException;
import io.calimero.node.wasm.InvalidModuleException.Code;
import io.calimero.node.wasm.WasmEngine;
import io.calimero.node.wasm.WasmModule;
import io.calimero.node.wasm.internal.host.HostFunction;
import io.calimero.node.wasm.internal.module.ModuleParser;
import io.calimero.node.wasm.internal.module.ModuleRewriter.Rewritten;
import io.calimero.node.wasm.internal.module.ParsedModule;
import io.calimero.node.wasm.internal.module.Rules;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.graalvm.polyglot.PolyglotException;

/** The engine on GraalWasm. */
public final class GraalEngine implements WasmEngine {
  /** How much memory waiting instances may keep, all together, in bytes. */
  private static final long KEPT_MEMORY = 128L * 1024 * 1024;

  private final EngineOptions options;
  private final GraalRuntime runtime;
  private final Watchdog watchdog = new Watchdog();
  private final ExecutorService threads =
      Executors.newCachedThreadPool(GuestThreads.factory("wasm-guest"));
  private final ModuleCache cache;
  private final Room room = new Room(KEPT_MEMORY);
  private volatile boolean closed;

  /** An engine; see {@link WasmEngine#create}. */
  public GraalEngine(final EngineOptions options) {
    this(options, new GraalRuntime());
  }

  GraalEngine(final EngineOptions options, final GraalRuntime runtime) {
    this.options = options;
    this.runtime = runtime;
    cache = new ModuleCache(options.cachedModules());
    if (options.requireCompiler() && !mode().compiled()) {
      final String reason = mode().reason().orElse("there is no compiler");
      close();
      throw new IllegalStateException(
          "WebAssembly would be interpreted, and a compiler is required: " + reason);
    }
  }

  @Override
  public EngineMode mode() {
    return runtime.mode();
  }

  @Override
  public WasmModule load(final Bytes module) throws InvalidModuleException {
    checkOpen();
    if (module.length() > options.moduleSize()) {
      throw new InvalidModuleException(
          Code.TOO_LARGE,
          "a WebAssembly module of "
              + module.length()
              + " bytes is larger than the "
              + options.moduleSize()
              + " allowed");
    }
    final Hash id = Hash.sha256(module.unsafeArray());
    return cache.get(id, () -> parse(id, module));
  }

  private GraalModule parse(final Hash id, final Bytes bytes) throws InvalidModuleException {
    final ParsedModule parsed = ModuleParser.parse(bytes);
    final List<HostFunction> functions = ModuleCheck.check(parsed, options);
    final GraalModule module = new GraalModule(this, id, parsed, functions);
    try {
      module.prepare(options.memoryPages());
    } catch (final PolyglotException e) {
      throw new InvalidModuleException(
          Code.INVALID,
          "the WebAssembly module is not valid: "
              + (e.isGuestException() ? e.getMessage() : "the engine cannot read it"));
    }
    return module;
  }

  /** Runs the task on a guest thread that runs no guest yet: this one, or another. */
  CallResult onGuestThread(final Function<GuestThread, CallResult> task) {
    checkOpen();
    if (Thread.currentThread() instanceof GuestThread thread && thread.isFree()) {
      return task.apply(thread);
    }
    return await(threads.submit(() -> task.apply((GuestThread) Thread.currentThread())));
  }

  /** Waits without being interrupted: the deadline of the call bounds the wait. */
  private static CallResult await(final Future<CallResult> future) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return future.get();
        } catch (final InterruptedException e) {
          interrupted = true;
        }
      }
    } catch (final ExecutionException e) {
      switch (e.getCause()) {
        case RuntimeException cause -> throw cause;
        case Error cause -> throw cause;
        case null, default -> throw new IllegalStateException(e);
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  Watchdog watchdog() {
    return watchdog;
  }

  ModuleVariant variant(
      final Rewritten module,
      final Rules rules,
      final String name,
      final List<HostFunction> functions,
      final boolean keepCells) {
    return new ModuleVariant(
        runtime,
        runtime.source(module.bytes().unsafeArray(), name),
        functions,
        module,
        rules,
        room,
        keepCells ? options.idleContexts() : 0);
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("the WebAssembly engine is closed");
    }
  }

  @Override
  public void close() {
    closed = true;
    watchdog.close();
    threads.shutdown();
    cache.clear();
    runtime.close();
  }
}
