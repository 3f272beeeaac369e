// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal;

import io.calimero.node.context.ContextConfig;
import io.calimero.node.context.ContextOptions;
import io.calimero.node.context.EnvelopeStatistics;
import io.calimero.node.context.internal.pending.PendingPool;
import io.calimero.node.context.internal.pending.PendingStatistics;
import io.calimero.node.events.Application;
import io.calimero.node.events.ApplicationId;
import io.calimero.node.events.BlobId;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Limits;
import io.calimero.node.events.PublicKey;
import io.calimero.node.events.Transaction;
import io.calimero.node.events.bus.Traces;
import io.calimero.node.events.crypto.KeyPair;
import io.calimero.node.events.crypto.Signatures;
import io.calimero.node.events.messages.ApplicationMessages.Abi;
import io.calimero.node.events.messages.ApplicationMessages.GetAbi;
import io.calimero.node.events.messages.ApplicationMessages.Install;
import io.calimero.node.events.messages.ApplicationMessages.Receive;
import io.calimero.node.events.messages.BlobMessages;
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
import io.calimero.node.events.messages.KeyMessages.GiveKeys;
import io.calimero.node.events.messages.KeyMessages.GivenKeys;
import io.calimero.node.events.messages.KeyMessages.KeysTaken;
import io.calimero.node.events.messages.KeyMessages.Open;
import io.calimero.node.events.messages.KeyMessages.Opened;
import io.calimero.node.events.messages.KeyMessages.Seal;
import io.calimero.node.events.messages.KeyMessages.Sealed;
import io.calimero.node.events.messages.KeyMessages.TakeKeys;
import io.calimero.node.events.messages.MembershipMessages;
import io.calimero.node.events.messages.MembershipMessages.Alter;
import io.calimero.node.events.messages.MembershipMessages.Altered;
import io.calimero.node.events.messages.MembershipMessages.GetMembers;
import io.calimero.node.events.messages.MembershipMessages.InviteOpenly;
import io.calimero.node.events.messages.MembershipMessages.Leave;
import io.calimero.node.events.messages.MembershipMessages.Left;
import io.calimero.node.events.messages.MembershipMessages.Repair;
import io.calimero.node.events.messages.MembershipMessages.Repaired;
import io.calimero.node.events.messages.ModuleMessages;
import io.calimero.node.events.messages.SnapshotMessages.Base;
import io.calimero.node.events.messages.SnapshotMessages.Beginning;
import io.calimero.node.events.messages.SnapshotMessages.CheckpointMade;
import io.calimero.node.events.messages.SnapshotMessages.GetBase;
import io.calimero.node.events.messages.SnapshotMessages.GetBeginning;
import io.calimero.node.events.messages.SnapshotMessages.InstallBase;
import io.calimero.node.events.messages.SnapshotMessages.TakeCheckpoint;
import io.calimero.node.events.messages.TransactionMessages.Fate;
import io.calimero.node.events.messages.TransactionMessages.GetTransaction;
import io.calimero.node.storage.blobs.BlobStore;
import io.calimero.node.storage.blobs.PartialBlobs;
import io.calimero.node.storage.keys.EpochKeyStore;
import io.calimero.node.storage.keys.KeyStore;
import io.calimero.node.storage.log.TransactionLog;
import io.calimero.node.storage.records.RecordFile;
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
  private final KeyRing keys;
  private final Applications applications;
  private final Contexts contexts;
  private final Attestor attestor;
  private final Writing writing;
  private final Creation creation;
  private final LogAnswers logs;
  private final BlobTransfers transfers;
  private final BlobSweep sweep;
  private final Descriptions descriptions;
  private final FollowUps followUps;
  private final Members members;
  private final Governance governance;
  private final Divergence divergence;
  private final Ordering ordering;
  private final OwnSignatures signatures;
  private final Follower follower;
  private final EpochKeys epochKeys;
  private final Envelopes envelopes;
  private final PendingPool pending;
  private final Fates fates;
  private final ContextBlobs modules;
  private final SharedBlobs blobs;
  private final ModuleGathering gathering;
  private final Checkpoints checkpoints;

  /**
   * What the core works with.
   *
   * @param log the transaction log, open
   * @param blobs the blobs
   * @param keys the keys
   * @param epochKeys the keys of epochs
   * @param configurations the directory of the kept configurations
   * @param pending the transactions that wait for other nodes, open
   * @param fetching the modules of which a part is here
   */
  public record Stores(
      TransactionLog log,
      BlobStore blobs,
      KeyStore keys,
      EpochKeyStore epochKeys,
      Path configurations,
      RecordFile pending,
      PartialBlobs fetching) {
    /** Stores with what is not named here beside the configurations; opens it. */
    public Stores(
        final TransactionLog log,
        final BlobStore blobs,
        final KeyStore keys,
        final EpochKeyStore epochKeys,
        final Path configurations) {
      this(
          log,
          blobs,
          keys,
          epochKeys,
          configurations,
          RecordFile.open(configurations.resolveSibling("pending").resolve("pool")),
          PartialBlobs.open(configurations.resolveSibling("fetching")));
    }
  }

  /**
   * Where the core's work is done.
   *
   * @param loop one thing at a time, in order
   * @param blocking whatever blocks
   * @param clock nanoseconds since 1970
   * @param random the source of keys and unique ids
   * @param timers what is done later
   * @param traces those of what is done on the loop
   * @param signatures what verifies the signatures in logs
   */
  public record Surroundings(
      Executor loop,
      Executor blocking,
      LongSupplier clock,
      SecureRandom random,
      Timers timers,
      Traces traces,
      Signatures signatures) {
    /** Surroundings in which each signature is verified. */
    public Surroundings(
        final Executor loop,
        final Executor blocking,
        final LongSupplier clock,
        final SecureRandom random,
        final Timers timers,
        final Traces traces) {
      this(loop, blocking, clock, random, timers, traces, Signatures.ED25519);
    }

    /** Surroundings in which time passes by itself. */
    public Surroundings(
        final Executor loop,
        final Executor blocking,
        final LongSupplier clock,
        final SecureRandom random) {
      this(loop, blocking, clock, random, Timers.real(loop));
    }

    /** Surroundings in which nothing is traced. */
    public Surroundings(
        final Executor loop,
        final Executor blocking,
        final LongSupplier clock,
        final SecureRandom random,
        final Timers timers) {
      this(loop, blocking, clock, random, timers, Traces.NONE);
    }
  }

  /** A core over open stores; reads the log's journal and configurations, which blocks. */
  public ContextCore(
      final Stores stores,
      final Surroundings surroundings,
      final Execution execution,
      final Others others,
      final Notices notices,
      final ContextOptions options) {
    final Async async =
        new Async(surroundings.loop(), surroundings.blocking(), surroundings.traces());
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
            new EvidenceStore(stores.configurations().resolveSibling("evidence")),
            async,
            this::performed);
    signatures = new OwnSignatures(surroundings.signatures());
    attestor = new Attestor(execution, async, surroundings.clock(), uniqueIds);
    writing =
        new Writing(
            contexts,
            keys,
            execution,
            this::elsewhere,
            stores.log(),
            surroundings.clock(),
            uniqueIds,
            options,
            async,
            descriptions,
            attestor);
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
            options,
            async);
    final LogReader reader = new LogReader(stores.log());
    logs = new LogAnswers(contexts, reader, async);
    sweep =
        new BlobSweep(
            stores.blobs(),
            contexts,
            keys,
            reader,
            async,
            surroundings.clock(),
            surroundings.timers(),
            options.pending().expiry());
    transfers = new BlobTransfers(stores.blobs(), sweep, async);
    blobs =
        new SharedBlobs(stores.blobs(), stores.fetching(), contexts, applications, sweep, async);
    modules = new ContextBlobs(contexts, applications, transfers, blobs);
    gathering =
        new ModuleGathering(stores.fetching(), applications, options, surroundings.clock(), async);
    checkpoints =
        new Checkpoints(
            contexts,
            writing,
            keys,
            execution,
            uniqueIds,
            reader,
            async,
            options.checkpointEntries());
    ordering = new Ordering(contexts, writing, keys, reader, async);
    followUps =
        new FollowUps(contexts, writing, keys, descriptions, notices, creation::create, ordering);
    final ContextConfig config =
        new LogContextConfig(contexts, writing, keys, others, uniqueIds, async);
    members =
        new Members(
            contexts,
            writing,
            keys,
            others,
            config,
            uniqueIds,
            surroundings.clock(),
            async,
            surroundings.timers());
    governance =
        new Governance(contexts, applications, config, keys, others, surroundings.clock(), async);
    divergence = new Divergence(contexts, execution, others, reader, surroundings.clock(), async);
    follower =
        new Follower(
            contexts,
            keys,
            execution,
            notices,
            stores.log(),
            applications,
            divergence,
            signatures,
            async);
    final Rings rings = new Rings(stores.epochKeys(), async);
    epochKeys = new EpochKeys(contexts, keys, rings, surroundings.random(), async);
    envelopes =
        new Envelopes(contexts, rings, epochKeys, surroundings.random(), surroundings.clock());
    pending =
        new PendingPool(
            stores.pending(),
            new Elsewhere(
                contexts,
                ordering,
                others,
                notices,
                attestor,
                reader,
                async,
                surroundings.clock(),
                surroundings.timers()),
            options.pending(),
            surroundings.random());
    fates = new Fates(pending, ordering, attestor, options.pending().expiry());
  }

  /** Begins with what waits since before the start of the node. */
  public void start() {
    pending.start();
    members.resume();
    followUps.resume();
    sweep.start();
  }

  private CompletableFuture<Answer> elsewhere(final Transaction.Signed transaction) {
    signatures.made(transaction);
    return pending.take(transaction);
  }

  private void performed(final Contexts.Performed performed) {
    attestor.committed(performed.configuration().context(), performed.entries());
    envelopes.committed(performed.configuration().context(), performed.entries());
    pending.committed(performed.configuration().context(), performed.entries());
    checkpoints.consider(performed);
    followUps.begin(performed.configuration(), performed.entries());
    sweep.committed(performed.configuration().context(), performed.entries());
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

  /** Ends an upload of a client. */
  public CompletableFuture<BlobMessages.Stored> keepBlob(final BlobMessages.Keep request) {
    return request
        .context()
        .map(contexts::require)
        .map(required -> required.thenCompose(_ -> transfers.keep(request)))
        .orElseGet(() -> transfers.keep(request));
  }

  /** What is known of a blob. */
  public CompletableFuture<BlobMessages.Found> findBlob(final BlobMessages.Find request) {
    return blobs.find(request);
  }

  /** All blobs. */
  public CompletableFuture<BlobMessages.All> listBlobs() {
    return blobs.list();
  }

  /** Deletes a blob. */
  public CompletableFuture<BlobMessages.Removed> removeBlob(final BlobMessages.Remove request) {
    return blobs.remove(request);
  }

  /** Begins to gather a blob of a context. */
  public CompletableFuture<BlobMessages.Gathering> gatherBlob(final BlobMessages.Gather request) {
    return blobs.begin(request);
  }

  /** Stores it. */
  public CompletableFuture<BlobMessages.Fetched> gatheredBlob(
      final BlobMessages.EndGathering request) {
    return blobs.end(request);
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

  /** What a call of a context may use. */
  public CompletableFuture<Limits> limits(final ContextId id) {
    return contexts.limits(id);
  }

  /** Removes a context from this node. */
  public CompletableFuture<Boolean> remove(final ContextId id) {
    return contexts
        .remove(id)
        .thenApply(
            removed -> {
              attestor.gone(id);
              return removed;
            })
        .thenCompose(removed -> envelopes.gone(id).thenApply(_ -> removed));
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
    return ordering.order(request);
  }

  /** What became of a transaction, or of the one that took its place. */
  public CompletableFuture<Fate> transaction(final GetTransaction request) {
    return fates.of(request);
  }

  /** A peer has connected. */
  public void peerJoined() {
    pending.wake();
  }

  /** What the pool of pending transactions counts. */
  public PendingStatistics pendingStatistics() {
    return pending.statistics();
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
    return logs.beginning(request);
  }

  /** Makes a member and tells how to join. */
  public CompletableFuture<Invited> invite(final Invite request) {
    return members.invite(request);
  }

  /** Joins a context. */
  public CompletableFuture<Joined> join(final Join request) {
    return members.join(request);
  }

  /** Makes an open invitation. */
  public CompletableFuture<Invited> open(final InviteOpenly request) {
    return members.open(request);
  }

  /** The members of a context. */
  public CompletableFuture<MembershipMessages.Members> members(final GetMembers request) {
    return governance.members(request);
  }

  /** Changes a context by an entry of its log. */
  public CompletableFuture<Altered> alter(final Alter request) {
    return governance.alter(request);
  }

  /** Leaves a context. */
  public CompletableFuture<Left> leave(final Leave request) {
    return governance.leave(request);
  }

  /** Repairs a context that has diverged, if it can be. */
  public CompletableFuture<Repaired> repair(final Repair request) {
    return divergence.repair(request);
  }

  /** Of which chunks a module consists that a context runs or ran. */
  public CompletableFuture<ModuleMessages.Outline> outline(
      final ModuleMessages.GetOutline request) {
    return modules.outline(request);
  }

  /** A part of such a module. */
  public CompletableFuture<Bytes> part(final ModuleMessages.ReadPart request) {
    return modules.part(request);
  }

  /** Begins to gather a module. */
  public CompletableFuture<ModuleMessages.Gathering> gather(final ModuleMessages.Gather request) {
    return gathering.begin(request);
  }

  /** Keeps a chunk of it. */
  public CompletableFuture<ModuleMessages.Done> addChunk(final ModuleMessages.AddChunk request) {
    return gathering.add(request);
  }

  /** Installs it. */
  public CompletableFuture<ModuleMessages.Done> gathered(
      final ModuleMessages.EndGathering request) {
    return gathering.end(request);
  }

  /** How many contexts have diverged. From any thread. */
  public int divergedContexts() {
    return contexts.divergedContexts();
  }

  /** Proves membership. */
  public CompletableFuture<Proven> prove(final Prove request) {
    return members.prove(request);
  }

  /** Encrypts for members. */
  public CompletableFuture<Sealed> seal(final Seal request) {
    return envelopes.seal(request);
  }

  /** Decrypts what a member has said. */
  public CompletableFuture<Opened> open(final Open request) {
    return envelopes.open(request);
  }

  /** Hands the keys of the present epoch to a member. */
  public CompletableFuture<GivenKeys> giveKeys(final GiveKeys request) {
    return epochKeys.give(request);
  }

  /** Keeps keys that a member has handed to this node. */
  public CompletableFuture<KeysTaken> takeKeys(final TakeKeys request) {
    return epochKeys.take(request);
  }

  /** What became of the envelopes that came. From any thread. */
  public EnvelopeStatistics envelopes() {
    return envelopes.statistics();
  }

  /** Reads a part of a log, within bounds of its own. */
  public CompletableFuture<LogPart> read(final ReadLog request) {
    return logs.read(request);
  }

  /** Callers that wait for other nodes are told so, and nothing is handed to others any more. */
  public void stop() {
    followUps.stop();
    sweep.stop();
    members.stop();
    pending.stop();
  }

  /** Keeps what makes the next start quick; blocks. */
  public void close() {
    contexts.close();
    pending.close();
  }

  private static Bytes uniqueId(final SecureRandom random) {
    final byte[] id = new byte[Transaction.UNIQUE_ID_LENGTH];
    random.nextBytes(id);
    return Bytes.wrap(id);
  }
}
