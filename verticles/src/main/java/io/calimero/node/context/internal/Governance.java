// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal;

import io.calimero.node.context.ContextConfig;
import io.calimero.node.events.BlobId;
import io.calimero.node.events.Configuration;
import io.calimero.node.events.ConfigurationEvent;
import io.calimero.node.events.ConfigurationEvent.ApplicationUpdated;
import io.calimero.node.events.ConfigurationEvent.CapabilityGranted;
import io.calimero.node.events.ConfigurationEvent.CapabilityRevoked;
import io.calimero.node.events.ConfigurationEvent.CoordinatorChanged;
import io.calimero.node.events.ConfigurationEvent.MemberAdded;
import io.calimero.node.events.ConfigurationEvent.MemberRemoved;
import io.calimero.node.events.ConfigurationRules;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Entry;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.PublicKey;
import io.calimero.node.events.messages.MembershipMessages;
import io.calimero.node.events.messages.MembershipMessages.AddMember;
import io.calimero.node.events.messages.MembershipMessages.Alter;
import io.calimero.node.events.messages.MembershipMessages.Alteration;
import io.calimero.node.events.messages.MembershipMessages.Altered;
import io.calimero.node.events.messages.MembershipMessages.GetMembers;
import io.calimero.node.events.messages.MembershipMessages.Grant;
import io.calimero.node.events.messages.MembershipMessages.HandOver;
import io.calimero.node.events.messages.MembershipMessages.HasMet;
import io.calimero.node.events.messages.MembershipMessages.Leave;
import io.calimero.node.events.messages.MembershipMessages.Left;
import io.calimero.node.events.messages.MembershipMessages.Member;
import io.calimero.node.events.messages.MembershipMessages.RemoveMember;
import io.calimero.node.events.messages.MembershipMessages.Revoke;
import io.calimero.node.events.messages.MembershipMessages.UpdateApplication;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/** What the members of this node change in their contexts. On the loop. */
final class Governance {
  private final Contexts contexts;
  private final Applications applications;
  private final ContextConfig config;
  private final KeyRing keys;
  private final Others others;
  private final LongSupplier clock;
  private final Async async;

  Governance(
      final Contexts contexts,
      final Applications applications,
      final ContextConfig config,
      final KeyRing keys,
      final Others others,
      final LongSupplier clock,
      final Async async) {
    this.contexts = contexts;
    this.applications = applications;
    this.config = config;
    this.keys = keys;
    this.others = others;
    this.clock = clock;
    this.async = async;
  }

  CompletableFuture<MembershipMessages.Members> members(final GetMembers request) {
    return contexts
        .require(request.context())
        .thenApply(
            hosted -> {
              final Configuration configuration = hosted.configuration();
              return new MembershipMessages.Members(
                  configuration.members().entrySet().stream()
                      .map(
                          member ->
                              new Member(
                                  member.getKey(),
                                  List.copyOf(new TreeSet<>(member.getValue())),
                                  keys.owns(member.getKey()),
                                  member.getKey().equals(configuration.coordinator())))
                      .toList());
            });
  }

  CompletableFuture<Altered> alter(final Alter request) {
    return contexts
        .require(request.context())
        .thenCompose(
            hosted -> {
              final Optional<ConfigurationEvent> event = event(request.alteration());
              return event.isEmpty()
                  ? Async.failed(notInstalled(request.alteration()))
                  : author(hosted, request.author(), event.get())
                      .thenCompose(author -> propose(hosted, author, event.get()))
                      .thenCompose(
                          altered -> warned(request.context(), request.alteration(), altered));
            });
  }

  /** Meanwhile the coordinator's node may ask this one for what it proposes. */
  private CompletableFuture<Altered> propose(
      final Hosted hosted, final PublicKey author, final ConfigurationEvent event) {
    final ContextId context = hosted.configuration().context();
    if (!(event instanceof final ApplicationUpdated updated)) {
      return change(context, author, event);
    }
    final BlobId module = updated.application().blob();
    hosted.propose(module);
    return change(context, author, event).whenComplete((_, _) -> hosted.decided(module));
  }

  private CompletableFuture<Altered> change(
      final ContextId context, final PublicKey author, final ConfigurationEvent event) {
    return keys.find(author)
        .thenCompose(key -> async.onLoop(config.change(key, context, event)))
        .thenApply(head -> new Altered(head, Optional.empty()));
  }

