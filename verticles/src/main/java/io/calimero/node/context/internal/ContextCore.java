// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal;

import io.calimero.node.context.ContextOptions;
import io.calimero.node.events.Application;
import io.calimero.node.events.ApplicationId;
import io.calimero.node.events.BlobId;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Entry;
import io.calimero.node.events.Limits;
import io.calimero.node.events.Problem;
import io.calimero.node.events.PublicKey;
import io.calimero.node.events.Transaction;
import io.calimero.node.events.crypto.KeyPair;
import io.calimero.node.events.messages.ApplicationMessages.Abi;
import io.calimero.node.events.messages.ApplicationMessages.GetAbi;
import io.calimero.node.events.messages.ApplicationMessages.Install;
import io.calimero.node.events.messages.ApplicationMessages.Receive;
import io.calimero.node.events.messages.BlobMessages.Part;
import io.calimero.node.events.messages.BlobMessages.PartWritten;
import io.calimero.node.events.messages.BlobMessages.ReadPart;
import io.calimero.node.events.messages.BlobMessages.WritePart;
import io.calimero.node.events.messages.ContextMessages.Applied;
import io.calimero.node.events.messages.ContextMessages.Apply;
import io.calimero.node.events.messages.ContextMessages.Create;
import io.calimero.node.events.messages.ContextMessages.Created;
import io.calimero.node.events.messages.ContextMessages.Invite;
import io.calimero.node.events.messages.ContextMessages.Invited;
import io.calimero.node.events.messages.ContextMessages.Join;
import io.calimero.node.events.messages.ContextMessages.Joined;
import io.calimero.node.events.messages.ContextMessages.LogPart;
import io.calimero.node.events.messages.ContextMessages.Order;
import io.calimero.node.events.messages.ContextMessages.OrderChange;
import io.calimero.node.events.messages.ContextMessages.Prove;
import io.calimero.node.events.messages.ContextMessages.Proven;
import io.calimero.node.events.messages.ContextMessages.ReadLog;
import io.calimero.node.events.messages.ContextMessages.Summary;
import io.calimero.node.events.messages.ExecutionMessages.Answer;
import io.calimero.node.events.messages.ExecutionMessages.Submit;
import io.calimero.node.events.messages.SnapshotMessages.Base;
import io.calimero.node.events.messages.SnapshotMessages.Beginning;
import io.calimero.node.events.messages.SnapshotMessages.CheckpointMade;
import io.calimero.node.events.messages.SnapshotMessages.GetBase;
import io.calimero.node.events.messages.SnapshotMessages.GetBeginning;
import io.calimero.node.events.messages.SnapshotMessages.InstallBase;
import io.calimero.node.events.messages.SnapshotMessages.TakeCheckpoint;
import io.calimero.node.storage.blobs.BlobStore;
import io.calimero.node.storage.keys.KeyStore;
import io.calimero.node.storage.log.TransactionLog;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;

/**
 * The core of the context verticle: everything it answers, as methods. They are called on the loop,
 * and their futures complete on it with a result or a {@link
 * io.calimero.node.events.NodeException}.
 */
public final class ContextCore {
  private static final int READ_ENTRIES = 10_000;
  private static final int READ_BYTES = 16 << 20;

  private final Async async;
  private final KeyRing keys;
  private final Applications applications;
  private final Contexts contexts;
  private final Writing writing;
  private final Creation creation;
  private final LogReader reader;
  private final BlobTransfers transfers;
  private final Descriptions descriptions;
  private final FollowUps followUps;
  private final Members members;
  private final Ordering ordering;
  private final Follower follower;
  private final Checkpoints checkpoints;

  /**
   * What the core works with.
   *
   * @param log the transaction log, open
   * @param blobs the blobs
   * @param keys the keys
   * @param configurations the directory of the kept configurations
   */
  public record Stores(TransactionLog log, BlobStore blobs, KeyStore keys, Path configurations) {}

