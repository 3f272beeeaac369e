// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context;

import io.calimero.node.context.internal.ContextCore;
import io.calimero.node.context.internal.pending.PendingStatistics;
import io.calimero.node.events.bus.Bus;
import io.calimero.node.events.bus.CommandTopic;
import io.calimero.node.events.bus.Topics;
import io.calimero.node.events.bus.Traces;
import io.calimero.node.events.messages.ApplicationMessages;
import io.calimero.node.events.messages.ContextMessages;
import io.calimero.node.storage.blobs.PartialBlobs;
import io.calimero.node.storage.log.LogStatistics;
import io.calimero.node.storage.log.RecoveryReport;
import io.calimero.node.storage.log.TransactionLog;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.internal.ContextInternal;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * The verticle that owns the transaction log, the applications, the contexts and their keys.
 *
 * <p>Answers the application, context, identity and log commands of {@link Topics}, and {@link
 * Topics#SUBMIT}. One instance per home.
 */
public final class ContextVerticle extends VerticleBase {
  private static final int BLOCKING_THREADS = 8;

  private final ContextStores stores;
  private final ContextOptions options;
  private final LongSupplier clock;
  private final SecureRandom random;
  private final ExecutorService blocking =
      Executors.newFixedThreadPool(
          BLOCKING_THREADS, Thread.ofPlatform().name("context-files-", 0).daemon().factory());
  private volatile Optional<TransactionLog> log = Optional.empty();
  private volatile Optional<ContextCore> core = Optional.empty();
  private volatile Optional<PendingStatistics> pendingStatistics = Optional.empty();

  /**
   * A verticle that opens these stores when it starts.
   *
   * @param clock nanoseconds since 1970
   * @param random the source of keys and unique ids
   */
  public ContextVerticle(
      final ContextStores stores,
      final ContextOptions options,
      final LongSupplier clock,
      final SecureRandom random) {
    this.stores = stores;
    this.options = options;
    this.clock = clock;
    this.random = random;
  }

  /** What opening the log found, once the verticle is deployed. */
  public Optional<RecoveryReport> recovery() {
    return log.map(TransactionLog::recovery);
  }

  /** What the log has done, while it is open. From any thread. */
  public Optional<LogStatistics> logStatistics() {
    return log.map(TransactionLog::statistics);
  }

  /** What became of the envelopes that came, once the verticle is deployed. From any thread. */
  public Optional<EnvelopeStatistics> envelopes() {
    return core.map(ContextCore::envelopes);
  }

  /** How many contexts have a log here, and how many of these are damaged. From any thread. */
  public Population population() {
    return log.map(open -> new Population(open.heads().size(), open.damage().size()))
        .orElseGet(() -> new Population(0, 0));
  }

  /** What is counted of the transactions that wait for other nodes. From any thread. */
  public PendingPopulation pending() {
    return pendingStatistics
        .map(
            counted ->
                new PendingPopulation(
                    counted.waiting(),
                    counted.confirmed(),
                    counted.withoutEntry(),
                    counted.rejected(),
                    counted.expired()))
        .orElseGet(() -> new PendingPopulation(0, 0, 0, 0, 0));
  }

  /**
   * The transactions that this node handed to other nodes.
   *
   * @param waiting how many wait now
   * @param confirmed how many were confirmed since the start
   * @param withoutEntry how many were executed and wrote nothing
   * @param rejected how many were rejected
   * @param expired how many were given up
   */
  public record PendingPopulation(
      long waiting, long confirmed, long withoutEntry, long rejected, long expired) {}

  /** How many contexts have diverged. From any thread. */
  public int divergedContexts() {
    return core.map(ContextCore::divergedContexts).orElse(0);
  }

  /**
   * How many contexts there are.
   *
   * @param streams how many contexts have entries that can be served; the node's journal is counted
   *     as one
   * @param damaged how many contexts stopped because their log is damaged
   */
  public record Population(int streams, int damaged) {}

  @Override
  public Future<?> start() {
    final Bus bus = Bus.of(vertx);
    final Executor loop = task -> context.runOnContext(_ -> task.run());
    // Whoever serves must do it on the verticle's own context: that is where the loop is.
    return vertx
        .executeBlocking(() -> open(bus, loop))
        .map(
            opened -> {
              serve(bus, opened);
              opened.start();
              return opened;
            })
        .onFailure(_ -> log.ifPresent(TransactionLog::close));
  }

  private ContextCore open(final Bus bus, final Executor loop) {
    final TransactionLog opened = TransactionLog.open(stores.log(), stores.logOptions());
    log = Optional.of(opened);
    final ContextCore made =
        new ContextCore(
            new ContextCore.Stores(
                opened,
                stores.openBlobs(),
                stores.openKeys(),
                stores.openEpochKeys(),
                stores.configurations(),
                stores.openPending(),
                PartialBlobs.open(stores.configurations().resolveSibling("fetching"))),
            new ContextCore.Surroundings(
                loop, blocking, clock, random, this::later, Traces.of(vertx)),
            new BusExecution(bus),
            new BusOthers(bus),
            new BusNotices(bus),
            options);
    core = Optional.of(made);
    pendingStatistics = Optional.of(made.pendingStatistics());
    return made;
  }

  private void later(final Duration delay, final Runnable task) {
    // Of the verticle: what is done later belongs to no request.
    final long _ =
        ((ContextInternal) context).setTimer(Math.max(1, delay.toMillis()), _ -> task.run());
  }

  private void serve(final Bus bus, final ContextCore c) {
    answer(bus, Topics.APPLICATION_INSTALL, c::install);
    bus.serve(
        Topics.APPLICATION_LIST,
        _ -> Future.succeededFuture(new ApplicationMessages.All(c.applications())));
    bus.serve(
        Topics.APPLICATION_GET,
        q -> Future.succeededFuture(new ApplicationMessages.Found(c.application(q.id()))));
    answer(
        bus,
        Topics.APPLICATION_REMOVE,
        q -> c.removeApplication(q.id()).thenApply(_ -> new ApplicationMessages.Done()));
    answer(
        bus,
        Topics.MODULE_READ,
        q -> c.module(q.blob()).thenApply(ApplicationMessages.Module::new));
    answer(bus, Topics.APPLICATION_ABI, c::abi);
    serveBlobs(bus, c);
    answer(bus, Topics.CONTEXT_CREATE, c::create);
    bus.serve(
        Topics.CONTEXT_LIST, _ -> Future.succeededFuture(new ContextMessages.All(c.contexts())));
    answer(bus, Topics.CONTEXT_GET, q -> c.context(q.context()));
    answer(bus, Topics.CONTEXT_LIMITS, q -> c.limits(q.context()));
    answer(
        bus,
        Topics.CONTEXT_REMOVE,
        q -> c.remove(q.context()).thenApply(ContextMessages.Removed::new));
    answer(
        bus,
        Topics.IDENTITY_CREATE,
        _ -> c.createIdentity().thenApply(ContextMessages.IdentityCreated::new));
    answer(bus, Topics.LOG_READ, c::read);
    answer(bus, Topics.CHECKPOINT_TAKE, c::checkpoint);
    answer(bus, Topics.MODULE_OUTLINE, c::outline);
    answer(bus, Topics.MODULE_PART, q -> c.part(q).thenApply(ApplicationMessages.Module::new));
    answer(bus, Topics.MODULE_GATHER, c::gather);
    answer(bus, Topics.MODULE_CHUNK, c::addChunk);
    answer(bus, Topics.MODULE_GATHERED, c::gathered);
    answer(bus, Topics.BASE_GET, c::base);
    answer(bus, Topics.BASE_INSTALL, c::install);
    answer(bus, Topics.LOG_BEGINNING, c::beginning);
    answer(bus, Topics.CONTEXT_INVITE, c::invite);
    answer(bus, Topics.CONTEXT_JOIN, c::join);
    answer(bus, Topics.ENTRIES_APPLY, c::apply);
    answer(bus, Topics.MEMBERSHIP_PROVE, c::prove);
    answer(bus, Topics.TRANSACTION_ORDER, c::order);
    answer(bus, Topics.CHANGE_ORDER, c::orderChange);
    answer(
        bus,
        Topics.APPLICATION_RECEIVE,
        q -> c.receive(q).thenApply(_ -> new ApplicationMessages.Done()));
    answer(bus, Topics.ENVELOPE_SEAL, c::seal);
    answer(bus, Topics.ENVELOPE_OPEN, c::open);
    answer(bus, Topics.KEYS_GIVE, c::giveKeys);
    answer(bus, Topics.KEYS_TAKE, c::takeKeys);
    answer(bus, Topics.SUBMIT, c::submit);
    answer(bus, Topics.TRANSACTION_GET, c::transaction);
    bus.subscribe(Topics.PEER_JOINED, _ -> c.peerJoined());
    serveGovernance(bus, c);
  }

  private static void serveBlobs(final Bus bus, final ContextCore c) {
    answer(bus, Topics.BLOB_READ, c::readBlob);
    answer(bus, Topics.BLOB_WRITE, c::writeBlob);
    answer(bus, Topics.BLOB_KEEP, c::keepBlob);
    answer(bus, Topics.BLOB_FIND, c::findBlob);
    answer(bus, Topics.BLOB_LIST, _ -> c.listBlobs());
    answer(bus, Topics.BLOB_REMOVE, c::removeBlob);
    answer(bus, Topics.BLOB_GATHER, c::gatherBlob);
    answer(bus, Topics.BLOB_GATHERED, c::gatheredBlob);
  }

  private static void serveGovernance(final Bus bus, final ContextCore c) {
    answer(bus, Topics.CONTEXT_MEMBERS, c::members);
    answer(bus, Topics.CONTEXT_ALTER, c::alter);
    answer(bus, Topics.CONTEXT_LEAVE, c::leave);
    answer(bus, Topics.CONTEXT_OPEN, c::open);
    answer(bus, Topics.CONTEXT_REPAIR, c::repair);
  }

  private static <Q, R> void answer(
      final Bus bus,
      final CommandTopic<Q, R> topic,
      final Function<Q, CompletionStage<R>> handler) {
    bus.serve(topic, request -> Future.fromCompletionStage(handler.apply(request)));
  }

  /** Everything accepted is answered first, as the log closes behind what waits in it. */
  @Override
  public Future<?> stop() {
    core.ifPresent(ContextCore::stop);
    return vertx
        .executeBlocking(
            () -> {
              log.ifPresent(TransactionLog::close);
              return true;
            })
        .compose(
            _ ->
                vertx.executeBlocking(
                    () -> {
                      core.ifPresent(ContextCore::close);
                      blocking.shutdownNow();
                      return true;
                    }));
  }
}
