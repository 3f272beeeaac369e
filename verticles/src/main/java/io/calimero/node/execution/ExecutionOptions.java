// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.execution;

import io.calimero.node.wasm.EngineOptions;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How the execution verticle works. None of it shows in the outcome of a transaction.
 *
 * @param stateDirectory where the snapshots are; all in it can be deleted while the node is down
 * @param engine the options of the WebAssembly engine
 * @param writers how many contexts write at the same time
 * @param readers how many queries run at the same time
 * @param queued how many calls wait for each of these pools, and how many queries of one context
 *     for its share; more get {@code BUSY}
 * @param pending how many executed transactions of one context may wait for their force
 * @param callTimeout when the node gives up waiting for a call
 * @param batchBudget after how long a batch of transactions is answered with what is done
 * @param loadedContexts how many contexts are kept loaded; the longest unused are closed
 * @param loadedBytes how many bytes of written state, not yet in snapshots, are kept in memory for
 *     all contexts together before the longest unused are closed
 * @param snapshots when snapshots are made
 * @param stopTimeout how long a stop may take for the last snapshots
 * @param warmUp whether modules are run a little after they were loaded, for nobody
 */
public record ExecutionOptions(
    Path stateDirectory,
    EngineOptions engine,
    int writers,
    int readers,
    int queued,
    int pending,
    Duration callTimeout,
    Duration batchBudget,
    int loadedContexts,
    long loadedBytes,
    SnapshotOptions snapshots,
    Duration stopTimeout,
    boolean warmUp) {

  /**
   * What a node uses when it is told nothing else.
   *
   * @param stateDirectory where the snapshots are
   */
  public static ExecutionOptions defaults(final Path stateDirectory) {
    return new ExecutionOptions(
        stateDirectory,
        EngineOptions.defaults(),
        32,
        32,
        1024,
        4096,
        Duration.ofSeconds(10),
        Duration.ofMillis(5),
        4096,
        Math.max(256L << 20, Runtime.getRuntime().maxMemory() / 4),
        SnapshotOptions.defaults(),
        Duration.ofSeconds(3),
        true);
  }

  /**
   * Options.
   *
   * @throws IllegalArgumentException if a number is out of its range; the message names it
   */
  public ExecutionOptions {
    Checks.atLeast("writers", writers, 1);
    Checks.atLeast("readers", readers, 1);
    Checks.atLeast("queued calls", queued, 1);
    Checks.atLeast("pending transactions", pending, 1);
    Checks.positive("call timeout", callTimeout);
    Checks.positive("batch budget", batchBudget);
    Checks.atLeast("loaded contexts", loadedContexts, 1);
    Checks.atLeast("loaded bytes", loadedBytes, 0);
    Checks.positive("stop timeout", stopTimeout);
  }

  /** How many queries of one context run at the same time: the other half is for the others. */
  public int readersPerContext() {
    return Math.max(1, readers / 2);
  }
}
