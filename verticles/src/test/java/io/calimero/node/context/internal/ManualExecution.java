// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal;

import io.calimero.node.events.Action;
import io.calimero.node.events.Attestation;
import io.calimero.node.events.BlobId;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.ConfigurationEvent;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Entry;
import io.calimero.node.events.GuestError;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Head;
import io.calimero.node.events.Outcome;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Transaction;
import io.calimero.node.events.WriteSet;
import io.calimero.node.events.messages.ApplicationMessages.ModuleDescription;
import io.calimero.node.events.messages.AttestationMessages.Attempt;
import io.calimero.node.events.messages.AttestationMessages.Attest;
import io.calimero.node.events.messages.AttestationMessages.Ordinary;
import io.calimero.node.events.messages.ExecutionMessages.Answer;
import io.calimero.node.events.messages.ExecutionMessages.Effect;
import io.calimero.node.events.messages.ExecutionMessages.Execute;
import io.calimero.node.events.messages.ExecutionMessages.Executed;
import io.calimero.node.events.messages.ExecutionMessages.GetState;
import io.calimero.node.events.messages.ExecutionMessages.GuestFailure;
import io.calimero.node.events.messages.ExecutionMessages.Initialize;
import io.calimero.node.events.messages.ExecutionMessages.Migrate;
import io.calimero.node.events.messages.ExecutionMessages.NoEffect;
import io.calimero.node.events.messages.ExecutionMessages.NoInitializer;
import io.calimero.node.events.messages.ExecutionMessages.NotRun;
import io.calimero.node.events.messages.ExecutionMessages.Query;
import io.calimero.node.events.messages.ExecutionMessages.Read;
import io.calimero.node.events.messages.ExecutionMessages.Replay;
import io.calimero.node.events.messages.ExecutionMessages.Replayed;
import io.calimero.node.events.messages.ExecutionMessages.Result;
import io.calimero.node.events.messages.ExecutionMessages.State;
import io.calimero.node.events.messages.ExecutionMessages.ToSign;
import io.calimero.node.events.messages.MembershipMessages.Reexecute;
import io.calimero.node.events.messages.MembershipMessages.Reexecuted;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Executes without WebAssembly: {@code set} writes its arguments, {@code get} writes nothing,
 * {@code fail} fails.
 */
final class ManualExecution implements Execution {
  /** What every query is answered. */
  Answer queried =
      new Read(1, new Outcome(Optional.empty(), List.of(), List.of(), WriteSet.EMPTY, 0));

  private final List<Execute> requests = new ArrayList<>();
  private final List<Query> queries = new ArrayList<>();
  private ModuleDescription description = new ModuleDescription(List.of("set"), "ref");
  private List<Action> actions = List.of();
  private int most = Integer.MAX_VALUE;
  private final List<Attest> attests = new ArrayList<>();
  private Function<Attest, Attempt> attempt = _ -> new Ordinary();
  private int stale;

  /** What {@code migrate} writes; or "none" if there is none, or "fail". */
  String migrating = "none";

  /** What executing once more gives. */
  Optional<Reexecuted> reexecuted = Optional.empty();

  /** Where the state is, of which nothing but that is known. */
  Optional<Head> state = Optional.empty();

  /** The term of what is executed, which the configuration of a real view would tell. */
  long term = 1;

  List<Execute> requests() {
    return requests;
  }

  /** From now on no more than so many transactions of a batch are run. */
  void runAtMost(final int transactions) {
    most = transactions;
  }

  /** From now on calls for their author give this. */
  void attempt(final Function<Attest, Attempt> gives) {
    attempt = gives;
  }

  /** So many attested transactions are stale when they are ordered. */
  void stale(final int transactions) {
    stale = transactions;
  }

  List<Attest> attests() {
    return attests;
  }

  @Override
  public CompletionStage<Attempt> attest(final Attest request) {
    attests.add(request);
    return CompletableFuture.completedStage(attempt.apply(request));
  }

  @Override
  public CompletionStage<Executed> execute(final Execute request) {
    requests.add(request);
    final List<Result> results = new ArrayList<>();
    Head head = request.base();
    for (final Transaction.Signed transaction : request.transactions()) {
      if (results.size() < most) {
        final Result result = run(request.context(), head, request.now(), transaction);
        results.add(result);
        if (result instanceof Effect effect) {
          head = new Head(effect.entry().position(), effect.hash(), effect.entry().timestamp());
        }
      }
    }
    return CompletableFuture.completedStage(new Executed(results));
  }

  @Override
  public CompletionStage<Executed> initialize(final Initialize request) {
    final Transaction init = request.initialization().transaction();
    final Result result =
        switch (init.arguments().toUtf8()) {
          case "fail" -> failure();
          case "none" -> new NoInitializer();
          case "private" -> new ToSign(attested(init, request.genesis().signed()));
          default ->
              run(init.context(), request.genesis().signed().head(), 0, request.initialization());
        };
    return CompletableFuture.completedStage(new Executed(List.of(result)));
  }

