// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.catchup.internal;

import io.calimero.node.events.Application;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Head;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.PublicKey;
import io.calimero.node.events.bus.Topics;
import io.calimero.node.events.crypto.Signatures;
import io.calimero.node.events.messages.ContextMessages.Get;
import io.calimero.node.events.messages.ContextMessages.Prove;
import io.calimero.node.events.messages.ContextMessages.Summary;
import io.calimero.node.events.messages.NetworkMessages.Ending;
import io.calimero.node.events.messages.NetworkMessages.OpenStream;
import io.calimero.node.events.messages.SnapshotMessages.Beginning;
import io.calimero.node.events.messages.SnapshotMessages.GetBeginning;
import io.calimero.node.events.peers.GossipMessage;
import io.calimero.node.events.peers.Membership;
import io.calimero.node.events.peers.PeerMessage;
import io.calimero.node.events.peers.PeerMessage.Challenge;
import io.calimero.node.events.peers.PeerMessage.End;
import io.calimero.node.events.peers.PeerMessage.Hello;
import io.calimero.node.events.peers.PeerMessage.Proof;
import io.calimero.node.events.peers.PeerMessage.TransactionsBatch;
import io.calimero.node.events.peers.PeerMessage.TransactionsRequest;
import io.calimero.node.events.peers.PeerMessage.Welcome;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks another member. */
final class ClientPeer {
  private static final Logger LOG = LoggerFactory.getLogger(ClientPeer.class);
  private static final int BATCH_ENTRIES = 500;

  /** How many conversations catching up with one peer may take. */
  private static final int TURNS = 8;

  private final long threshold;
  private final SnapshotFetch snapshots;
  private final Commands commands;
  private final Supplier<Bytes> nonces;
  private final String self;
  private final Acquaintances acquaintances;
  private final Taking taking;
  private final Forks forks;
  private final Signatures signatures;

  /** A client that verifies each signature. */
  ClientPeer(
      final Commands commands,
      final Supplier<Bytes> nonces,
      final String self,
      final Acquaintances acquaintances,
      final long threshold,
      final LongSupplier nanos) {
    this(commands, nonces, self, acquaintances, threshold, nanos, Signatures.ED25519);
  }

  /**
   * A client.
   *
   * @param threshold how many entries are so many that a checkpoint is quicker
   * @param nanos a clock, from any beginning; decides who is too slow to be asked for more
   * @param signatures verifies that the peer is a member
   */
  ClientPeer(
      final Commands commands,
      final Supplier<Bytes> nonces,
      final String self,
      final Acquaintances acquaintances,
      final long threshold,
      final LongSupplier nanos,
      final Signatures signatures) {
    this.signatures = signatures;
    taking = new Taking(commands, this, nanos);
    forks = new Forks(commands, this);
    this.acquaintances = acquaintances;
    this.threshold = threshold;
    snapshots = new SnapshotFetch(commands);
    this.commands = commands;
    this.nonces = nonces;
    this.self = self;
  }

  /**
   * Whom to ask, and in whose name.
   *
   * @param peer the peer
   * @param context about which context
   * @param member a member of this node
   */
  record Party(String peer, ContextId context, PublicKey member) {}

  /** A conversation that has begun, and what both ends have signed. */
  record Met(Conversation talk, Welcome welcome, Membership membership) {}

  /** The peers that have proven to speak for members of a context. */
  Set<String> met(final ContextId context) {
    return acquaintances.peers(context);
  }

  /** Meets the peer, does something, and ends the conversation. */
  <T> CompletableFuture<T> with(
      final Party party, final Function<Met, CompletableFuture<T>> action) {
    return commands
        .ask(Topics.STREAM_OPEN, new OpenStream(party.peer, List.of(), PeerMessage.PROTOCOL))
        .thenCompose(
            stream -> {
              final Conversation talk = new Conversation(commands, stream);
              return meet(party, talk)
                  .thenCompose(
                      met -> {
                        acquaintances.met(party.context, met.welcome.member(), party.peer);
                        return action.apply(met);
                      })
                  .whenComplete(
                      (_, failure) -> talk.end(failure == null ? Ending.DONE : Ending.RESET));
            });
  }

