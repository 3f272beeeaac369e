// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm;

import io.calimero.node.events.Bytes;
import io.calimero.node.wasm.internal.GraalEngine;

/** Runs WebAssembly applications. One per node; thread-safe. */
public interface WasmEngine extends AutoCloseable {

  /**
   * An engine on GraalWasm.
   *
   * @throws IllegalStateException if the options require a compiler and there is none; the message
   *     says why
   */
  static WasmEngine create(final EngineOptions options) {
    return new GraalEngine(options);
  }

  /** How it runs applications; to be shown wherever speed is of interest. */
  EngineMode mode();

  /**
   * Checks a module and parses it, once: loading the same bytes again is cheap (a SHA-256 over
   * them) as long as the module is among those last used.
   *
   * @throws InvalidModuleException if this can be no application of this node
   * @throws IllegalStateException if the engine is closed
   */
  WasmModule load(Bytes module) throws InvalidModuleException;

  /**
   * Stops the calls that run, which return {@link CallResult.Interrupted}, and frees everything.
   */
  @Override
  void close();
}
