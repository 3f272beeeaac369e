// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal;

import io.calimero.node.context.ContextOptions;
import io.calimero.node.events.Action.CallContext;
import io.calimero.node.events.ApplicationId;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.Configuration;
import io.calimero.node.events.ConfigurationEvent;
import io.calimero.node.events.ConfigurationRules;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Entry;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Head;
import io.calimero.node.events.Origin;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.PublicKey;
import io.calimero.node.events.Transaction;
import io.calimero.node.events.crypto.KeyPair;
import io.calimero.node.events.messages.ContextMessages.Gone;
import io.calimero.node.events.messages.ContextMessages.Summary;
import io.calimero.node.events.messages.ExecutionMessages.Answer;
import io.calimero.node.events.messages.ExecutionMessages.Query;
import io.calimero.node.events.messages.ExecutionMessages.Submit;
import io.calimero.node.events.messages.ExecutionMessages.WouldWrite;
import io.calimero.node.storage.log.Damage;
import io.calimero.node.storage.log.StreamId;
import io.calimero.node.storage.log.TransactionLog;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;

/** The contexts of this node, and the way of a transaction into their logs. On the loop. */
final class Contexts {
  /** After so many entries the configuration is kept anew, so that a start reads no more. */
  private static final long KEEP_EVERY = 10_000;

  private final TransactionLog log;
  private final KeyRing keys;
  private final Execution execution;
  private final Function<Transaction.Signed, CompletableFuture<Answer>> elsewhere;
  private final Notices notices;
  private final ConfigurationStore configurations;
  private final LongSupplier clock;
  private final UniqueIds uniqueIds;
  private final ContextOptions options;
  private final Async async;
  private final Descriptions descriptions;
  private final Consumer<Performed> onPerformed;
  private final SortedMap<ContextId, Hosted> hosted = new TreeMap<>();
  private final Map<ContextId, Optional<ApplicationId>> reserved = new HashMap<>();
  private final Set<ContextId> joining = new HashSet<>();

  Contexts(
      final TransactionLog log,
      final KeyRing keys,
      final Execution execution,
      final Function<Transaction.Signed, CompletableFuture<Answer>> elsewhere,
      final Notices notices,
      final ConfigurationStore configurations,
      final LongSupplier clock,
      final UniqueIds uniqueIds,
      final ContextOptions options,
      final Async async,
      final Descriptions descriptions,
      final Consumer<Performed> onPerformed) {
    this.descriptions = descriptions;
    this.onPerformed = onPerformed;
    this.log = log;
    this.keys = keys;
    this.execution = execution;
    this.elsewhere = elsewhere;
    this.notices = notices;
    this.configurations = configurations;
    this.clock = clock;
    this.uniqueIds = uniqueIds;
    this.options = options;
    this.async = async;
    hosted.putAll(new ContextLoader(log, configurations).load());
  }

  List<Summary> all() {
    return hosted.values().stream().map(this::summary).toList();
  }

  CompletableFuture<Summary> get(final ContextId context) {
    return require(context).thenApply(this::summary);
  }

  /** Whether a context of the application is here or being made. */
  boolean uses(final ApplicationId application) {
    return reserved.containsValue(Optional.of(application))
        || hosted.values().stream()
            .anyMatch(context -> context.configuration().application().id().equals(application));
  }

  /** Keeps others from taking the identifier, and from removing the application, for a while. */
  boolean reserve(final ContextId context, final ApplicationId application) {
    return !hosted.containsKey(context)
        && reserved.putIfAbsent(context, Optional.of(application)) == null;
  }

  void release(final ContextId context) {
    reserved.remove(context);
  }

  /** Lets entries of a context that is not here be taken, for a while. */
  boolean beginJoining(final ContextId context) {
    return !hosted.containsKey(context)
        && reserved.putIfAbsent(context, Optional.empty()) == null
        && joining.add(context);
  }

  void endJoining(final ContextId context) {
    if (joining.remove(context)) {
      reserved.remove(context);
    }
  }

  boolean isJoining(final ContextId context) {
    return joining.contains(context);
  }

  /** The context, if it is here. */
  Optional<Hosted> find(final ContextId context) {
    return Optional.ofNullable(hosted.get(context));
  }

  /** A context whose first entries are on disk. */
  void begin(final ContextId context, final Hosted first, final List<Entry.Logged> entries) {
    hosted.put(context, first);
    joining.remove(context);
    reserved.remove(context);
    committed(first, entries);
    keep(first);
  }

  /** The context, if its log was ever here and can be read. */
  CompletableFuture<Hosted> require(final ContextId context) {
    final Hosted found = hosted.get(context);
    if (found != null) {
      return CompletableFuture.completedFuture(found);
    }
    final Optional<String> damage =
        Optional.ofNullable(log.damage().get(StreamId.of(context))).map(Object::toString);
    return Async.failed(
        damage
            .map(what -> Problem.of(Code.CONTEXT_DAMAGED, what, context.hash()))
            .orElseGet(
                () -> Problem.of(Code.CONTEXT_NOT_FOUND, "Context not found", context.hash())));
  }

