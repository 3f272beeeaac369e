// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal;

import io.calimero.node.events.ApplicationId;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.Configuration;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Entry;
import io.calimero.node.events.Head;
import io.calimero.node.events.Limits;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.PublicKey;
import io.calimero.node.events.messages.CatchupMessages.Fetch;
import io.calimero.node.events.messages.ContextMessages.Gone;
import io.calimero.node.events.messages.ContextMessages.Summary;
import io.calimero.node.events.messages.MembershipMessages.Diverged;
import io.calimero.node.storage.log.Damage;
import io.calimero.node.storage.log.StreamId;
import io.calimero.node.storage.log.TransactionLog;
import java.util.ArrayList;
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

/** The contexts of this node, as far as their logs are on disk. On the loop. */
final class Contexts {
  /** After so many entries the configuration is kept anew, so that a start reads no more. */
  private static final long KEEP_EVERY = 10_000;

  private final TransactionLog log;
  private final KeyRing keys;
  private final Notices notices;
  private final ConfigurationStore configurations;
  private final EvidenceStore evidence;
  private final Async async;
  private final Consumer<Performed> onPerformed;
  private final SortedMap<ContextId, Hosted> hosted = new TreeMap<>();
  private final Map<ContextId, Optional<ApplicationId>> reserved = new HashMap<>();
  private final Set<ContextId> joining = new HashSet<>();

  private volatile int divergedContexts;

  /** How contexts are being joined whose logs do not tell of the joiner yet. */
  private final SortedMap<ContextId, Fetch> joiners = new TreeMap<>();

  Contexts(
      final TransactionLog log,
      final KeyRing keys,
      final Notices notices,
      final ConfigurationStore configurations,
      final EvidenceStore evidence,
      final Async async,
      final Consumer<Performed> onPerformed) {
    this.onPerformed = onPerformed;
    this.log = log;
    this.keys = keys;
    this.notices = notices;
    this.configurations = configurations;
    this.evidence = evidence;
    this.async = async;
    hosted.putAll(new ContextLoader(log, configurations, evidence).load());
    count();
    configurations.joining().stream()
        .filter(how -> hosted.containsKey(how.context()))
        .forEach(how -> joiners.put(how.context(), how));
  }

  List<Summary> all() {
    return hosted.values().stream().map(this::summary).toList();
  }

  CompletableFuture<Summary> get(final ContextId context) {
    return require(context).thenApply(this::summary);
  }

  /** What a call of a context may use. */
  CompletableFuture<Limits> limits(final ContextId context) {
    return require(context).thenApply(found -> found.configuration().limits());
  }

  /** Whether a context of the application is here or being made. */
  boolean uses(final ApplicationId application) {
    return reserved.containsValue(Optional.of(application))
        || hosted.values().stream().anyMatch(context -> context.configuration().rests(application));
  }

  /** Keeps others from taking the identifier, and from removing the application, for a while. */
  boolean reserve(final ContextId context, final ApplicationId application) {
    return !hosted.containsKey(context)
        && reserved.putIfAbsent(context, Optional.of(application)) == null;
  }

  void release(final ContextId context) {
    reserved.remove(context);
  }

  /**
   * Lets entries of a context be taken that is not here, or has no member here, for a while. Until
   * its log tells of the member, also after a restart, it is asked for in the member's name.
   */
  boolean beginJoining(final Fetch how) {
    final ContextId context = how.context();
    final boolean begins =
        (hosted.containsKey(context) || reserved.putIfAbsent(context, Optional.empty()) == null)
            && joining.add(context);
    if (begins) {
      joiners.put(context, how);
      async.settled(async.blocking(() -> configurations.joining(how)), (_, _) -> {});
    }
    return begins;
  }

  /** It could not be joined, and whoever wanted to was told so. */
  void failedJoining(final ContextId context) {
    if (joiners.remove(context) != null) {
      async.settled(async.blocking(() -> configurations.joined(context)), (_, _) -> {});
    }
  }

  /** The joiner is a member by the log from now on, and needs no note any more. */
  private void joined(final Hosted context) {
    final ContextId id = context.configuration().context();
    final Fetch joiner = joiners.get(id);
    if (joiner != null && context.configuration().isMember(joiner.member())) {
      joiners.remove(id);
      async.settled(async.blocking(() -> configurations.joined(id)), (_, _) -> {});
    }
  }

  void endJoining(final ContextId context) {
    if (joining.remove(context)) {
      reserved.remove(context);
    }
  }

