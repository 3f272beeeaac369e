// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal;

import io.calimero.node.events.Capability;
import io.calimero.node.events.ConfigurationEvent;
import io.calimero.node.events.ConfigurationEvent.MemberAdded;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Head;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.PublicKey;
import io.calimero.node.events.codec.MalformedException;
import io.calimero.node.events.crypto.KeyPair;
import io.calimero.node.events.messages.CatchupMessages.Change;
import io.calimero.node.events.messages.CatchupMessages.Fetch;
import io.calimero.node.events.messages.ContextMessages.Applied;
import io.calimero.node.events.messages.ContextMessages.Invite;
import io.calimero.node.events.messages.ContextMessages.Invited;
import io.calimero.node.events.messages.ContextMessages.Join;
import io.calimero.node.events.messages.ContextMessages.Joined;
import io.calimero.node.events.messages.ContextMessages.OrderChange;
import io.calimero.node.events.messages.ContextMessages.Prove;
import io.calimero.node.events.messages.ContextMessages.Proven;
import io.calimero.node.events.peers.Invitation;
import java.util.concurrent.CompletableFuture;

/** Who is a member, and how one becomes one. On the loop. */
final class Members {
  private final Contexts contexts;
  private final Writing writing;
  private final KeyRing keys;
  private final Others others;
  private final Contexts.UniqueIds uniqueIds;
  private final Async async;

  Members(
      final Contexts contexts,
      final Writing writing,
      final KeyRing keys,
      final Others others,
      final Contexts.UniqueIds uniqueIds,
      final Async async) {
    this.contexts = contexts;
    this.writing = writing;
    this.keys = keys;
    this.others = others;
    this.uniqueIds = uniqueIds;
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
                    : change(request.context(), inviter, new MemberAdded(request.invitee())));
  }

  private CompletableFuture<Async.Done> change(
      final ContextId context, final KeyPair author, final ConfigurationEvent event) {
    final ConfigurationEvent.Signed signed =
        ConfigurationEvent.Signed.sign(author, context, uniqueIds.next(), event);
    return contexts
        .require(context)
        .thenCompose(
            hosted ->
                keys.owns(hosted.configuration().coordinator())
                    ? writing.change(context, hosted, signed).thenApply(_ -> Async.Done.DONE)
                    : async
                        .onLoop(others.change(new Change(signed)))
                        .thenApply(_ -> Async.Done.DONE));
  }

  /** Orders a change of a member elsewhere. */
  CompletableFuture<Applied> order(final OrderChange request) {
    final ContextId context = request.change().context();
    return contexts
        .require(context)
        .thenCompose(hosted -> writing.change(context, hosted, request.change()))
        .thenApply(Applied::new);
  }

  /** Joins by an invitation. */
  CompletableFuture<Joined> join(final Join request) {
    final Invitation invitation;
    try {
      invitation = Invitation.parse(request.invitation());
    } catch (final MalformedException e) {
      return Async.failed(
          Problem.of(Code.INVALID_REQUEST, "this is no invitation: " + e.getMessage()));
    }
    final PublicKey invitee = invitation.invitee();
    if (!invitation.verify()) {
      return Async.failed(
          Problem.of(Code.INVALID_REQUEST, "the invitation is not signed by its inviter"));
    }
    if (!keys.owns(invitee)) {
      return Async.failed(
          Problem.of(
              Code.UNAUTHORIZED,
              "the invitation is for " + invitee + ", whose key is not on this node",
              invitee.hash()));
    }
    final Joined joined = new Joined(invitation.context(), invitee);
    if (contexts.find(invitation.context()).isPresent()) {
      return CompletableFuture.completedFuture(joined);
    }
    if (!contexts.beginJoining(invitation.context(), invitee)) {
      return Async.failed(
          Problem.of(
              Code.BUSY, "the context is being joined already", invitation.context().hash()));
    }
    return async
        .onLoop(
            others.fetch(
                new Fetch(
                    invitation.context(), invitee, invitation.inviter(), invitation.addresses())))
        .<Joined>thenApply(_ -> joined)
        .whenComplete((_, _) -> contexts.endJoining(invitation.context()));
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
