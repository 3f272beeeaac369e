// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.catchup.internal;

import io.calimero.node.events.Application;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.PublicKey;
import io.calimero.node.events.bus.Topics;
import io.calimero.node.events.crypto.Signatures;
import io.calimero.node.events.messages.ApplicationMessages;
import io.calimero.node.events.messages.ContextMessages.Get;
import io.calimero.node.events.messages.ContextMessages.Order;
import io.calimero.node.events.messages.ContextMessages.OrderChange;
import io.calimero.node.events.messages.ContextMessages.Prove;
import io.calimero.node.events.messages.ContextMessages.Summary;
import io.calimero.node.events.messages.KeyMessages.GiveKeys;
import io.calimero.node.events.messages.NetworkMessages;
import io.calimero.node.events.messages.NetworkMessages.Ending;
import io.calimero.node.events.messages.NetworkMessages.OpenedStream;
import io.calimero.node.events.peers.Membership;
import io.calimero.node.events.peers.PeerMessage;
import io.calimero.node.events.peers.PeerMessage.Answered;
import io.calimero.node.events.peers.PeerMessage.ApplicationBlobRequest;
import io.calimero.node.events.peers.PeerMessage.BlobOutlineRequest;
import io.calimero.node.events.peers.PeerMessage.BlobRangeRequest;
import io.calimero.node.events.peers.PeerMessage.Challenge;
import io.calimero.node.events.peers.PeerMessage.Failure;
import io.calimero.node.events.peers.PeerMessage.Hello;
import io.calimero.node.events.peers.PeerMessage.Keys;
import io.calimero.node.events.peers.PeerMessage.KeysRequest;
import io.calimero.node.events.peers.PeerMessage.Knocking;
import io.calimero.node.events.peers.PeerMessage.Ordered;
import io.calimero.node.events.peers.PeerMessage.Proof;
import io.calimero.node.events.peers.PeerMessage.Refused;
import io.calimero.node.events.peers.PeerMessage.SnapshotRequest;
import io.calimero.node.events.peers.PeerMessage.Submission;
import io.calimero.node.events.peers.PeerMessage.SubmissionSince;
import io.calimero.node.events.peers.PeerMessage.SubmitChange;
import io.calimero.node.events.peers.PeerMessage.SubmitTransaction;
import io.calimero.node.events.peers.PeerMessage.TransactionsRequest;
import io.calimero.node.events.peers.PeerMessage.Welcome;
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

  private final Commands commands;
  private final Supplier<Bytes> nonces;
  private final String self;
  private final Acquaintances acquaintances;
  private final Knocks knocks;
  private final Proposals proposals;
  private final EntryServer entries;
  private final StateServer states;
  private final BlobServer modules;

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
    entries = new EntryServer(commands);
    states = new StateServer(commands);
    modules = new BlobServer(commands);
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
          case TransactionsRequest wanted -> entries.from(guest.talk, guest.id(), wanted);
          case ApplicationBlobRequest wanted -> modules.all(guest.talk, guest.id(), wanted);
          case BlobOutlineRequest wanted -> modules.outline(guest.talk, guest.id(), wanted);
          case BlobRangeRequest wanted -> modules.range(guest.talk, guest.id(), wanted);
          case SnapshotRequest wanted ->
              states.newest(guest.talk, guest.id(), guest.context.head(), wanted);
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