  private CompletableFuture<Met> meet(final Party party, final Conversation talk) {
    final Bytes nonce = nonces.get();
    return talk.say(new Hello(GossipMessage.rendezvous(party.context), party.member, nonce))
        .thenCompose(_ -> talk.expect(Challenge.class, 1))
        .thenCompose(
            challenge -> {
              final Membership membership =
                  new Membership(party.context, self, talk.peer(), nonce, challenge.nonce());
              return commands
                  .ask(Topics.MEMBERSHIP_PROVE, new Prove(membership, false, party.member))
                  .thenCompose(proven -> talk.say(new Proof(proven.signature())))
                  .thenCompose(_ -> talk.expect(Welcome.class, 1))
                  .thenCompose(welcome -> proven(talk, membership, welcome));
            });
  }

  private CompletableFuture<Met> proven(
      final Conversation talk, final Membership membership, final Welcome welcome) {
    return signatures.verify(
            welcome.member(), membership.ofServer(welcome.member()), welcome.signature())
        ? CompletableFuture.completedFuture(new Met(talk, welcome, membership))
        : Problems.failed(Code.UNAUTHORIZED, "the peer did not prove that it is a member");
  }

  /** By which way. */
  enum Way {
    /** By a checkpoint when it is far, else entry by entry. */
    NEAREST,
    /** Entry by entry, however far it is. */
    ENTRIES,
    /** By a checkpoint, however near it is. */
    SNAPSHOT
  }

  /**
   * Takes everything behind a head from the peer.
   *
   * @param journey is told of each part that is on disk
   * @return the head that was reached
   */
  CompletableFuture<Head> catchUp(
      final Party party, final Head head, final Way way, final Journey journey) {
    return catchUp(party, head, way, journey, TURNS);
  }

  private CompletableFuture<Head> catchUp(
      final Party party, final Head head, final Way way, final Journey journey, final int turns) {
    if (turns == 0) {
      return Problems.failed(Code.STREAM_ENDED, "the peer does not come to an end");
    }
    return with(
            party,
            met -> {
              journey.here(head.position());
              journey.met(party.peer(), met.welcome.head());
              final long ahead = met.welcome.head().position() - head.position();
              if (way == Way.SNAPSHOT
                  || (way == Way.NEAREST
                      && ahead >= threshold
                      && !snapshots.isFutile(party.context))) {
                return snapshot(party, met, head, way, journey);
              }
              journey.entries();
              return met.talk
                  .say(new TransactionsRequest(head.position(), head.hash(), BATCH_ENTRIES))
                  .thenCompose(_ -> take(party, met, head, head.position() + 1, journey))
                  .thenApply(reached -> new Turn(Optional.of(reached), Way.NEAREST));
            })
        .exceptionallyCompose(failure -> otherwise(party, head, way, failure))
        .thenCompose(
            turn ->
                turn.reached.isPresent()
                    ? CompletableFuture.completedFuture(turn.reached.get())
                    : head(party.context)
                        .thenCompose(now -> catchUp(party, now, turn.next, journey, turns - 1)));
  }

  /** What a conversation came to: the head that was reached, or how to go on. */
  private record Turn(Optional<Head> reached, Way next) {
    static Turn next(final Way way) {
      return new Turn(Optional.empty(), way);
    }
  }

  private CompletableFuture<Turn> snapshot(
      final Party party, final Met met, final Head head, final Way way, final Journey journey) {
    return least(party, head, way)
        .thenCompose(
            least ->
                snapshots.fetch(
                    party,
                    met.talk,
                    head,
                    least,
                    journey,
                    base -> taking.ensure(party, base.configuration().application(), journey)))
        .exceptionallyCompose(
            failure ->
                Problems.of(failure).code() == Code.INVALID_REQUEST && way == Way.NEAREST
                    ? disbelieved(party, Problems.of(failure))
                    : CompletableFuture.failedFuture(failure))
        .thenApply(
            outcome ->
                switch (outcome) {
                  case INSTALLED -> {
                    journey.begun();
                    yield Turn.next(Way.NEAREST);
                  }
                  case ASK_AGAIN -> Turn.next(way);
                  case NONE -> Turn.next(Way.ENTRIES);
                });
  }

