// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm;

import io.calimero.node.events.Limits;

/**
 * What an engine may use. None of it shows in the outcome of a call.
 *
 * @param requireCompiler whether to refuse to start where only the interpreter is available
 * @param moduleSize the largest module accepted, in bytes
 * @param memoryPages the largest minimum of a module's memory accepted, in pages of 64 KiB
 * @param cachedModules how many modules to keep parsed
 * @param idleContexts how many prepared engine contexts to keep for each of them; a call beyond
 *     that prepares its own
 */
public record EngineOptions(
    boolean requireCompiler, int moduleSize, int memoryPages, int cachedModules, int idleContexts) {

  /** As many as calls run at once in a node, since making one costs more than most calls do. */
  private static final int IDLE_CONTEXTS = 64;

  /** What a node uses when it is told nothing else. */
  public static EngineOptions defaults() {
    return new EngineOptions(
        false, 20 * 1024 * 1024, Limits.DEFAULT.memoryPages(), 64, IDLE_CONTEXTS);
  }

  /**
   * Options.
   *
   * @throws IllegalArgumentException if a number is negative, or none where one is needed
   */
  public EngineOptions {
    if (moduleSize < 8 || memoryPages < 1 || cachedModules < 1 || idleContexts < 0) {
      throw new IllegalArgumentException("engine options that leave no room for a module");
    }
  }

  /** The same, refusing to start without a compiler. */
  public EngineOptions requiringCompiler() {
    return new EngineOptions(true, moduleSize, memoryPages, cachedModules, idleContexts);
  }
}