  /**
   * Where the core's work is done.
   *
   * @param loop one thing at a time, in order
   * @param blocking whatever blocks
   * @param clock nanoseconds since 1970
   * @param random the source of keys and unique ids
   */
  public record Surroundings(
      Executor loop, Executor blocking, LongSupplier clock, SecureRandom random) {}

  /** A core over open stores; reads the log's journal and configurations, which blocks. */
  public ContextCore(
      final Stores stores,
      final Surroundings surroundings,
      final Execution execution,
      final Others others,
      final Notices notices,
      final ContextOptions options) {
    async = new Async(surroundings.loop(), surroundings.blocking());
    keys = new KeyRing(stores.keys(), surroundings.random(), async);
    descriptions = new Descriptions(execution, async);
    final Contexts.UniqueIds uniqueIds = () -> uniqueId(surroundings.random());
    applications =
        new Applications(
            new Journal(stores.log(), async), stores.blobs(), execution, options, async);
    contexts =
        new Contexts(
            stores.log(),
            keys,
            notices,
            new ConfigurationStore(stores.configurations()),
            async,
            this::performed);
    writing =
        new Writing(
            contexts,
            keys,
            execution,
            others,
            stores.log(),
            surroundings.clock(),
            uniqueIds,
            options,
            async,
            descriptions);
    creation =
        new Creation(
            contexts,
            applications,
            keys,
            execution,
            notices,
            stores.log(),
            surroundings.clock(),
            uniqueIds,
            Limits.DEFAULT.withGas(options.gas()),
            async);
    reader = new LogReader(stores.log());
    transfers = new BlobTransfers(stores.blobs(), async);
    followUps = new FollowUps(contexts, writing, keys, descriptions, notices, creation::create);
    ordering = new Ordering(contexts, writing, keys, new LogReader(stores.log()), async);
    members = new Members(contexts, writing, keys, others, uniqueIds, async);
    follower = new Follower(contexts, keys, execution, notices, stores.log(), async);
    checkpoints =
        new Checkpoints(
            contexts,
            writing,
            keys,
            execution,
            uniqueIds,
            new LogReader(stores.log()),
            async,
            options.checkpointEntries());
  }

  private void performed(final Contexts.Performed performed) {
    checkpoints.consider(performed);
    followUps.begin(performed.configuration(), performed.entries());
  }

  /** Installs an application. */
  public CompletableFuture<Application> install(final Install request) {
    return applications.install(request);
  }

  /** All applications, in the order of their identifiers. */
  public List<Application> applications() {
    return applications.all();
  }

  /** One application. */
  public Optional<Application> application(final ApplicationId id) {
    return applications.find(id);
  }

  /** Removes an application that no context uses. */
  public CompletableFuture<?> removeApplication(final ApplicationId id) {
    return applications.remove(id, contexts::uses);
  }

  /** The bytes of a module. */
  public CompletableFuture<Bytes> module(final BlobId blob) {
    return applications.module(blob);
  }

  /** What the module of an application says of itself. */
  public CompletableFuture<Abi> abi(final GetAbi request) {
    return applications
        .find(request.id(), request.service())
        .map(
            application ->
                descriptions
                    .of(application.blob())
                    .thenApply(description -> new Abi(description.abi())))
        .orElseGet(() -> Async.failed(Applications.notInstalled(request.id())));
  }

  /** Reads a part of a blob. */
  public CompletableFuture<Part> readBlob(final ReadPart request) {
    return transfers.read(request);
  }

  /** Adds to a blob. */
  public CompletableFuture<PartWritten> writeBlob(final WritePart request) {
    return transfers.write(request);
  }

  /** Creates a context. */
  public CompletableFuture<Created> create(final Create request) {
    return creation.create(request);
  }

  /** All contexts, in the order of their identifiers. */
  public List<Summary> contexts() {
    return contexts.all();
  }

