// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.catchup.internal;

import io.calimero.node.events.Application;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Entry;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.PublicKey;
import io.calimero.node.events.StateBase;
import io.calimero.node.events.bus.Topics;
import io.calimero.node.events.crypto.Signatures;
import io.calimero.node.events.messages.ApplicationMessages;
import io.calimero.node.events.messages.ContextMessages.Get;
import io.calimero.node.events.messages.ContextMessages.LogPart;
import io.calimero.node.events.messages.ContextMessages.Order;
import io.calimero.node.events.messages.ContextMessages.OrderChange;
import io.calimero.node.events.messages.ContextMessages.Prove;
import io.calimero.node.events.messages.ContextMessages.ReadLog;
import io.calimero.node.events.messages.ContextMessages.Summary;
import io.calimero.node.events.messages.KeyMessages.GiveKeys;
import io.calimero.node.events.messages.NetworkMessages;
import io.calimero.node.events.messages.NetworkMessages.Ending;
import io.calimero.node.events.messages.NetworkMessages.OpenedStream;
import io.calimero.node.events.messages.SnapshotMessages.Checkpoint;
import io.calimero.node.events.messages.SnapshotMessages.FindCheckpoint;
import io.calimero.node.events.messages.SnapshotMessages.GetBase;
import io.calimero.node.events.messages.SnapshotMessages.ReadState;
import io.calimero.node.events.peers.Membership;
import io.calimero.node.events.peers.PeerMessage;
import io.calimero.node.events.peers.PeerMessage.Answered;
import io.calimero.node.events.peers.PeerMessage.ApplicationBlobRequest;
import io.calimero.node.events.peers.PeerMessage.BlobOutlineRequest;
import io.calimero.node.events.peers.PeerMessage.BlobRangeRequest;
import io.calimero.node.events.peers.PeerMessage.Challenge;
import io.calimero.node.events.peers.PeerMessage.End;
import io.calimero.node.events.peers.PeerMessage.Failure;
import io.calimero.node.events.peers.PeerMessage.Hello;
import io.calimero.node.events.peers.PeerMessage.Keys;
import io.calimero.node.events.peers.PeerMessage.KeysRequest;
import io.calimero.node.events.peers.PeerMessage.Knocking;
import io.calimero.node.events.peers.PeerMessage.Ordered;
import io.calimero.node.events.peers.PeerMessage.Proof;
import io.calimero.node.events.peers.PeerMessage.Refused;
import io.calimero.node.events.peers.PeerMessage.SnapshotOffer;
import io.calimero.node.events.peers.PeerMessage.SnapshotPart;
import io.calimero.node.events.peers.PeerMessage.SnapshotRequest;
import io.calimero.node.events.peers.PeerMessage.Submission;
import io.calimero.node.events.peers.PeerMessage.SubmissionSince;
import io.calimero.node.events.peers.PeerMessage.SubmitChange;
import io.calimero.node.events.peers.PeerMessage.SubmitTransaction;
import io.calimero.node.events.peers.PeerMessage.TransactionsBatch;
import io.calimero.node.events.peers.PeerMessage.TransactionsRequest;
import io.calimero.node.events.peers.PeerMessage.Welcome;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers other members. Whoever does not prove to be one is told nothing, not even whether the
 * context is here.
 */
final class ServerPeer {
  private static final Logger LOG = LoggerFactory.getLogger(ServerPeer.class);
  private static final int PART_BYTES = 1 << 20;

  private final Commands commands;
  private final Supplier<Bytes> nonces;
  private final String self;
  private final Acquaintances acquaintances;
  private final Knocks knocks;
  private final Proposals proposals;
  private final ModuleServer modules;

  private final Function<Hash, Optional<ContextId>> rendezvous;
  private final Signatures signatures;

  /**
   * A server.
   *
   * @param rendezvous which context that is here has this rendezvous
   * @param signatures verifies that peers are members
   */
  ServerPeer(
      final Commands commands,
      final Supplier<Bytes> nonces,
      final String self,
      final Acquaintances acquaintances,
      final Knocks knocks,
      final Proposals proposals,
      final Function<Hash, Optional<ContextId>> rendezvous,
      final Signatures signatures) {
    this.signatures = signatures;
    this.proposals = proposals;
    modules = new ModuleServer(commands);
    this.acquaintances = acquaintances;
    this.knocks = knocks;
    this.commands = commands;
    this.nonces = nonces;
    this.self = self;
    this.rendezvous = rendezvous;
  }

  /** A member, proven. */
  private record Guest(
      Conversation talk, Summary context, PublicKey member, Membership membership) {
    ContextId id() {
      return context.context();
    }
  }

  void serve(final OpenedStream stream) {
    final Conversation talk = new Conversation(commands, stream);
    final CompletableFuture<Void> _ =
        talk.hear()
            .thenCompose(first -> begin(talk, first))
            .whenComplete(
                (_, failure) -> {
                  if (failure != null) {
                    LOG.debug("{} was not answered: {}", stream.peer(), failure.toString());
                  }
                  talk.end(failure == null ? Ending.DONE : Ending.RESET);
                })
            .handle((_, _) -> null);
  }

