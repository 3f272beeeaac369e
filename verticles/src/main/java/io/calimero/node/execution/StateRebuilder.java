// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.execution;

import io.calimero.node.events.BlobId;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Entry;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Head;
import io.calimero.node.events.NodeException;
import io.calimero.node.execution.internal.Rebuilding;
import io.calimero.node.storage.state.StateStore;
import io.calimero.node.wasm.Blobs;
import io.calimero.node.wasm.WasmEngine;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Computes the state of a context from the first entry of its log on, using no snapshot. For a node
 * that is down: nobody else may write the log or the snapshots meanwhile.
 */
public final class StateRebuilder {
  private final LogSource log;
  private final Optional<StateStore> store;
  private final Optional<Execution> execution;

  /** Where the log is read. */
  @FunctionalInterface
  public interface LogSource {
    /**
     * Entries from a position on, without a gap; empty at the end of the log.
     *
     * @param maxEntries at most so many
     * @param maxBytes at most so many bytes, though at least one entry if there is one
     * @throws NodeException {@code CONTEXT_DAMAGED} if they cannot be read
     */
    List<Entry.Logged> read(ContextId context, long from, int maxEntries, long maxBytes);
  }

  /** Where modules are read. */
  @FunctionalInterface
  public interface ModuleSource {
    /**
     * The module in this blob.
     *
     * @throws RuntimeException if it is not there or not as it must be
     */
    Bytes read(BlobId blob);
  }

  /** Is told how far it is. */
  @FunctionalInterface
  public interface Progress {
    /** Everything up to this position is done. */
    void at(long position);
  }

  /**
   * Execution once more of everything.
   *
   * @param engine runs the modules
   * @param modules where they are
   * @param deadline when a call is given up, which ends the rebuilding
   * @param blobs the blobs that calls read; what they write is named and not stored
   */
  public record Execution(WasmEngine engine, ModuleSource modules, Duration deadline, Blobs blobs) {
    /** Execution on a node without blobs. */
    public Execution(final WasmEngine engine, final ModuleSource modules, final Duration deadline) {
      this(engine, modules, deadline, Blobs.NONE);
    }
  }

  /**
   * What came out.
   *
   * @param context whose state
   * @param head the last position that is right
   * @param stateRoot the state root there
   * @param entries how many keys the state has there
   * @param executed how many transactions were executed once more
   * @param attested how many could only be checked, because their authors vouch for them
   * @param divergence what is not right behind it, if something is
   */
  public record Report(
      ContextId context,
      Head head,
      Hash stateRoot,
      long entries,
      long executed,
      long attested,
      Optional<Divergence> divergence) {}

  /**
   * The first thing that is not as the log says.
   *
   * @param position where
   * @param what which part
   * @param expected what the log says
   * @param found what was found
   */
  public record Divergence(long position, String what, String expected, String found) {}

  private StateRebuilder(
      final LogSource log, final Optional<StateStore> store, final Optional<Execution> execution) {
    this.log = log;
    this.store = store;
    this.execution = execution;
  }

  /** Rebuilding from this log, which by itself only reports. */
  public static StateRebuilder of(final LogSource log) {
    return new StateRebuilder(log, Optional.empty(), Optional.empty());
  }

  /**
   * The same, also replacing the snapshots of the context there by a fresh one, unless something is
   * not right.
   */
  public StateRebuilder writingTo(final StateStore target) {
    return new StateRebuilder(log, Optional.of(target), execution);
  }

  /**
   * The same, also verifying: executes every transaction once more, compares what it does with what
   * the log says it did, and checks every signature.
   */
  public StateRebuilder verifying(final Execution again) {
    return new StateRebuilder(log, store, Optional.of(again));
  }

  /**
   * Rebuilds the state of a context.
   *
   * @param progress is told about once per thousand entries and at the end
   * @return what came out; a divergence ends it
   * @throws NodeException {@code CONTEXT_NOT_FOUND} if the log has no such context, {@code
   *     DEADLINE} if a call does not end, and what the sources throw
   */
  public Report rebuild(final ContextId context, final Progress progress) {
    return new Rebuilding(context, log, execution).run(progress, store);
  }
}
