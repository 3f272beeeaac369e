// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal;

import io.calimero.node.events.Action;
import io.calimero.node.events.Action.CallContext;
import io.calimero.node.events.Action.CreateContext;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.Configuration;
import io.calimero.node.events.ContextId;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Does what calls asked for beyond their contexts, once they are on disk: makes and removes
 * contexts, calls others. Only the node of the executor does.
 *
 * <p>A call of another context is made at least once, also if the node ends in between: the
 * configuration of a context is kept only where nothing that its entries asked for is under way, so
 * that the entries behind it tell what is left to do. Its transaction follows from the entry and so
 * is the same again: one that the other log has already is not ordered twice. On the loop.
 */
final class FollowUps {
  private final Contexts contexts;
  private final Writing writing;
  private final KeyRing keys;
  private final Descriptions descriptions;
  private final Notices notices;
  private final Function<Create, CompletableFuture<?>> creation;
  private final Ordering ordering;
  private boolean stopped;

  FollowUps(
      final Contexts contexts,
      final Writing writing,
      final KeyRing keys,
      final Descriptions descriptions,
      final Notices notices,
      final Function<Create, CompletableFuture<?>> creation,
      final Ordering ordering) {
    this.contexts = contexts;
    this.writing = writing;
    this.keys = keys;
    this.descriptions = descriptions;
    this.notices = notices;
    this.creation = creation;
    this.ordering = ordering;
  }

  /** Whether an entry asks for a call of another context. */
  static boolean asks(final Entry.Logged logged) {
    return logged.outcome().map(Outcome::actions).orElse(List.of()).stream()
        .anyMatch(CallContext.class::isInstance);
  }

  /** Sees to what the node did not come to before it ended, of each context one after the other. */
  void resume() {
    for (final Contexts.Performed found : contexts.takeUnsettled()) {
      final ContextId context = found.configuration().context();
      contexts.follows(context);
      CompletableFuture<Async.Done> last = CompletableFuture.completedFuture(Async.Done.DONE);
      for (final Entry.Logged logged : found.entries()) {
        last = last.thenCompose(_ -> follow(found.configuration(), logged, true));
      }
      final CompletableFuture<Void> _ =
          last.thenAccept(
              _ -> {
                if (!stopped) {
                  contexts.followed(context);
                }
              });
    }
  }

  /** What ends from now on has not come to its end: the next start sees to it. */
  void stop() {
    stopped = true;
  }

  /** Begins with what the entries of a context ask for, in their order. */
  void begin(final Configuration caller, final List<Entry.Logged> entries) {
    for (final Entry.Logged logged : entries) {
      final CompletableFuture<Async.Done> _ = follow(caller, logged, false);
    }
  }

  private CompletableFuture<Async.Done> follow(
      final Configuration caller, final Entry.Logged logged, final boolean again) {
    final List<CompletableFuture<Async.Done>> begun = new ArrayList<>();
    final List<Action> actions = logged.outcome().map(Outcome::actions).orElse(List.of());
    if (!actions.isEmpty()
        && logged.entry().payload() instanceof Entry.Executed executed
        && keys.owns(executed.transaction().transaction().executor())) {
      final Transaction asking = executed.transaction().transaction();
      for (int i = 0; i < actions.size(); i++) {
        final int index = i;
        final Action action = actions.get(i);
        if (action instanceof final CallContext call) {
          contexts.follows(caller.context());
          begun.add(
              told(
                  caller,
                  logged,
                  index,
                  action,
                  call(caller, asking, call, uniqueId(logged.signed().hash(), index), again)));
        } else if (!again) {
          begin(action).ifPresent(done -> begun.add(told(caller, logged, index, action, done)));
        }
      }
    }
    return CompletableFuture.allOf(begun.toArray(CompletableFuture<?>[]::new))
        .thenApply(_ -> Async.Done.DONE);
  }

  /** Begins with what is no call of another context. */
  private Optional<CompletableFuture<?>> begin(final Action action) {
    return switch (action) {
      case CreateContext create ->
          Optional.of(
              creation.apply(
                  new Create(
                      create.application(), Optional.of(create.seed()), create.initialization())));
      case Action.RemoveContext remove -> Optional.of(contexts.remove(remove.context()));
      case CallContext _,
          Action.AddMember _,
          Action.RemoveMember _,
          Action.SendProposal _,
          Action.ApproveProposal _,
          Action.StoreBlob _,
          Action.AnnounceBlob _,
          Action.WitnessMigration _ ->
          Optional.empty();
    };
  }

  private CompletableFuture<Async.Done> told(
      final Configuration caller,
      final Entry.Logged logged,
      final int index,
      final Action action,
      final CompletableFuture<?> done) {
    return done.handle(
        (_, failure) -> {
          notices.followedUp(
              new FollowedUp(
                  caller.context(),
                  logged.entry().position(),
                  index,
                  action,
                  Optional.ofNullable(failure).map(why -> Async.problem(why).message())));
          if (action instanceof CallContext && (failure == null || !isBrokenOff(failure))) {
            contexts.followed(caller.context());
          }
          return Async.Done.DONE;
        });
  }

  /** Whether it failed only because this node ends. */
  private boolean isBrokenOff(final Throwable failure) {
    return stopped || Async.problem(failure).code() == Code.LOG_FAILED;
  }

  private CompletableFuture<?> call(
      final Configuration caller,
      final Transaction asking,
      final CallContext call,
      final Bytes uniqueId,
      final boolean again) {
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
                          if (executor.isEmpty()) {
                            return Async.<Answer>failed(denied(call));
                          }
                          final Transaction transaction =
                              Writing.called(call, executor.get(), origin, uniqueId);
                          return again
                              ? unlessMade(target, description, transaction)
                              : writing.submit(transaction);
                        }))
        .thenCompose(
            answer ->
                answer instanceof Failed failed
                    ? Async.failed(Problem.of(Code.INVALID_REQUEST, failed.error().message()))
                    : CompletableFuture.completedFuture(answer));
  }

  /** Makes a call unless it was made before the node ended. */
  private CompletableFuture<Answer> unlessMade(
      final Hosted target, final ModuleDescription description, final Transaction transaction) {
    if (Attestor.concerns(description, target.configuration().limits())) {
      return Async.failed(
          Problem.of(
              Code.NOT_READY,
              "the node ended while the call was being made, and whether it was cannot be told of"
                  + " one that may use what only this node has: it is not made again",
              transaction.context().hash()));
    }
    return ordering
        .find(transaction.context(), transaction.hash())
        .thenCompose(
            found ->
                found.isPresent()
                    ? CompletableFuture.<Answer>completedFuture(found.get())
                    : writing.submit(transaction));
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
