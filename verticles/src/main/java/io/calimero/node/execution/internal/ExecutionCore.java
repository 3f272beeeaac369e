// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.execution.internal;

import io.calimero.node.events.messages.ApplicationMessages.CheckModule;
import io.calimero.node.events.messages.ApplicationMessages.DescribeModule;
import io.calimero.node.events.messages.ApplicationMessages.ModuleDescription;
import io.calimero.node.events.messages.AttestationMessages.Attempt;
import io.calimero.node.events.messages.AttestationMessages.Attest;
import io.calimero.node.events.messages.ContextMessages.Committed;
import io.calimero.node.events.messages.ContextMessages.Gone;
import io.calimero.node.events.messages.ExecutionMessages.Answer;
import io.calimero.node.events.messages.ExecutionMessages.Engine;
import io.calimero.node.events.messages.ExecutionMessages.Execute;
import io.calimero.node.events.messages.ExecutionMessages.Executed;
import io.calimero.node.events.messages.ExecutionMessages.GetState;
import io.calimero.node.events.messages.ExecutionMessages.Initialize;
import io.calimero.node.events.messages.ExecutionMessages.Migrate;
import io.calimero.node.events.messages.ExecutionMessages.Query;
import io.calimero.node.events.messages.ExecutionMessages.Replay;
import io.calimero.node.events.messages.ExecutionMessages.Replayed;
import io.calimero.node.events.messages.ExecutionMessages.State;
import io.calimero.node.events.messages.MembershipMessages.Reexecute;
import io.calimero.node.events.messages.MembershipMessages.Reexecuted;
import io.calimero.node.events.messages.SnapshotMessages.BeginImport;
import io.calimero.node.events.messages.SnapshotMessages.FindCheckpoint;
import io.calimero.node.events.messages.SnapshotMessages.FinishImport;
import io.calimero.node.events.messages.SnapshotMessages.FoundCheckpoint;
import io.calimero.node.events.messages.SnapshotMessages.ImportPart;
import io.calimero.node.events.messages.SnapshotMessages.Imported;
import io.calimero.node.events.messages.SnapshotMessages.ReadState;
import io.calimero.node.events.messages.SnapshotMessages.Rebased;
import io.calimero.node.events.messages.SnapshotMessages.StatePart;
import io.calimero.node.execution.ExecutionOptions;
import io.calimero.node.execution.internal.Lanes.Slot;
import io.calimero.node.storage.privates.PrivateStore;
import io.calimero.node.storage.state.StateStore;
import io.calimero.node.wasm.Blobs;
import io.calimero.node.wasm.EngineMode;
import io.calimero.node.wasm.WasmEngine;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/**
 * Execution as a whole: answers what its verticle is asked, by futures that fail with {@link
 * io.calimero.node.events.NodeException}. Thread-safe; the methods that return nothing do what they
 * do before they return.
 */
public final class ExecutionCore {
  private final WasmEngine engine;
  private final Lanes lanes;
  private final Snapshots snapshots;
  private final Modules modules;
  private final Contexts contexts;
  private final Queries queries;
  private final Writes writes;
  private final Replays replays;
  private final Migrations migrations;
  private final Reexecution reexecution;
  private final Privates privates;
  private final Attesting attesting;
  private final Checkpoints checkpoints;
  private final Imports imports;

  /** Execution that keeps no private storage: calls that need it are refused. */
  public ExecutionCore(
      final ExecutionOptions options,
      final WasmEngine engine,
      final StateStore store,
      final Neighbours neighbours,
      final Pools pools,
      final LongSupplier nanoClock) {
    this(options, engine, store, Optional.empty(), Optional.empty(), neighbours, pools, nanoClock);
  }

  /** Execution that keeps no states for others. */
  public ExecutionCore(
      final ExecutionOptions options,
      final WasmEngine engine,
      final StateStore store,
      final Optional<PrivateStore> privateStore,
      final Neighbours neighbours,
      final Pools pools,
      final LongSupplier nanoClock) {
    this(options, engine, store, privateStore, Optional.empty(), neighbours, pools, nanoClock);
  }

  /**
   * Execution over these.
   *
   * @param privateStore the private storage of the executors on this node
   * @param kept where the states at checkpoints are kept for others; another place than the
   *     snapshots'
   * @param nanoClock measures batches, idleness and retries; decides no outcome
   */
  public ExecutionCore(
      final ExecutionOptions options,
      final WasmEngine engine,
      final StateStore store,
      final Optional<PrivateStore> privateStore,
      final Optional<StateStore> kept,
      final Neighbours neighbours,
      final Pools pools,
      final LongSupplier nanoClock) {
    this.engine = engine;
    checkpoints = new Checkpoints(kept, pools.snapshots(), pools.loaders());
    imports = new Imports(store, pools.snapshots(), checkpoints::taken);
    lanes = new Lanes(options, neighbours::announce, checkpoints::taken, nanoClock);
    snapshots = new Snapshots(store, pools.snapshots(), options.snapshots(), nanoClock);
    modules = new Modules(engine, neighbours, pools.loaders(), options.engine().cachedModules());
    final Loader loader = new Loader(store, neighbours, pools.loaders(), snapshots);
    contexts = new Contexts(lanes, loader, modules, snapshots);
    final Blobs blobs = new NodeBlobs(neighbours, nanoClock.getAsLong());
    privates = new Privates(privateStore, neighbours, pools.loaders());
    queries = new Queries(contexts, pools.readers(), options.callTimeout(), blobs, privates);
    attesting = new Attesting(contexts, pools.readers(), options.callTimeout(), blobs, privates);
    final Batch batch =
        new Batch(
            options.callTimeout(), options.batchBudget(), options.pending(), nanoClock, blobs);
    writes = new Writes(contexts, batch, attesting, pools.writers());
    replays = new Replays(contexts, writes, options.callTimeout(), blobs, pools.writers());
    migrations = new Migrations(contexts, writes, options.callTimeout(), blobs, pools.writers());
    reexecution =
        new Reexecution(
            lanes, snapshots, neighbours, engine, options.callTimeout(), blobs, pools.loaders());
  }