  private CompletableFuture<NetworkMessages.Done> begin(
      final Conversation talk, final Optional<PeerMessage> first) {
    if (first.isPresent() && first.get() instanceof final Knocking knocking) {
      return knocks.answer(talk, knocking);
    }
    if (first.isEmpty() || !(first.get() instanceof final Hello hello)) {
      return Conversation.unexpected(first);
    }
    return challenge(talk, hello)
        .thenCompose(
            guest -> {
              if (guest.isEmpty()) {
                return talk.say(new Refused());
              }
              acquaintances.met(guest.get().context.context(), hello.member(), talk.peer());
              return talk.hear().thenCompose(request -> answer(guest.get(), request));
            });
  }

  private CompletableFuture<Optional<Guest>> challenge(final Conversation talk, final Hello hello) {
    final Bytes nonce = nonces.get();
    // A context that is not here is named by what was asked for, and verified all the same.
    final ContextId id =
        rendezvous.apply(hello.rendezvous()).orElse(new ContextId(hello.rendezvous()));
    final Membership membership = new Membership(id, talk.peer(), self, hello.nonce(), nonce);
    return talk.say(new Challenge(nonce))
        .thenCompose(_ -> talk.expect(Proof.class, 1))
        .thenCompose(
            proof -> {
              final boolean genuine =
                  signatures.verify(
                      hello.member(), membership.ofClient(hello.member()), proof.signature());
              return context(id)
                  .thenCompose(
                      context ->
                          genuine
                                  && context.isPresent()
                                  && context.get().members().contains(hello.member())
                                  && !context.get().owned().isEmpty()
                              ? welcome(talk, membership, context.get())
                                  .thenApply(
                                      _ ->
                                          Optional.of(
                                              new Guest(
                                                  talk, context.get(), hello.member(), membership)))
                              : CompletableFuture.completedFuture(Optional.empty()));
            });
  }

  private CompletableFuture<Optional<Summary>> context(final ContextId context) {
    return commands
        .ask(Topics.CONTEXT_GET, new Get(context))
        .thenApply(Optional::of)
        .exceptionally(_ -> Optional.empty());
  }

  private CompletableFuture<NetworkMessages.Done> welcome(
      final Conversation talk, final Membership membership, final Summary context) {
    final PublicKey identity =
        context.owned().contains(context.coordinator())
            ? context.coordinator()
            : context.owned().getFirst();
    return commands
        .ask(Topics.MEMBERSHIP_PROVE, new Prove(membership, true, identity))
        .thenCombine(
            application(context),
            (proven, application) ->
                new Welcome(identity, proven.signature(), context.head(), application))
        .thenCompose(talk::say);
  }

  private CompletableFuture<Application> application(final Summary context) {
    return commands
        .ask(Topics.APPLICATION_GET, new ApplicationMessages.Get(context.application()))
        .thenCompose(
            found ->
                found
                    .application()
                    .map(CompletableFuture::completedFuture)
                    .orElseGet(
                        () ->
                            Problems.failed(
                                Code.APPLICATION_NOT_INSTALLED,
                                "the application of the context is not here")));
  }

  private CompletableFuture<NetworkMessages.Done> answer(
      final Guest guest, final Optional<PeerMessage> request) {
    if (request.isEmpty()) {
      return CompletableFuture.completedFuture(new NetworkMessages.Done());
    }
    final CompletableFuture<NetworkMessages.Done> answered =
        switch (request.get()) {
          case TransactionsRequest wanted -> entries(guest, wanted);
          case ApplicationBlobRequest wanted -> modules.all(guest.talk, guest.id(), wanted);
          case BlobOutlineRequest wanted -> modules.outline(guest.talk, guest.id(), wanted);
          case BlobRangeRequest wanted -> modules.range(guest.talk, guest.id(), wanted);
          case SnapshotRequest wanted -> snapshot(guest, wanted);
          case SubmitTransaction submission -> order(guest, submission);
          case SubmitChange submission -> order(guest, submission);
          case KeysRequest _ -> keys(guest);
          case Submission plain -> submissions(guest, plain);
          case SubmissionSince first -> submissions(guest, first);
          default -> Conversation.unexpected(request);
        };
    return answered.exceptionallyCompose(
        failure -> {
          final Problem problem = Problems.of(failure);
          return guest.talk.say(new Failure(problem.code(), problem.message()));
        });
  }

  private CompletableFuture<NetworkMessages.Done> submissions(
      final Guest guest, final PeerMessage first) {
    return new SubmissionServer(commands, guest.talk, guest.context.context(), guest.member)
        .serve(SubmissionServer.submission(first).orElseThrow());
  }

  private CompletableFuture<NetworkMessages.Done> keys(final Guest guest) {
    return commands
        .ask(
            Topics.KEYS_GIVE, new GiveKeys(guest.context.context(), guest.member, guest.membership))
        .thenCompose(given -> guest.talk.say(new Keys(given.keys())));
  }

