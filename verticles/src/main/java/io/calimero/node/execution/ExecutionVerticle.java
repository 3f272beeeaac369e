// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.execution;

import io.calimero.node.events.BlobId;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.bus.Bus;
import io.calimero.node.events.bus.Topics;
import io.calimero.node.events.messages.ApplicationMessages.Module;
import io.calimero.node.events.messages.ApplicationMessages.ReadModule;
import io.calimero.node.events.messages.BlobMessages;
import io.calimero.node.events.messages.BlobMessages.Part;
import io.calimero.node.events.messages.BlobMessages.PartWritten;
import io.calimero.node.events.messages.BlobMessages.ReadPart;
import io.calimero.node.events.messages.BlobMessages.WritePart;
import io.calimero.node.events.messages.ContextMessages.LogPart;
import io.calimero.node.events.messages.ContextMessages.ReadLog;
import io.calimero.node.events.messages.ExecutionMessages.TransactionExecuted;
import io.calimero.node.execution.internal.ExecutionCore;
import io.calimero.node.execution.internal.Neighbours;
import io.calimero.node.execution.internal.ThreadPools;
import io.calimero.node.execution.internal.WarmingEngine;
import io.calimero.node.storage.Access;
import io.calimero.node.storage.privates.PrivateStore;
import io.calimero.node.storage.state.StateStore;
import io.calimero.node.wasm.AuthorSide;
import io.calimero.node.wasm.WasmEngine;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs applications. Owns the WebAssembly engine, one lane per context, and the states.
 *
 * <p>Answers {@code QUERY}, {@code TRANSACTIONS_EXECUTE}, {@code TRANSACTION_ATTEST}, {@code
 * CONTEXT_INITIALIZE}, {@code ENTRIES_REPLAY}, {@code STATE_GET}, {@code MODULE_CHECK}, {@code
 * MODULE_DESCRIBE} and {@code ENGINE_GET}; listens to {@code COMMITTED} and {@code CONTEXT_GONE};
 * publishes {@code TRANSACTION_EXECUTED}; asks {@code LOG_READ}, {@code MODULE_READ}, {@code
 * BLOB_READ}, {@code BLOB_WRITE} and {@code BLOB_FETCH}.
 *
 * <p>To be deployed once per node, on an event loop: that is what makes a query that is sent after
 * a {@code COMMITTED} see it. Guests run on threads of this verticle's own.
 */
public final class ExecutionVerticle extends VerticleBase {
  private static final String CHECKPOINTS = "checkpoints";
  private static final Logger LOG = LoggerFactory.getLogger(ExecutionVerticle.class);

  /** How long a request of a call may take; well below the deadline of calls. */
  private static final Duration ASKING = Duration.ofSeconds(5);

  private final ExecutionOptions options;
  private final Optional<Path> privateDirectory;
  private volatile @Nullable Running running;

  /** An execution verticle that keeps no private storage: calls that need it are refused. */
  public ExecutionVerticle(final ExecutionOptions options) {
    this(options, Optional.empty());
  }

  /**
   * An execution verticle.
   *
   * @param privateDirectory where the private storage of the executors on this node is; like their
   *     keys it cannot be made anew
   */
  public ExecutionVerticle(final ExecutionOptions options, final Path privateDirectory) {
    this(options, Optional.of(privateDirectory));
  }

  private ExecutionVerticle(final ExecutionOptions options, final Optional<Path> privateDirectory) {
    this.options = options;
    this.privateDirectory = privateDirectory;
  }

  /** What it does now, while it is deployed. From any thread. */
  public Optional<ExecutionStatistics> statistics() {
    final Running known = running;
    return known == null
        ? Optional.empty()
        : Optional.of(
            new ExecutionStatistics(
                known.core.engine().compiled(),
                known.core.loadedContexts(),
                known.core.unsnapshottedBytes(),
                known.pools.statistics()));
  }

  @Override
  public Future<?> start() {
    final Bus bus = Bus.of(vertx);
    return vertx
        .executeBlocking(() -> WasmEngine.create(options.engine()))
        .onSuccess(engine -> serve(bus, engine));
  }