  /**
   * Orders, executes and logs a genuine transaction that is not in the log.
   *
   * @param after a transaction that is being ordered: if it fails for the time being, this does too
   */
  CompletableFuture<Answer> orderOnce(
      final ContextId id,
      final Hosted context,
      final Transaction.Signed transaction,
      final Optional<Hash> after) {
    final PublicKey executor = transaction.transaction().executor();
    if (!context.configuration().isMember(executor)) {
      return Async.failed(unauthorized(executor));
    }
    return context
        .damage()
        .map(what -> Async.<Answer>failed(damaged(id, what)))
        .orElseGet(
            () ->
                sequencer(id, context)
                    .thenCompose(sequencer -> sequencer.submit(transaction, after)));
  }

  /** Orders a change; this node must be the coordinator's. */
  CompletableFuture<Head> change(
      final ContextId id, final Hosted context, final ConfigurationEvent.Signed change) {
    return context
        .damage()
        .map(what -> Async.<Head>failed(damaged(id, what)))
        .orElseGet(() -> sequencer(id, context).thenCompose(sequencer -> sequencer.change(change)));
  }

  private static Optional<Problem> objection(
      final Hosted context, final ConfigurationEvent.Signed change) {
    return ConfigurationRules.objection(context.configuration(), change)
        .map(why -> Problem.of(Code.UNAUTHORIZED, why, change.author().hash()));
  }

  /** Orders, executes and logs a call; answered when it is on disk. */
  CompletableFuture<Answer> submit(final Submit call) {
    return require(call.context())
        .thenCompose(
            context -> {
              final PublicKey executor = call.executor().orElseGet(() -> ownIdentity(context));
              if (!context.configuration().isMember(executor) || !keys.owns(executor)) {
                return Async.failed(unauthorized(executor));
              }
              if (context.damage().isPresent()) {
                return Async.failed(damaged(call.context(), context.damage().get()));
              }
              return readOrWrite(context, executor, call);
            });
  }

  /** A method that says that it only reads is run so, beside whatever writes. */
  private CompletableFuture<Answer> readOrWrite(
      final Hosted context, final PublicKey executor, final Submit call) {
    final Transaction transaction =
        new Transaction(
            call.context(),
            executor,
            call.method(),
            call.arguments(),
            uniqueIds.next(),
            call.expectedPrior());
    if (call.expectedPrior().isPresent()) {
      // Only the one who orders can say whether a prior is still the head
      return order(context, transaction);
    }
    return descriptions
        .of(context.configuration().application().blob())
        .thenCompose(
            description ->
                description.reading().contains(call.method())
                    ? async
                        .onLoop(
                            execution.query(
                                new Query(
                                    call.context(),
                                    Optional.of(executor),
                                    call.method(),
                                    call.arguments())))
                        .thenCompose(
                            answer ->
                                answer instanceof WouldWrite
                                    ? order(context, transaction)
                                    : CompletableFuture.completedFuture(answer))
                    : order(context, transaction));
  }

  /** Orders a call that a call in another context asked for. */
  CompletableFuture<Answer> submit(
      final CallContext call, final PublicKey executor, final Origin origin, final Bytes uniqueId) {
    return require(call.context())
        .thenCompose(
            context ->
                context.damage().isPresent()
                    ? Async.failed(damaged(call.context(), context.damage().get()))
                    : order(
                        context,
                        new Transaction(
                            call.context(),
                            executor,
                            call.method(),
                            call.arguments(),
                            uniqueId,
                            Optional.empty(),
                            Optional.of(origin))));
  }

  private CompletableFuture<Answer> order(final Hosted context, final Transaction transaction) {
    return keys.find(transaction.executor())
        .thenCompose(key -> order(context, transaction.sign(key)));
  }

  /** Has a transaction ordered: here, or by the node of the coordinator. */
  private CompletableFuture<Answer> order(
      final Hosted context, final Transaction.Signed transaction) {
    return keys.owns(context.configuration().coordinator())
        ? sequencer(transaction.transaction().context(), context)
            .thenCompose(sequencer -> sequencer.submit(transaction))
        : elsewhere.apply(transaction);
  }

  private CompletableFuture<Sequencer> sequencer(final ContextId id, final Hosted context) {
    return context
        .sequencer()
        .map(CompletableFuture::completedFuture)
        .orElseGet(
            () ->
                keys.find(context.configuration().coordinator())
                    .thenApply(coordinator -> sequencer(id, context, coordinator)));
  }