  private Optional<ConfigurationEvent> event(final Alteration alteration) {
    return switch (alteration) {
      case AddMember add -> Optional.of(new MemberAdded(add.member()));
      case RemoveMember remove -> Optional.of(new MemberRemoved(remove.member()));
      case Grant grant -> Optional.of(new CapabilityGranted(grant.member(), grant.capability()));
      case Revoke revoke ->
          Optional.of(new CapabilityRevoked(revoke.member(), revoke.capability()));
      case UpdateApplication update ->
          applications.find(update.application()).map(ApplicationUpdated::new);
      case HandOver handOver -> Optional.of(new CoordinatorChanged(handOver.member()));
    };
  }

  private static Problem notInstalled(final Alteration alteration) {
    return alteration instanceof final UpdateApplication update
        ? Applications.notInstalled(update.application())
        : Problem.of(Code.INTERNAL, "internal error: a change that means nothing");
  }

  /** In whose name a change is made: the first member of this node who may, or the one named. */
  private CompletableFuture<PublicKey> author(
      final Hosted hosted, final Optional<PublicKey> named, final ConfigurationEvent event) {
    final List<PublicKey> candidates =
        named.map(List::of).orElseGet(() -> contexts.owned(hosted)).stream()
            .filter(keys::owns)
            .toList();
    if (candidates.isEmpty()) {
      return Async.failed(
          Problem.of(
              Code.UNAUTHORIZED,
              named
                  .map(who -> who + " is no identity of this node")
                  .orElse("this node has no member of the context")));
    }
    final long time = Entry.timeAfter(hosted.head(), clock.getAsLong());
    Optional<String> objection = Optional.empty();
    for (final PublicKey candidate : candidates) {
      objection = ConfigurationRules.objection(hosted.configuration(), candidate, event, time);
      if (objection.isEmpty()) {
        return CompletableFuture.completedFuture(candidate);
      }
    }
    return Async.failed(
        Problem.of(Code.UNAUTHORIZED, objection.orElseThrow(), candidates.getFirst().hash()));
  }

  /** Whoever hands over to a node that nobody has met should know that nobody may order now. */
  private CompletableFuture<Altered> warned(
      final ContextId context, final Alteration alteration, final Altered altered) {
    if (!(alteration instanceof final HandOver handOver) || keys.owns(handOver.member())) {
      return CompletableFuture.completedFuture(altered);
    }
    return async
        .onLoop(others.hasMet(new HasMet(context, handOver.member())))
        .exceptionally(_ -> false)
        .thenApply(
            met ->
                met
                    ? altered
                    : new Altered(
                        altered.head(),
                        Optional.of(
                            "the node of the new coordinator has not been met since this one"
                                + " started: nothing is ordered until it is there and has this"
                                + " entry")));
  }

  /** The members of this node remove themselves, one after the other; then this node stops. */
  CompletableFuture<Left> leave(final Leave request) {
    return contexts
        .require(request.context())
        .thenCompose(
            hosted -> {
              final List<PublicKey> own = contexts.owned(hosted);
              final List<PublicKey> leaving =
                  request.member().map(List::of).orElse(own).stream()
                      .filter(own::contains)
                      .toList();
              if (leaving.isEmpty()) {
                return Async.failed(
                    Problem.of(
                        Code.UNAUTHORIZED,
                        "this node has no such member of the context",
                        request.context().hash()));
              }
              final PublicKey coordinator = hosted.configuration().coordinator();
              if (leaving.contains(coordinator)) {
                return Async.failed(staying(hosted, coordinator));
              }
              CompletableFuture<?> done = CompletableFuture.completedFuture(Async.Done.DONE);
              for (final PublicKey member : leaving) {
                done =
                    done.thenCompose(
                        _ -> change(request.context(), member, new MemberRemoved(member)));
              }
              return leaving.size() < own.size()
                  ? done.thenApply(_ -> new Left(leaving, false))
                  : done.thenCompose(
                          _ -> contexts.leave(request.context(), leaving, request.keepLog()))
                      .thenApply(_ -> new Left(leaving, !request.keepLog()));
            });
  }

  private static Problem staying(final Hosted hosted, final PublicKey coordinator) {
    return Problem.of(
        Code.UNAUTHORIZED,
        hosted.configuration().members().size() == 1
            ? "the only member of a context cannot leave it: delete the context instead"
            : "the coordinator cannot leave: hand the context over to another member first",
        coordinator.hash());
  }
}
