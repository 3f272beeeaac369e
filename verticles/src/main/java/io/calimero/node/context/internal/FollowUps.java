// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal;

import io.calimero.node.events.Action;
import io.calimero.node.events.Action.CallContext;
import io.calimero.node.events.Action.CreateContext;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.Configuration;
import io.calimero.node.events.Entry;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Origin;
import io.calimero.node.events.Outcome;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.PublicKey;
import io.calimero.node.events.Transaction;
import io.calimero.node.events.codec.BorshWriter;
import io.calimero.node.events.messages.ApplicationMessages.ModuleDescription;
import io.calimero.node.events.messages.ContextMessages.Create;
import io.calimero.node.events.messages.ContextMessages.FollowedUp;
import io.calimero.node.events.messages.ExecutionMessages.Answer;
import io.calimero.node.events.messages.ExecutionMessages.Failed;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Does what calls asked for beyond their contexts, once they are on disk: makes and removes
 * contexts, calls others. Only the node of the executor does, and once: what a crash comes between
 * is not done later. On the loop.
 */
final class FollowUps {
  private final Contexts contexts;
  private final Writing writing;
  private final KeyRing keys;
  private final Descriptions descriptions;
  private final Notices notices;
  private final Function<Create, CompletableFuture<?>> creation;

  FollowUps(
      final Contexts contexts,
      final Writing writing,
      final KeyRing keys,
      final Descriptions descriptions,
      final Notices notices,
      final Function<Create, CompletableFuture<?>> creation) {
    this.contexts = contexts;
    this.writing = writing;
    this.keys = keys;
    this.descriptions = descriptions;
    this.notices = notices;
    this.creation = creation;
  }

  /** Begins with what the entries of a context ask for, in their order. */
  void begin(final Configuration caller, final List<Entry.Logged> entries) {
    for (final Entry.Logged logged : entries) {
      final List<Action> actions = logged.outcome().map(Outcome::actions).orElse(List.of());
      if (!actions.isEmpty()
          && logged.entry().payload() instanceof Entry.Executed executed
          && keys.owns(executed.transaction().transaction().executor())) {
        for (int i = 0; i < actions.size(); i++) {
          follow(caller, logged, executed.transaction().transaction(), i, actions.get(i));
        }
      }
    }
  }

  private void follow(
      final Configuration caller,
      final Entry.Logged logged,
      final Transaction asking,
      final int index,
      final Action action) {
    final Optional<CompletableFuture<?>> done =
        switch (action) {
          case CreateContext create ->
              Optional.of(
                  creation.apply(
                      new Create(
                          create.application(),
                          Optional.of(create.seed()),
                          create.initialization())));
          case Action.RemoveContext remove -> Optional.of(contexts.remove(remove.context()));
          case CallContext call ->
              Optional.of(call(caller, asking, call, uniqueId(logged.signed().hash(), index)));
          case Action.AddMember _,
              Action.RemoveMember _,
              Action.SendProposal _,
              Action.ApproveProposal _,
              Action.StoreBlob _,
              Action.AnnounceBlob _,
              Action.WitnessMigration _ ->
              Optional.empty();
        };
    if (done.isPresent()) {
      final CompletableFuture<Async.Done> _ =
          done.get()
              .handle(
                  (_, failure) -> {
                    notices.followedUp(
                        new FollowedUp(
                            caller.context(),
                            logged.entry().position(),
                            index,
                            action,
                            Optional.ofNullable(failure).map(why -> Async.problem(why).message())));
                    return Async.Done.DONE;
                  });
    }
  }

  private CompletableFuture<?> call(
      final Configuration caller,
      final Transaction asking,
      final CallContext call,
      final Bytes uniqueId) {
    final Origin origin =
        new Origin(caller.context(), asking.origin().map(Origin::depth).orElse(0) + 1);
    return contexts
        .require(call.context())
        .thenCompose(
            target ->
                descriptions
                    .of(target.configuration().application().blob())
                    .thenCompose(
                        description -> {
                          final Optional<PublicKey> executor =
                              executor(caller, asking.executor(), target, description, call);
                          return executor.isPresent()
                              ? writing.submit(call, executor.get(), origin, uniqueId)
                              : Async.<Answer>failed(denied(call));
                        }))
        .thenCompose(
            answer ->
                answer instanceof Failed failed
                    ? Async.failed(Problem.of(Code.INVALID_REQUEST, failed.error().message()))
                    : CompletableFuture.completedFuture(answer));
  }

  /**
   * In whose name a call of another context is made, if it may be. A module that describes itself
   * says which of its methods may be called by whom; for one that does not, the members of its
   * context have said it by taking the caller in as a member.
   */
  private Optional<PublicKey> executor(
      final Configuration caller,
      final PublicKey asking,
      final Hosted target,
      final ModuleDescription description,
      final CallContext call) {
    final boolean member = target.configuration().isMember(asking);
    if (description.abi().isEmpty()) {
      return member ? Optional.of(asking) : Optional.empty();
    }
    final boolean same =
        caller.application().blob().equals(target.configuration().application().blob());
    final boolean allowed =
        description.callable().stream()
            .filter(method -> method.method().equals(call.method()))
            .anyMatch(method -> same || method.byAnyApplication());
    return allowed ? Optional.of(member ? asking : contexts.ownIdentity(target)) : Optional.empty();
  }

  private static Problem denied(final CallContext call) {
    return Problem.of(
        Code.UNAUTHORIZED,
        "context "
            + call.context()
            + " lets this one not call "
            + call.method()
            + ": neither does its application say so, nor is the executor its member",
        call.context().hash());
  }

  /** The same for the same request, so that it cannot be in a log twice under two names. */
  private static Bytes uniqueId(final Hash entry, final int index) {
    final Hash digest = Hash.sha256(new BorshWriter().hash(entry).u32(index).toByteArray());
    return Bytes.wrap(Arrays.copyOf(digest.toByteArray(), Transaction.UNIQUE_ID_LENGTH));
  }
}
