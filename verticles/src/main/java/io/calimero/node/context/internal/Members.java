// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal;

import io.calimero.node.context.ContextConfig;
import io.calimero.node.events.Capability;
import io.calimero.node.events.ConfigurationEvent;
import io.calimero.node.events.ConfigurationEvent.MemberInvited;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Head;
import io.calimero.node.events.OpenInvitation;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.PublicKey;
import io.calimero.node.events.codec.MalformedException;
import io.calimero.node.events.crypto.KeyPair;
import io.calimero.node.events.messages.CatchupMessages.Fetch;
import io.calimero.node.events.messages.ContextMessages.Applied;
import io.calimero.node.events.messages.ContextMessages.Invite;
import io.calimero.node.events.messages.ContextMessages.Invited;
import io.calimero.node.events.messages.ContextMessages.Join;
import io.calimero.node.events.messages.ContextMessages.Joined;
import io.calimero.node.events.messages.ContextMessages.OrderChange;
import io.calimero.node.events.messages.ContextMessages.Prove;
import io.calimero.node.events.messages.ContextMessages.Proven;
import io.calimero.node.events.messages.MembershipMessages.InviteOpenly;
import io.calimero.node.events.messages.MembershipMessages.Knock;
import io.calimero.node.events.peers.Invitation;
import io.calimero.node.events.peers.OpenPass;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Who is a member, and how one becomes one. On the loop. */
final class Members {
  private static final Duration AGAIN = Duration.ofSeconds(2);
  private static final long MAX_SECONDS = TimeUnit.DAYS.toSeconds(366);

  private final Contexts contexts;
  private final Writing writing;
  private final KeyRing keys;
  private final Others others;
  private final ContextConfig config;
  private final Contexts.UniqueIds uniqueIds;
  private final LongSupplier clock;
  private final Async async;
  private final Timers timers;
  private boolean stopped;

  Members(
      final Contexts contexts,
      final Writing writing,
      final KeyRing keys,
      final Others others,
      final ContextConfig config,
      final Contexts.UniqueIds uniqueIds,
      final LongSupplier clock,
      final Async async,
      final Timers timers) {
    this.timers = timers;
    this.contexts = contexts;
    this.writing = writing;
    this.keys = keys;
    this.others = others;
    this.config = config;
    this.uniqueIds = uniqueIds;
    this.clock = clock;
    this.async = async;
  }

  /** Makes the invitee a member, on disk, and tells how to join. */
  CompletableFuture<Invited> invite(final Invite request) {
    return contexts
        .require(request.context())
        .thenCompose(
            context -> {
              if (!keys.owns(request.inviter())
                  || !context.configuration().has(request.inviter(), Capability.MANAGE_MEMBERS)) {
                return Async.failed(
                    Problem.of(
                        Code.UNAUTHORIZED,
                        request.inviter() + " is no identity of this node that may add members",
                        request.inviter().hash()));
              }
              return keys.find(request.inviter());
            })
        .thenCompose(
            inviter ->
                add(request, inviter)
                    .thenCompose(_ -> async.onLoop(others.addresses()))
                    .thenApply(
                        addresses ->
                            new Invited(
                                Invitation.sign(
                                        inviter, request.context(), request.invitee(), addresses)
                                    .toText())));
  }

  private CompletableFuture<Async.Done> add(final Invite request, final KeyPair inviter) {
    return contexts
        .require(request.context())
        .thenCompose(
            context ->
                context.configuration().isMember(request.invitee())
                    ? CompletableFuture.completedFuture(Async.Done.DONE)
                    : async
                        .onLoop(config.addMember(inviter, request.context(), request.invitee()))
                        .thenApply(_ -> Async.Done.DONE));
  }

  /** Makes an invitation that whoever has it can join by. */
  CompletableFuture<Invited> open(final InviteOpenly request) {
    if (request.uses() < 0 || request.seconds() < 1 || request.seconds() > MAX_SECONDS) {
      return Async.failed(
          Problem.of(
              Code.INVALID_REQUEST,
              "an open invitation is good for 1 to " + MAX_SECONDS + " seconds"));
    }
    return contexts
        .require(request.context())
        .thenCompose(
            context -> {
              final Optional<PublicKey> inviter =
                  request.inviter().map(List::of).orElseGet(() -> contexts.owned(context)).stream()
                      .filter(keys::owns)
                      .filter(key -> context.configuration().has(key, Capability.MANAGE_MEMBERS))
                      .findFirst();
              return inviter.isEmpty()
                  ? Async.failed(
                      Problem.of(
                          Code.UNAUTHORIZED,
                          "no identity of this node may add members to the context",
                          request.context().hash()))
                  : keys.find(inviter.get())
                      .thenCompose(
                          key ->
                              async
                                  .onLoop(others.addresses())
                                  .thenApply(addresses -> pass(key, context, request, addresses)));
            });
  }

  private Invited pass(
      final KeyPair inviter,
      final Hosted context,
      final InviteOpenly request,
      final List<String> addresses) {
    final long now = Math.max(clock.getAsLong(), context.head().timestamp());
    final OpenInvitation invitation =
        OpenInvitation.sign(
            inviter,
            request.context(),
            uniqueIds.next(),
            context.configuration().admission().round(),
            now + TimeUnit.SECONDS.toNanos(request.seconds()),
            request.uses());
    return new Invited(OpenPass.of(invitation, addresses).toText());
  }