  private CompletableFuture<NetworkMessages.Done> entries(
      final Guest guest, final TransactionsRequest wanted) {
    if (wanted.position() == 0) {
      return send(guest, 1, wanted.batchSize());
    }
    return read(guest, wanted.position(), 1)
        .thenCompose(
            part -> {
              if (part.entries().isEmpty()) {
                return guest.talk.say(new End(part.head()));
              }
              return part.entries().getFirst().signed().hash().equals(wanted.last())
                  ? send(guest, wanted.position() + 1, wanted.batchSize())
                  : Problems.failed(
                      Code.PRIOR_MISMATCH,
                      "another entry is here at position " + wanted.position());
            });
  }

  /** One part of the log at a time is in memory, and the next is read when this one is taken. */
  private CompletableFuture<NetworkMessages.Done> send(
      final Guest guest, final long from, final int batchSize) {
    return read(guest, from, batchSize)
        .thenCompose(
            part -> {
              if (part.entries().isEmpty()) {
                return guest.talk.say(new End(part.head()));
              }
              final List<Entry.Signed> signed =
                  part.entries().stream().map(Entry.Logged::signed).toList();
              return guest
                  .talk
                  .say(new TransactionsBatch(signed, List.of()))
                  .thenCompose(_ -> send(guest, from + signed.size(), batchSize));
            });
  }

  private CompletableFuture<NetworkMessages.Done> snapshot(
      final Guest guest, final SnapshotRequest wanted) {
    return commands
        .ask(Topics.CHECKPOINT_FIND, new FindCheckpoint(guest.context.context()))
        .thenCompose(
            found ->
                found.checkpoint().isPresent()
                    ? prove(guest, found.checkpoint().get())
                        .thenCompose(
                            base ->
                                base.isPresent()
                                    ? offer(guest, wanted, base.get(), found.checkpoint().get())
                                    : guest.talk.say(new End(guest.context.head())))
                    : guest.talk.say(new End(guest.context.head())));
  }

  private CompletableFuture<Optional<StateBase>> prove(
      final Guest guest, final Checkpoint checkpoint) {
    return commands
        .ask(
            Topics.BASE_GET,
            new GetBase(guest.context.context(), checkpoint.position(), checkpoint.configuration()))
        .thenApply(
            base -> base.base().filter(proven -> proven.head().hash().equals(checkpoint.hash())));
  }

  private CompletableFuture<NetworkMessages.Done> offer(
      final Guest guest,
      final SnapshotRequest wanted,
      final StateBase base,
      final Checkpoint checkpoint) {
    final Optional<Bytes> after =
        wanted.checkpoint().filter(checkpoint.hash()::equals).flatMap(_ -> wanted.after());
    return guest
        .talk
        .say(new SnapshotOffer(base, after.isPresent()))
        .thenCompose(_ -> parts(guest, checkpoint, after));
  }

  /** One part of the state at a time is in memory, and the next is read when this one is taken. */
  private CompletableFuture<NetworkMessages.Done> parts(
      final Guest guest, final Checkpoint checkpoint, final Optional<Bytes> after) {
    return commands
        .ask(
            Topics.STATE_READ,
            new ReadState(guest.context.context(), checkpoint.position(), after, PART_BYTES))
        .thenCompose(
            part ->
                part.pairs().isEmpty()
                    ? guest.talk.say(new End(guest.context.head()))
                    : guest
                        .talk
                        .say(new SnapshotPart(part.pairs()))
                        .thenCompose(
                            _ ->
                                parts(
                                    guest, checkpoint, Optional.of(part.pairs().getLast().key()))));
  }

  private CompletableFuture<LogPart> read(
      final Guest guest, final long from, final int maxEntries) {
    return commands.ask(
        Topics.LOG_READ, new ReadLog(guest.context.context(), from, maxEntries, PART_BYTES));
  }

  private CompletableFuture<NetworkMessages.Done> order(
      final Guest guest, final SubmitTransaction submission) {
    if (!submission.transaction().transaction().context().equals(guest.context.context())) {
      return Problems.failed(Code.INVALID_REQUEST, "the transaction is for another context");
    }
    return commands
        .ask(Topics.TRANSACTION_ORDER, new Order(submission.transaction()))
        .thenCompose(answer -> guest.talk.say(new Answered(answer)));
  }

  private CompletableFuture<NetworkMessages.Done> order(
      final Guest guest, final SubmitChange submission) {
    if (!submission.change().context().equals(guest.context.context())) {
      return Problems.failed(Code.INVALID_REQUEST, "the change is for another context");
    }
    return proposals
        .fetch(guest.talk.peer(), guest.context, submission.change())
        .thenCompose(_ -> commands.ask(Topics.CHANGE_ORDER, new OrderChange(submission.change())))
        .thenCompose(applied -> guest.talk.say(new Ordered(applied.head())));
  }
}