  /** How contexts are being joined whose logs do not tell of the joiner yet. */
  List<Fetch> unfinished() {
    return joiners.entrySet().stream()
        .filter(known -> hosted.containsKey(known.getKey()))
        .map(Map.Entry::getValue)
        .toList();
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
    if (first.isSettled()) {
      keep(first);
    }
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

  void committed(final Hosted context, final List<Entry.Logged> entries) {
    final PublicKey coordinator = context.configuration().coordinator();
    notices.committed(context.committed(entries));
    if (!context.configuration().coordinator().equals(coordinator)) {
      final Optional<CompletableFuture<Async.Done>> _ =
          context.takeSequencer().map(former -> former.refuse(handedOver(context)));
    }
    joined(context);
    onPerformed.accept(new Performed(context.configuration(), entries));
    if (context.isSettled() && context.head().position() - context.keptAt() >= KEEP_EVERY) {
      keep(context);
    }
  }

  /** A call that an entry of the context asked for is under way. */
  void follows(final ContextId context) {
    find(context).ifPresent(Hosted::follows);
  }

  /**
   * Such a call has come to an end. When none is left the configuration is kept: what is before it
   * needs no seeing to at the next start.
   */
  void followed(final ContextId context) {
    final Hosted found = hosted.get(context);
    if (found != null) {
      found.followed();
      if (found.isSettled()) {
        keep(found);
      }
    }
  }

  /** Takes, for each context, the entries that ask for calls which were perhaps not made. */
  List<Performed> takeUnsettled() {
    final List<Performed> taken = new ArrayList<>();
    for (final Hosted context : hosted.values()) {
      final List<Entry.Logged> entries = context.takeUnsettled();
      if (!entries.isEmpty()) {
        taken.add(new Performed(context.configuration(), entries));
      }
    }
    return taken;
  }

  /** The problem of one who asks this node to order what it orders no longer. */
  static Problem handedOver(final Hosted context) {
    final PublicKey coordinator = context.configuration().coordinator();
    return Problem.of(
        Code.NOT_COORDINATOR,
        "this node does not coordinate the context: "
            + coordinator
            + " does, in term "
            + context.configuration().term(),
        coordinator.hash());
  }

  private void keep(final Hosted context) {
    final ConfigurationStore.Kept kept = context.keep();
    async.settled(async.blocking(() -> configurations.save(kept)), (_, _) -> {});
  }

  /**
   * Stops a context that the members of this node have left, for good: without its log, or with it,
   * to be read.
   */
  CompletableFuture<Async.Done> leave(
      final ContextId id, final List<PublicKey> left, final boolean keepLog) {
    if (keepLog) {
      find(id).ifPresent(context -> context.stop(new Stop.Left()));
      return async.blocking(() -> evidence.saveLeft(id));
    }
    CompletableFuture<Async.Done> done = remove(id).thenApply(_ -> Async.Done.DONE);
    for (final PublicKey identity : left) {
      done = done.thenCompose(_ -> dropKey(identity));
    }
    return done;
  }

  private CompletableFuture<Async.Done> dropKey(final PublicKey identity) {
    return !keys.owns(identity)
            || hosted.values().stream().anyMatch(c -> c.configuration().isMember(identity))
        ? CompletableFuture.completedFuture(Async.Done.DONE)
        : keys.remove(identity).thenApply(_ -> Async.Done.DONE);
  }

  /** Stops a context that has diverged; the evidence is on disk when the future completes. */
  CompletableFuture<Async.Done> diverged(final Hosted context, final Evidence found) {
    context.stop(new Stop.Diverged(found.reason()));
    count();
    return async
        .blocking(() -> evidence.save(found))
        .thenApply(
            done -> {
              notices.diverged(new Diverged(found.context(), found.position(), found.reason()));
              return done;
            });
  }

  /** A context that was stopped goes on; why it was is kept beside. */
  CompletableFuture<Async.Done> resume(final Hosted context) {
    return async
        .blocking(() -> evidence.archive(context.configuration().context()))
        .thenApply(
            done -> {
              context.resume();
              count();
              return done;
            });
  }

  /** How many contexts have diverged. From any thread. */
  int divergedContexts() {
    return divergedContexts;
  }

  private void count() {
    divergedContexts =
        (int)
            hosted.values().stream()
                .filter(
                    context -> context.stop().filter(Stop.Diverged.class::isInstance).isPresent())
                .count();
  }

  /** Removes a context: its log first, so that a crash leaves only what is derived from it. */
  CompletableFuture<Boolean> remove(final ContextId id) {
    final Optional<Hosted> context = Optional.ofNullable(hosted.remove(id));
    count();
    if (context.isEmpty() && !log.damage().containsKey(StreamId.of(id))) {
      return CompletableFuture.completedFuture(false);
    }
    reserved.put(id, Optional.empty());
    joiners.remove(id);
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
                count();
                return Async.failed(Async.problem(failure.get()));
              }
              notices.gone(new Gone(id));
              return dropFiles(id, context.map(this::owned).orElse(List.of()));
            });
  }

  private CompletableFuture<Boolean> dropFiles(final ContextId id, final List<PublicKey> owned) {
    CompletableFuture<Boolean> done =
        async
            .blocking(
                () -> {
                  configurations.drop(id);
                  evidence.archive(id);
                })
            .thenApply(_ -> true);
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
        .filter(Hosted::isSettled)
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

  /** The members of a context whose keys are on this node. */
  List<PublicKey> owned(final Hosted context) {
    return context.configuration().members().keySet().stream().filter(keys::owns).toList();
  }

  /** The same, or who is about to be a member: the entry that says so is still to come. */
  private List<PublicKey> speakers(final Hosted context) {
    final List<PublicKey> owned = owned(context);
    final Fetch joiner = joiners.get(context.configuration().context());
    return owned.isEmpty() && joiner != null && keys.owns(joiner.member())
        ? List.of(joiner.member())
        : owned;
  }

  private Summary summary(final Hosted context) {
    return new Summary(
        context.configuration().context(),
        context.configuration().application().id(),
        context.head(),
        List.copyOf(context.configuration().members().keySet()),
        speakers(context),
        context.configuration().coordinator(),
        context.configuration().term(),
        context.configuration().epoch(),
        context.stop().map(Stop::text));
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