  /** Orders a change of a member elsewhere, or of one who becomes a member by it. */
  CompletableFuture<Applied> order(final OrderChange request) {
    final ConfigurationEvent.Signed change = request.change();
    return contexts
        .require(change.context())
        .thenCompose(
            hosted ->
                // Whoever was let in and did not hear of it asks again.
                change.event() instanceof MemberInvited
                        && change.verify()
                        && hosted.configuration().isMember(change.author())
                    ? CompletableFuture.completedFuture(hosted.head())
                    : writing.change(change.context(), hosted, change))
        .thenApply(Applied::new);
  }

  /** Joins by an invitation. */
  CompletableFuture<Joined> join(final Join request) {
    try {
      return OpenPass.is(request.invitation())
          ? joinOpenly(OpenPass.parse(request.invitation()), request.member())
          : joinAsInvited(Invitation.parse(request.invitation()));
    } catch (final MalformedException e) {
      return Async.failed(
          Problem.of(Code.INVALID_REQUEST, "this is no invitation: " + e.getMessage()));
    }
  }

  private CompletableFuture<Joined> joinAsInvited(final Invitation invitation) {
    final PublicKey invitee = invitation.invitee();
    if (!invitation.verify()) {
      return Async.failed(
          Problem.of(Code.INVALID_REQUEST, "the invitation is not signed by its inviter"));
    }
    if (!keys.owns(invitee)) {
      return Async.failed(notHere(invitee));
    }
    return fetch(
        new Fetch(invitation.context(), invitee, invitation.inviter(), invitation.addresses()));
  }

  /** The node of a member is asked to let the identity in, and then for the log. */
  private CompletableFuture<Joined> joinOpenly(
      final OpenPass pass, final Optional<PublicKey> member) {
    final OpenInvitation invitation = pass.invitation();
    if (!invitation.verify()) {
      return Async.failed(
          Problem.of(Code.INVALID_REQUEST, "the invitation is not signed by its inviter"));
    }
    if (member.isPresent() && !keys.owns(member.get())) {
      return Async.failed(notHere(member.get()));
    }
    final List<PublicKey> own =
        contexts.find(invitation.context()).map(contexts::owned).orElse(List.of());
    if (!own.isEmpty() && member.isEmpty()) {
      return CompletableFuture.completedFuture(new Joined(invitation.context(), own.getFirst()));
    }
    return member
        .map(keys::find)
        .orElseGet(() -> keys.add(keys.generate()))
        .thenCompose(
            key ->
                async
                    .onLoop(others.knock(knock(key, pass)))
                    .thenCompose(
                        _ ->
                            fetch(
                                new Fetch(
                                    invitation.context(),
                                    key.publicKey(),
                                    invitation.inviter(),
                                    pass.addresses()))));
  }

  private Knock knock(final KeyPair joiner, final OpenPass pass) {
    return new Knock(
        ConfigurationEvent.Signed.sign(
            joiner,
            pass.invitation().context(),
            uniqueIds.next(),
            new MemberInvited(joiner.publicKey(), pass.invitation())),
        pass.addresses());
  }

  /** Fetches what is not here; also for one who is a member again, and has an old log. */
  private CompletableFuture<Joined> fetch(final Fetch request) {
    final ContextId context = request.context();
    final Joined joined = new Joined(context, request.member());
    final Optional<Hosted> here = contexts.find(context);
    if (here.filter(known -> !contexts.owned(known).isEmpty() && !known.left()).isPresent()) {
      return CompletableFuture.completedFuture(joined);
    }
    if (!contexts.beginJoining(request)) {
      return Async.failed(
          Problem.of(Code.BUSY, "the context is being joined already", context.hash()));
    }
    final CompletableFuture<Async.Done> open =
        here.filter(Hosted::left)
            .map(contexts::resume)
            .orElseGet(() -> CompletableFuture.completedFuture(Async.Done.DONE));
    return open.thenCompose(_ -> async.onLoop(others.fetch(request)))
        .<Joined>thenApply(_ -> joined)
        .whenComplete(
            (_, failure) -> {
              contexts.endJoining(context);
              if (failure != null) {
                contexts.failedJoining(context);
              }
            });
  }

  /**
   * Goes on with what was being joined when the node ended: whoever was met then may have been
   * forgotten, and is found at the addresses of the invitation.
   */
  void resume() {
    contexts.unfinished().forEach(this::resume);
  }

  private void resume(final Fetch how) {
    if (stopped || !contexts.unfinished().contains(how)) {
      return;
    }
    async.settled(
        async.onLoop(others.fetch(how)),
        (_, problem) -> {
          if (problem != null) {
            timers.after(AGAIN, () -> resume(how));
          }
        });
  }

  /** Goes on with nothing any more. */
  void stop() {
    stopped = true;
  }

  private static Problem notHere(final PublicKey invitee) {
    return Problem.of(
        Code.UNAUTHORIZED,
        "the invitation is for " + invitee + ", whose key is not on this node",
        invitee.hash());
  }

  /** Signs a proof of membership; of an invitee too, whose context is not here yet. */
  CompletableFuture<Proven> prove(final Prove request) {
    return keys.find(request.member())
        .thenApply(
            key ->
                new Proven(
                    key.sign(
                        request.server()
                            ? request.membership().ofServer(request.member())
                            : request.membership().ofClient(request.member()))));
  }

  /** The end of a log. */
  CompletableFuture<Head> head(final ContextId context) {
    return contexts.require(context).thenApply(Hosted::head);
  }
}