  private Sequencer sequencer(final ContextId id, final Hosted context, final KeyPair coordinator) {
    if (context.sequencer().isEmpty()) {
      context.sequencer(
          new Sequencer(
              id,
              context.head(),
              coordinator,
              execution,
              log,
              clock,
              options,
              async,
              change -> objection(context, change),
              () -> context.configuration().term(),
              entries -> committed(context, entries)));
    }
    return context.sequencer().orElseThrow();
  }

  void committed(final Hosted context, final List<Entry.Logged> entries) {
    notices.committed(context.committed(entries));
    onPerformed.accept(new Performed(context.configuration(), entries));
    if (context.head().position() - context.keptAt() >= KEEP_EVERY) {
      keep(context);
    }
  }

  private void keep(final Hosted context) {
    final ConfigurationStore.Kept kept = context.keep();
    async.settled(async.blocking(() -> configurations.save(kept)), (_, _) -> {});
  }

  /** Removes a context: its log first, so that a crash leaves only what is derived from it. */
  CompletableFuture<Boolean> remove(final ContextId id) {
    final Optional<Hosted> context = Optional.ofNullable(hosted.remove(id));
    if (context.isEmpty() && !log.damage().containsKey(StreamId.of(id))) {
      return CompletableFuture.completedFuture(false);
    }
    reserved.put(id, Optional.empty());
    final Problem gone = Problem.of(Code.CONTEXT_NOT_FOUND, "Context not found", id.hash());
    final CompletableFuture<Async.Done> quiet =
        context
            .flatMap(Hosted::sequencer)
            .map(sequencer -> sequencer.refuse(gone))
            .orElseGet(() -> CompletableFuture.completedFuture(Async.Done.DONE));
    return quiet
        .thenCompose(_ -> async.onLoop(log.end(StreamId.of(id))))
        .handle((_, failure) -> Optional.ofNullable(failure))
        .thenCompose(
            failure -> {
              reserved.remove(id);
              if (failure.isPresent()) {
                context.ifPresent(kept -> hosted.put(id, kept.unsequenced()));
                return Async.failed(Async.problem(failure.get()));
              }
              notices.gone(new Gone(id));
              return dropFiles(id, context.map(this::owned).orElse(List.of()));
            });
  }

  private CompletableFuture<Boolean> dropFiles(final ContextId id, final List<PublicKey> owned) {
    CompletableFuture<Boolean> done =
        async.blocking(() -> configurations.drop(id)).thenApply(_ -> true);
    for (final PublicKey identity : owned) {
      if (hosted.values().stream().noneMatch(c -> c.configuration().isMember(identity))) {
        done = done.thenCompose(_ -> keys.remove(identity)).thenApply(_ -> true);
      }
    }
    return done;
  }

  /**
   * Takes note of damage that was found in a context's log: from now on it ends before the damage.
   */
  CompletableFuture<Head> foundDamage(final ContextId id, final String what) {
    final Hosted context = hosted.get(id);
    final Damage damage = log.damage().get(StreamId.of(id));
    if (context == null || damage == null) {
      return CompletableFuture.completedFuture(context == null ? Head.NONE : context.head());
    }
    return async
        .blocking(() -> new LogReader(log).headAt(id, damage.position() - 1))
        .thenApply(
            head -> {
              context.damaged(what, head);
              return head;
            });
  }

  /** Keeps every configuration that has moved, which blocks: meant for the end of the node. */
  void close() {
    hosted.values().stream()
        .filter(context -> context.head().position() > context.keptAt())
        .forEach(context -> configurations.save(context.keep()));
  }

  /** In whose name this node calls when nobody is named. */
  PublicKey ownIdentity(final Hosted context) {
    final PublicKey coordinator = context.configuration().coordinator();
    return keys.owns(coordinator)
        ? coordinator
        : owned(context).stream().findFirst().orElse(coordinator);
  }

  private List<PublicKey> owned(final Hosted context) {
    return context.configuration().members().keySet().stream().filter(keys::owns).toList();
  }

  private Summary summary(final Hosted context) {
    return new Summary(
        context.configuration().context(),
        context.configuration().application().id(),
        context.head(),
        List.copyOf(context.configuration().members().keySet()),
        owned(context),
        context.configuration().coordinator(),
        context.configuration().term(),
        context.damage());
  }

  private static Problem unauthorized(final PublicKey executor) {
    return Problem.of(
        Code.UNAUTHORIZED,
        "the executor " + executor + " is no member of the context whose key is on this node",
        executor.hash());
  }

  private static Problem damaged(final ContextId context, final String what) {
    return Problem.of(
        Code.CONTEXT_DAMAGED,
        "the context refuses writes because its log is damaged: " + what,
        context.hash());
  }

  /**
   * Entries that are on disk.
   *
   * @param configuration of their context after them
   * @param entries the entries
   */
  record Performed(Configuration configuration, List<Entry.Logged> entries) {}

  /** Gives transactions their unique ids. */
  interface UniqueIds {
    /** Sixteen bytes, never given before. */
    Bytes next();
  }
}
