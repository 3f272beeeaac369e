// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.catchup.internal;

import io.calimero.node.events.ConfigurationEvent;
import io.calimero.node.events.ConfigurationEvent.MemberInvited;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Head;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.bus.Topics;
import io.calimero.node.events.messages.CatchupMessages;
import io.calimero.node.events.messages.ContextMessages.Get;
import io.calimero.node.events.messages.ContextMessages.OrderChange;
import io.calimero.node.events.messages.ContextMessages.Summary;
import io.calimero.node.events.messages.MembershipMessages.Knock;
import io.calimero.node.events.messages.NetworkMessages;
import io.calimero.node.events.messages.NetworkMessages.Dial;
import io.calimero.node.events.messages.NetworkMessages.Ending;
import io.calimero.node.events.messages.NetworkMessages.OpenStream;
import io.calimero.node.events.peers.PeerMessage;
import io.calimero.node.events.peers.PeerMessage.Failure;
import io.calimero.node.events.peers.PeerMessage.Knocking;
import io.calimero.node.events.peers.PeerMessage.Ordered;
import io.calimero.node.events.peers.PeerMessage.Refused;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Letting in those who have an open invitation. Any member's node may be asked, and has the change
 * ordered by the coordinator. Whoever has no invitation of a member is told nothing.
 */
final class Knocks {
  /** The member who is asked may have to ask the coordinator. */
  private static final int PATIENCE = 4;

  private final Commands commands;
  private final Submissions submissions;

  Knocks(final Commands commands, final Submissions submissions) {
    this.commands = commands;
    this.submissions = submissions;
  }

  /** Asks the first of the addresses that answers. */
  CompletableFuture<CatchupMessages.Done> knock(final Knock request) {
    return commands
        .ask(Topics.PEER_DIAL, new Dial(request.addresses()))
        .thenCompose(
            dialled ->
                commands.ask(
                    Topics.STREAM_OPEN,
                    new OpenStream(dialled.peer(), List.of(), PeerMessage.PROTOCOL)))
        .thenCompose(
            stream -> {
              final Conversation talk = new Conversation(commands, stream);
              return talk.say(new Knocking(request.change()))
                  .thenCompose(_ -> talk.expect(Ordered.class, PATIENCE))
                  .whenComplete(
                      (_, failure) -> talk.end(failure == null ? Ending.DONE : Ending.RESET));
            })
        .thenApply(_ -> new CatchupMessages.Done());
  }

  /** Somebody knocks here. */
  CompletableFuture<NetworkMessages.Done> answer(final Conversation talk, final Knocking knocking) {
    final ConfigurationEvent.Signed change = knocking.change();
    return invitedBy(change)
        .thenCompose(
            context ->
                context.isEmpty()
                    ? talk.say(new Refused())
                    : order(context.get(), change)
                        .thenCompose(head -> talk.say(new Ordered(head)))
                        .exceptionallyCompose(
                            failure -> {
                              final Problem problem = Problems.of(failure);
                              return talk.say(new Failure(problem.code(), problem.message()));
                            }));
  }

  /** The context, if it is here and the invitation is one of a member. */
  private CompletableFuture<Optional<Summary>> invitedBy(final ConfigurationEvent.Signed change) {
    if (!(change.event() instanceof final MemberInvited invited)
        || !invited.invitation().context().equals(change.context())
        || !change.verify()
        || !invited.invitation().verify()) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
    return context(change.context())
        .thenApply(
            found ->
                found
                    .filter(context -> context.members().contains(invited.invitation().inviter()))
                    .filter(context -> !context.owned().isEmpty()));
  }

  private CompletableFuture<Optional<Summary>> context(final ContextId id) {
    return commands
        .ask(Topics.CONTEXT_GET, new Get(id))
        .thenApply(Optional::of)
        .exceptionally(_ -> Optional.empty());
  }

  private CompletableFuture<Head> order(
      final Summary context, final ConfigurationEvent.Signed change) {
    return News.orders(context)
        ? commands
            .ask(Topics.CHANGE_ORDER, new OrderChange(change))
            .thenApply(applied -> applied.head())
        : submissions
            .change(change)
            .thenApply(Ordered::head)
            .exceptionallyCompose(
                failure ->
                    CompletableFuture.failedFuture(
                        Problems.of(failure).code() == Code.NOT_COORDINATOR
                            ? Problem.of(Code.BUSY, "the context is being handed over: try again")
                                .toException()
                            : Problems.of(failure).toException()));
  }
}