  /** A state that is older than the beginning of the log here is of no use. */
  private CompletableFuture<Long> least(final Party party, final Head head, final Way way) {
    return way == Way.SNAPSHOT
        ? commands
            .ask(Topics.LOG_BEGINNING, new GetBeginning(party.context))
            .thenApply(Beginning::position)
            .exceptionally(_ -> 0L)
        : CompletableFuture.completedFuture(head.position() + threshold / 2);
  }

  /** What such a peer gives is not believed, but entries prove themselves. */
  private static CompletableFuture<SnapshotFetch.Outcome> disbelieved(
      final Party party, final Problem problem) {
    LOG.warn(
        "the state of context {} that the peer {} gave is not used: {}",
        party.context,
        party.peer,
        problem.message());
    return CompletableFuture.completedFuture(SnapshotFetch.Outcome.NONE);
  }

  /** What can be tried with the same peer when one way failed. */
  private CompletableFuture<Turn> otherwise(
      final Party party, final Head head, final Way way, final Throwable failure) {
    return switch (Problems.of(failure).code()) {
      case PRIOR_MISMATCH ->
          head.position() > 0
              ? forks.look(party, head).thenApply(reached -> new Turn(Optional.of(reached), way))
              : CompletableFuture.failedFuture(failure);
      // its log begins later than ours ends, or ours has no state
      case LOG_BEGINS_LATER, STATE_UNAVAILABLE ->
          way == Way.SNAPSHOT
              ? CompletableFuture.failedFuture(failure)
              : CompletableFuture.completedFuture(Turn.next(Way.SNAPSHOT));
      default -> CompletableFuture.failedFuture(failure);
    };
  }

  /** The context is here no longer. */
  void forget(final ContextId context) {
    snapshots.forget(context);
  }

  /** Where the log ends here now; {@link Head#NONE} if it is not here. */
  CompletableFuture<Head> head(final ContextId context) {
    return commands
        .ask(Topics.CONTEXT_GET, new Get(context))
        .thenApply(Summary::head)
        .exceptionallyCompose(
            failure ->
                Problems.of(failure).code() == Code.CONTEXT_NOT_FOUND
                    ? CompletableFuture.completedFuture(Head.NONE)
                    : CompletableFuture.failedFuture(failure));
  }

  /**
   * One batch is on disk before the next one is heard. Each begins where the one before ended, so
   * that a peer that has no end has to have as many signed entries.
   */
  private CompletableFuture<Head> take(
      final Party party,
      final Met met,
      final Head reached,
      final long next,
      final Journey journey) {
    return met.talk
        .hear()
        .thenCompose(
            message -> {
              if (message.isPresent() && message.get() instanceof End) {
                return CompletableFuture.completedFuture(reached);
              }
              if (message.isPresent()
                  && message.get() instanceof final TransactionsBatch batch
                  && !batch.entries().isEmpty()
                  && batch.entries().getFirst().entry().position() == next) {
                return taking
                    .apply(party, batch.entries(), journey)
                    .thenCompose(
                        applied -> {
                          journey.reached(applied.head().position());
                          return take(
                              party,
                              met,
                              applied.head(),
                              batch.entries().getLast().entry().position() + 1,
                              journey);
                        });
              }
              return Conversation.unexpected(message);
            });
  }

  /** Sees to it that the application is here; whether it had to be fetched. */
  CompletableFuture<Boolean> ensure(final Party party, final Application application) {
    return taking.ensure(party, application, new Journey(party.context, () -> 0, _ -> {}));
  }
}