  /** Runs a call that must not write, at the newest committed view. */
  public CompletableFuture<Answer> query(final Query query) {
    return queries.answer(query);
  }

  /** Runs transactions on top of a head, one batch of a context at a time. */
  public CompletableFuture<Executed> execute(final Execute request) {
    return writes.execute(request);
  }

  /** Begins a context and runs its {@code init}. Until it is committed it can be begun again. */
  public CompletableFuture<Executed> initialize(final Initialize request) {
    return writes.initialize(request);
  }

  /** Runs a call for its author, who vouches for it. */
  public CompletableFuture<Attempt> attest(final Attest request) {
    return attesting.attest(request);
  }

  /** Executes what a coordinator elsewhere has ordered, and compares. */
  public CompletableFuture<Replayed> replay(final Replay request) {
    return replays.replay(request);
  }

  /** Runs the {@code migrate} of a new application on top of a head. */
  public CompletableFuture<Executed> migrate(final Migrate request) {
    return migrations.migrate(request);
  }

  /** Executes the log of a context once more, and makes its state anew. */
  public CompletableFuture<Reexecuted> reexecute(final Reexecute request) {
    return reexecution.run(request);
  }

  /** The newest state that is kept for others. */
  public CompletableFuture<FoundCheckpoint> findCheckpoint(final FindCheckpoint request) {
    return checkpoints.find(request);
  }

  /** A part of such a state. */
  public CompletableFuture<StatePart> readState(final ReadState request) {
    return checkpoints.read(request);
  }

  /** Begins to take a state from elsewhere. */
  public CompletableFuture<Imported> beginImport(final BeginImport request) {
    return imports.begin(request);
  }

  /** Takes a part of it. */
  public CompletableFuture<Imported> addImport(final ImportPart request) {
    return imports.add(request);
  }

  /** Makes a snapshot of it, durable when the future completes. */
  public CompletableFuture<Imported> finishImport(final FinishImport request) {
    return imports.finish(request);
  }

  /** The log of a context begins with a checkpoint: whoever uses it from now on loads it anew. */
  public void rebased(final Rebased notice) {
    lanes.find(notice.context()).ifPresent(lanes::remove);
  }

  /** The state of a context in short. */
  public CompletableFuture<State> state(final GetState request) {
    return contexts.with(
        request.context(),
        slot ->
            contexts
                .ready(slot)
                .thenApply(
                    view ->
                        new State(
                            view.head(),
                            view.state().root(),
                            view.state().entries(),
                            view.state().sizeInBytes())));
  }

  /** What a module offers. */
  public CompletableFuture<ModuleDescription> check(final CheckModule request) {
    return modules.describe(request.bytes());
  }

  /** What an installed module offers. */
  public CompletableFuture<ModuleDescription> describe(final DescribeModule request) {
    return modules.describe(request.blob());
  }

  /** How applications are run. */
  public Engine engine() {
    final EngineMode mode = engine.mode();
    return new Engine(mode.compiled(), mode.toString());
  }

  /** How many contexts are in memory. */
  public int loadedContexts() {
    return lanes.size();
  }

  /** How many bytes of their state are in no snapshot. */
  public long unsnapshottedBytes() {
    return lanes.bytes();
  }

  /** Entries are on disk: whoever asks from now on sees them. */
  public void committed(final Committed notice) {
    final Optional<Slot> known = lanes.find(notice.context());
    if (known.isEmpty()) {
      return;
    }
    final Slot slot = known.get();
    slot.lane().commit(notice.entries());
    lanes.account(slot);
    if (slot.lane().upToDate()) {
      snapshots.consider(slot.lane());
    } else {
      // perhaps nobody asks for long, and listeners wait for their notices
      final CompletableFuture<ContextView> _ = contexts.with(notice.context(), contexts::ready);
    }
  }

  /** A context is gone: its lane and its snapshots go too. */
  public void gone(final Gone notice) {
    final Slot slot = lanes.use(notice.context());
    lanes.remove(slot);
    imports.close(notice.context());
    checkpoints.drop(notice.context());
    final CompletableFuture<Boolean> _ = snapshots.drop(slot.lane());
    final CompletableFuture<Boolean> _ = privates.drop(notice.context());
  }

  /**
   * Takes on nothing more and writes the snapshots that spare the next start most. Completes when
   * they are written; how long to wait for that is the caller's choice.
   */
  public CompletableFuture<Void> stop() {
    contexts.stop();
    final List<CompletableFuture<Boolean>> last =
        lanes.all().stream()
            .map(Slot::lane)
            .filter(snapshots::worthwhile)
            .sorted(Comparator.comparingLong(ExecutionCore::unsnapshotted).reversed())
            .map(snapshots::take)
            .toList();
    return CompletableFuture.allOf(last.toArray(CompletableFuture<?>[]::new));
  }

  private static long unsnapshotted(final Lane lane) {
    return lane.committed().map(view -> view.growth().entries()).orElse(0L);
  }
}