  /** One context. */
  public CompletableFuture<Summary> context(final ContextId id) {
    return contexts.get(id);
  }

  /** Removes a context from this node. */
  public CompletableFuture<Boolean> remove(final ContextId id) {
    return contexts.remove(id);
  }

  /** Makes an identity; its key is on disk when the future completes. */
  public CompletableFuture<PublicKey> createIdentity() {
    return keys.add(keys.generate()).thenApply(KeyPair::publicKey);
  }

  /** Orders, executes and logs a call. */
  public CompletableFuture<Answer> submit(final Submit call) {
    return writing.submit(call);
  }

  /** Installs what came from a peer. */
  public CompletableFuture<Application> receive(final Receive request) {
    return applications.receive(request);
  }

  /** Orders, executes and logs what a member has signed elsewhere. */
  public CompletableFuture<Answer> order(final Order request) {
    return ordering.order(request.transaction());
  }

  /** Orders and logs a change that a member has signed elsewhere. */
  public CompletableFuture<Applied> orderChange(final OrderChange request) {
    return members.order(request);
  }

  /** Takes entries of a coordinator elsewhere. */
  public CompletableFuture<Applied> apply(final Apply request) {
    return follower.apply(request);
  }

  /** Vouches for the state of a context as it is. */
  public CompletableFuture<CheckpointMade> checkpoint(final TakeCheckpoint request) {
    return checkpoints.take(request.context());
  }

  /** Proves a checkpoint. */
  public CompletableFuture<Base> base(final GetBase request) {
    return checkpoints.base(request);
  }

  /** Lets a log begin with a checkpoint. */
  public CompletableFuture<Applied> install(final InstallBase request) {
    return follower.install(request.base());
  }

  /** Where a log begins. */
  public CompletableFuture<Beginning> beginning(final GetBeginning request) {
    return contexts
        .require(request.context())
        .thenCompose(_ -> async.blocking(() -> new Beginning(reader.beginning(request.context()))));
  }

  /** Makes a member and tells how to join. */
  public CompletableFuture<Invited> invite(final Invite request) {
    return members.invite(request);
  }

  /** Joins a context. */
  public CompletableFuture<Joined> join(final Join request) {
    return members.join(request);
  }

  /** Proves membership. */
  public CompletableFuture<Proven> prove(final Prove request) {
    return members.prove(request);
  }

  /** Reads a part of a log, within bounds of its own. */
  public CompletableFuture<LogPart> read(final ReadLog request) {
    return contexts
        .require(request.context())
        .thenCompose(
            context ->
                async
                    .blocking(() -> readPart(request))
                    .thenApply(entries -> new LogPart(entries, context.head()))
                    .exceptionallyCompose(failure -> readDamaged(request, failure)));
  }

  /** Damage that a read comes upon ends the log there; what is before it can still be read. */
  private CompletableFuture<LogPart> readDamaged(final ReadLog request, final Throwable failure) {
    final Problem problem = Async.problem(failure);
    return problem.code() == Problem.Code.CONTEXT_DAMAGED
        ? contexts
            .foundDamage(request.context(), problem.message())
            .thenCompose(
                head ->
                    request.from() > head.position()
                        ? CompletableFuture.completedFuture(new LogPart(List.of(), head))
                        : Async.failed(problem))
        : Async.failed(problem);
  }

  private List<Entry.Logged> readPart(final ReadLog request) {
    return reader.read(
        request.context(),
        Math.max(1, request.from()),
        Math.clamp(request.maxEntries(), 1, READ_ENTRIES),
        Math.clamp(request.maxBytes(), 1, READ_BYTES));
  }

  /** Keeps what makes the next start quick; blocks. */
  public void close() {
    contexts.close();
  }

  private static Bytes uniqueId(final SecureRandom random) {
    final byte[] id = new byte[Transaction.UNIQUE_ID_LENGTH];
    random.nextBytes(id);
    return Bytes.wrap(id);
  }
}