  private void serve(final Bus bus, final WasmEngine plain) {
    LOG.info("applications run {}", plain.mode());
    final ThreadPools pools = new ThreadPools(options);
    final WasmEngine engine = options.warmUp() ? new WarmingEngine(plain, pools.warming()) : plain;
    final ExecutionCore core =
        new ExecutionCore(
            options,
            engine,
            StateStore.open(options.stateDirectory(), Access.READ_WRITE),
            privateDirectory.map(PrivateStore::open),
            Optional.of(
                StateStore.open(options.stateDirectory().resolve(CHECKPOINTS), Access.READ_WRITE)),
            new OnTheBus(bus, context, new OutsideClient(vertx, ASKING)),
            pools.pools(),
            System::nanoTime);
    running = new Running(core, pools, engine);
    bus.serve(Topics.QUERY, query -> future(core.query(query)));
    bus.serve(Topics.TRANSACTIONS_EXECUTE, request -> future(core.execute(request)));
    bus.serve(Topics.TRANSACTION_ATTEST, request -> future(core.attest(request)));
    bus.serve(Topics.CONTEXT_INITIALIZE, request -> future(core.initialize(request)));
    bus.serve(Topics.ENTRIES_REPLAY, request -> future(core.replay(request)));
    bus.serve(Topics.MIGRATION_EXECUTE, request -> future(core.migrate(request)));
    bus.serve(Topics.CONTEXT_REEXECUTE, request -> future(core.reexecute(request)));
    bus.serve(Topics.STATE_GET, request -> future(core.state(request)));
    bus.serve(Topics.CHECKPOINT_FIND, request -> future(core.findCheckpoint(request)));
    bus.serve(Topics.STATE_READ, request -> future(core.readState(request)));
    bus.serve(Topics.IMPORT_BEGIN, request -> future(core.beginImport(request)));
    bus.serve(Topics.IMPORT_PART, request -> future(core.addImport(request)));
    bus.serve(Topics.IMPORT_FINISH, request -> future(core.finishImport(request)));
    bus.subscribe(Topics.REBASED, core::rebased);
    bus.serve(Topics.MODULE_CHECK, request -> future(core.check(request)));
    bus.serve(Topics.MODULE_DESCRIBE, request -> future(core.describe(request)));
    bus.serve(Topics.ENGINE_GET, _ -> Future.succeededFuture(core.engine()));
    bus.subscribe(Topics.COMMITTED, core::committed);
    bus.subscribe(Topics.CONTEXT_GONE, core::gone);
  }

  @Override
  public Future<?> stop() {
    final Running known = running;
    if (known == null) {
      return Future.succeededFuture();
    }
    final Promise<Void> stopped = Promise.promise();
    final long timer =
        vertx.setTimer(
            options.stopTimeout().toMillis(),
            _ -> {
              if (stopped.tryComplete()) {
                LOG.warn(
                    "the last snapshots were not written within {} s: the next start replays more",
                    options.stopTimeout().toSeconds());
              }
            });
    final CompletableFuture<Void> _ =
        known.core.stop().whenComplete((_, _) -> stopped.tryComplete());
    return stopped
        .future()
        .transform(
            _ -> {
              vertx.cancelTimer(timer);
              return vertx.executeBlocking(
                  () -> {
                    known.engine.close();
                    known.pools.close();
                    return true;
                  });
            });
  }

  /** A future that is completed by whatever thread completes the stage: replies need no other. */
  private static <T> Future<T> future(final CompletableFuture<T> stage) {
    final Promise<T> promise = Promise.promise();
    final CompletableFuture<T> _ =
        stage.whenComplete(
            (value, failure) -> {
              if (failure == null) {
                promise.complete(value);
              } else {
                promise.fail(
                    failure instanceof CompletionException && failure.getCause() != null
                        ? failure.getCause()
                        : failure);
              }
            });
    return promise.future();
  }

  private record Running(ExecutionCore core, ThreadPools pools, WasmEngine engine) {}

  /**
   * The neighbours, on the bus.
   *
   * @param context the verticle's: what is published passes through it, which keeps the order
   * @param outside asks those who are no neighbours
   */
  private record OnTheBus(Bus bus, Context context, OutsideClient outside) implements Neighbours {
    @Override
    public CompletableFuture<AuthorSide.Reply> ask(final AuthorSide.Request request) {
      final CompletableFuture<AuthorSide.Reply> reply = new CompletableFuture<>();
      context.runOnContext(_ -> outside.ask(request).onSuccess(reply::complete));
      return reply;
    }

    @Override
    public CompletableFuture<LogPart> readLog(final ReadLog request) {
      return bus.request(Topics.LOG_READ, request).toCompletionStage().toCompletableFuture();
    }

    @Override
    public CompletableFuture<Bytes> readModule(final BlobId blob) {
      return bus.request(Topics.MODULE_READ, new ReadModule(blob))
          .map(Module::bytes)
          .toCompletionStage()
          .toCompletableFuture();
    }

    @Override
    public CompletableFuture<Bytes> readBlob(final ReadPart request) {
      return bus.request(Topics.BLOB_READ, request)
          .map(Part::bytes)
          .toCompletionStage()
          .toCompletableFuture();
    }

    @Override
    public CompletableFuture<BlobMessages.Fetched> fetchBlob(final BlobMessages.Fetch request) {
      return bus.request(Topics.BLOB_FETCH, request).toCompletionStage().toCompletableFuture();
    }

    @Override
    public CompletableFuture<PartWritten> writeBlob(final WritePart request) {
      return bus.request(Topics.BLOB_WRITE, request).toCompletionStage().toCompletableFuture();
    }

    @Override
    public void announce(final TransactionExecuted notice) {
      LOG.atDebug()
          .addKeyValue("context", notice.context())
          .addKeyValue("position", notice.position())
          .addKeyValue("transaction", notice.transaction())
          .addKeyValue("method", notice.method())
          .log("transaction executed");
      context.runOnContext(_ -> bus.publish(Topics.TRANSACTION_EXECUTED, notice));
    }
  }
}