  private Transaction attested(final Transaction init, final Entry.Signed genesis) {
    return init.attested(
        new Attestation(
            1,
            genesis.hash(),
            new BlobId(Hash.ZERO),
            List.of(),
            new Outcome(Optional.empty(), List.of(), List.of(), WriteSet.EMPTY, 0, actions)));
  }

  @Override
  public CompletionStage<Executed> migrate(final Migrate request) {
    final ConfigurationEvent.Signed change = request.change();
    final Result result =
        switch (migrating) {
          case "none" -> new NoInitializer();
          case "fail" -> failure();
          default -> {
            final Outcome outcome = writing(Bytes.utf8(migrating), List.of());
            final Entry entry =
                Entry.after(
                    request.context(),
                    request.base(),
                    request.now(),
                    term,
                    new Entry.Configured(change, Optional.of(outcome.digest())));
            yield new Effect(entry, entry.hash(), outcome);
          }
        };
    return CompletableFuture.completedStage(new Executed(List.of(result)));
  }

  @Override
  public CompletionStage<Reexecuted> reexecute(final Reexecute request) {
    return CompletableFuture.completedStage(reexecuted.orElseThrow());
  }

  @Override
  public CompletionStage<State> state(final GetState request) {
    return CompletableFuture.completedStage(new State(state.orElseThrow(), Hash.ZERO, 0, 0));
  }

  @Override
  public CompletionStage<Replayed> replay(final Replay request) {
    final List<Optional<Outcome>> outcomes = new ArrayList<>();
    Head head = request.base();
    for (final Entry.Signed signed : request.entries()) {
      if (signed.entry().payload() instanceof final Entry.Executed executed) {
        final Result result =
            run(request.context(), head, signed.entry().timestamp(), executed.transaction());
        if (!(result instanceof final Effect effect)
            || !effect.outcome().digest().equals(executed.outcomeDigest())) {
          return CompletableFuture.completedStage(
              new Replayed(outcomes, Optional.of("another outcome")));
        }
        outcomes.add(Optional.of(effect.outcome()));
      } else if (signed.entry().payload() instanceof final Entry.Configured configured
          && configured.outcomeDigest().isPresent()) {
        outcomes.add(Optional.of(writing(Bytes.utf8(migrating), List.of())));
      } else {
        outcomes.add(Optional.empty());
      }
      head = signed.head();
    }
    return CompletableFuture.completedStage(new Replayed(outcomes, Optional.empty()));
  }

  @Override
  public CompletionStage<ModuleDescription> check(final Bytes module) {
    return module.length() < 8
        ? CompletableFuture.failedStage(
            Problem.of(Problem.Code.INVALID_MODULE, "it is no WebAssembly module").toException())
        : CompletableFuture.completedStage(new ModuleDescription(List.of("set"), "ref"));
  }

  @Override
  public CompletionStage<ModuleDescription> describe(final BlobId module) {
    return CompletableFuture.completedStage(description);
  }

  /** From now on {@code act} asks for this. */
  void ask(final Action... forThese) {
    actions = List.of(forThese);
  }

  /** From now on every module describes itself so. */
  void describe(final ModuleDescription as) {
    description = as;
  }

  @Override
  public CompletionStage<Answer> query(final Query query) {
    queries.add(query);
    return CompletableFuture.completedStage(queried);
  }

  List<Query> queries() {
    return queries;
  }

  private Result run(
      final ContextId context,
      final Head head,
      final long now,
      final Transaction.Signed transaction) {
    if (transaction.transaction().attestation().isPresent() && stale > 0) {
      stale--;
      return new NotRun(Problem.of(Problem.Code.STALE, "a row has changed"));
    }
    return switch (transaction.transaction().method()) {
      case "get" ->
          new NoEffect(
              head.position(),
              new Outcome(Optional.empty(), List.of(), List.of(), WriteSet.EMPTY, 0));
      case "fail" -> failure();
      default -> effect(context, head, now, transaction);
    };
  }

  private Effect effect(
      final ContextId context,
      final Head head,
      final long now,
      final Transaction.Signed transaction) {
    final Outcome outcome =
        writing(
            transaction.transaction().arguments(),
            transaction.transaction().method().equals("act")
                    || transaction.transaction().attestation().isPresent()
                ? actions
                : List.of());
    final Entry entry =
        Entry.after(context, head, now, term, new Entry.Executed(transaction, outcome.digest()));
    return new Effect(entry, entry.hash(), outcome);
  }

  private static Outcome writing(final Bytes value, final List<Action> asking) {
    return new Outcome(
        Optional.empty(),
        List.of(),
        List.of(),
        new WriteSet(List.of(new WriteSet.Write(Bytes.utf8("k"), Optional.of(value)))),
        0,
        asking);
  }

  private static GuestFailure failure() {
    return new GuestFailure(GuestError.panic("as the test says"), List.of("a log"));
  }
}
