// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.execution.internal;

import static io.calimero.node.execution.internal.Cores.AT_ONCE;
import static io.calimero.node.execution.internal.Cores.NO_SNAPSHOTS;
import static io.calimero.node.execution.internal.Cores.append;
import static io.calimero.node.execution.internal.Cores.options;
import static io.calimero.node.execution.internal.Cores.problem;
import static io.calimero.node.execution.internal.Cores.query;
import static io.calimero.node.execution.internal.Cores.results;
import static io.calimero.node.execution.internal.Cores.returned;
import static io.calimero.node.execution.internal.Cores.rootByLog;
import static io.calimero.node.execution.internal.Cores.state;
import static io.calimero.node.execution.internal.Cores.write;
import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.events.Application;
import io.calimero.node.events.BlobId;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.ConfigurationEvent;
import io.calimero.node.events.Domain;
import io.calimero.node.events.Entry;
import io.calimero.node.events.Head;
import io.calimero.node.events.Limits;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.crypto.KeyPair;
import io.calimero.node.events.messages.ApplicationMessages.CheckModule;
import io.calimero.node.events.messages.ContextMessages.Committed;
import io.calimero.node.events.messages.ContextMessages.Gone;
import io.calimero.node.events.messages.ExecutionMessages.Effect;
import io.calimero.node.events.messages.ExecutionMessages.Failed;
import io.calimero.node.events.messages.ExecutionMessages.GetState;
import io.calimero.node.events.messages.ExecutionMessages.GuestFailure;
import io.calimero.node.events.messages.ExecutionMessages.Initialize;
import io.calimero.node.events.messages.ExecutionMessages.NoEffect;
import io.calimero.node.events.messages.ExecutionMessages.NoInitializer;
import io.calimero.node.events.messages.ExecutionMessages.NotRun;
import io.calimero.node.events.messages.ExecutionMessages.Query;
import io.calimero.node.events.messages.ExecutionMessages.Read;
import io.calimero.node.events.messages.ExecutionMessages.Result;
import io.calimero.node.events.messages.ExecutionMessages.State;
import io.calimero.node.events.messages.ExecutionMessages.TransactionExecuted;
import io.calimero.node.events.messages.ExecutionMessages.WouldWrite;
import io.calimero.node.storage.Access;
import io.calimero.node.storage.state.StateStore;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExecutionCoreTest {
  @TempDir private Path directory;

  private final FakeEngine engine = new FakeEngine();
  private final FakeNode node = new FakeNode();
  private final BlobId module = node.install(Bytes.utf8("app"));
  private final FakeContext context = new FakeContext("one", module);
  private ExecutionCore core;

  @BeforeEach
  void aCore() {
    core = restarted();
  }

  private ExecutionCore restarted() {
    return new ExecutionCore(
        options(directory, 100, NO_SNAPSHOTS),
        engine,
        StateStore.open(directory, Access.READ_WRITE),
        node,
        AT_ONCE,
        () -> 0);
  }

  @Test
  void whatIsExecutedIsReadOnlyWhenItIsCommitted() {
    final Head head = Cores.create(core, node, context);
    final List<Result> results =
        results(core.execute(context.execute(head, context.transaction("set", "a 1"))));

    assertThat(returned(core.query(query(context, "get", "a")).join())).isEmpty();
    final Committed committed = append(node, context, results);
    assertThat(node.notices()).isEmpty();
    core.committed(committed);

    assertThat(core.query(query(context, "get", "a")).join())
        .isInstanceOfSatisfying(Read.class, read -> assertThat(read.position()).isEqualTo(2));
    assertThat(returned(core.query(query(context, "get", "a")).join())).contains("1");
  }

  @Test
  void anEntryIsBuiltAsTheCoordinatorMustSignIt() {
    final Head head = Cores.create(core, node, context);
    final var transaction = context.transaction("count", "n");
    final Effect effect =
        (Effect) results(core.execute(context.execute(head, transaction))).getFirst();

    assertThat(effect.entry())
        .isEqualTo(
            Entry.after(
                context.id(),
                head,
                FakeContext.BEGINNING + 1000,
                1,
                new Entry.Executed(transaction, effect.outcome().digest())));
    assertThat(effect.hash()).isEqualTo(effect.entry().hash());
  }

  @Test
  void aBatchChainsAndTheNextBuildsOnItBeforeItIsCommitted() {
    final Head head = Cores.create(core, node, context);
    final List<Result> first =
        results(
            core.execute(
                context.execute(
                    head,
                    context.transaction("count", "n"),
                    context.transaction("noop", ""),
                    context.transaction("fail", ""),
                    context.transaction("count", "n"))));
    assertThat(first.get(1))
        .isInstanceOfSatisfying(NoEffect.class, it -> assertThat(it.position()).isEqualTo(2));
    assertThat(first.get(2))
        .isInstanceOfSatisfying(
            GuestFailure.class, it -> assertThat(it.logs()).containsExactly("about to fail"));
    final Effect last = (Effect) first.get(3);
    assertThat(last.outcome().returned()).contains(Bytes.utf8("2"));
    assertThat(last.entry().prior()).isEqualTo(((Effect) first.getFirst()).hash());

    final Effect next =
        (Effect)
            results(
                    core.execute(
                        context.execute(
                            context.signed(last).signed().head(),
                            context.transaction("count", "n"))))
                .getFirst();
    assertThat(next.outcome().returned()).contains(Bytes.utf8("3"));
    assertThat(next.entry().position()).isEqualTo(4);
  }

  @Test
  void aFailedAppendRollsBackToWhereTheNextBatchBegins() {
    final Head head = Cores.create(core, node, context);
    final Effect lost =
        (Effect)
            results(core.execute(context.execute(head, context.transaction("set", "a lost"))))
                .getFirst();
    results(
        core.execute(
            context.execute(
                context.signed(lost).signed().head(), context.transaction("set", "b lost"))));

    write(core, node, context, context.transaction("count", "n"));

    assertThat(returned(core.query(query(context, "get", "a")).join())).isEmpty();
    assertThat(returned(core.query(query(context, "get", "n")).join())).contains("1");
    assertThat(state(core, context.id()).root()).isEqualTo(rootByLog(node.log(context.id())));
    assertThat(
            problem(
                    core.execute(
                        context.execute(
                            context.signed(lost).signed().head(), context.transaction("noop", ""))))
                .code())
        .isEqualTo(Code.PRIOR_MISMATCH);
  }

  @Test
  void timeAndRandomnessComeFromTheEntryAndNothingElse() {
    final Head head = Cores.create(core, node, context);
    final var transaction = context.transaction("seen", "");
    final Effect effect =
        (Effect) results(core.execute(context.execute(head, transaction))).getFirst();
    final byte[] both = new byte[64];
    head.hash().copyTo(both, 0);
    transaction.hash().copyTo(both, 32);
    assertThat(effect.outcome().returned().orElseThrow().toUtf8())
        .isEqualTo(effect.entry().timestamp() + " " + Domain.RANDOMNESS.digest(both));
  }

  @Test
  void whatMayNotRunIsNotRunAndTheRestIs() {
    final Head head = Cores.create(core, node, context);
    final KeyPair stranger = KeyPair.ofSecret(FakeContext.hash("a stranger"));
    final List<Result> results =
        results(
            core.execute(
                context.execute(
                    head,
                    context.transaction("init", ""),
                    context.transaction("__calimero_sync_next", ""),
                    context.by(stranger, "noop"),
                    new FakeContext("another", module).transaction("noop", ""),
                    context.transaction("count", "n", Optional.of(FakeContext.hash("old"))),
                    context.transaction("late", ""),
                    context.transaction("count", "n", Optional.of(head.hash())))));
    assertThat(results)
        .extracting(it -> it instanceof NotRun notRun ? notRun.problem().code() : "run")
        .containsExactly(
            Code.INVALID_REQUEST,
            Code.INVALID_REQUEST,
            Code.UNAUTHORIZED,
            Code.INVALID_REQUEST,
            Code.PRIOR_MISMATCH,
            Code.DEADLINE,
            "run");
    assertThat(((NotRun) results.get(4)).problem().subject()).contains(head.hash());
  }

  @Test
  void membershipIsThatOfThePosition() {
    final Head head = Cores.create(core, node, context);
    final KeyPair guest = KeyPair.ofSecret(FakeContext.hash("a guest"));
    final Entry.Logged added =
        context.configured(head, new ConfigurationEvent.MemberAdded(guest.publicKey()));
    core.committed(node.append(context.id(), List.of(added)));
    final Head with = node.head(context.id());
    assertThat(results(core.execute(context.execute(with, context.by(guest, "noop")))))
        .first()
        .isInstanceOf(NoEffect.class);

    final Entry.Logged removed =
        context.configured(with, new ConfigurationEvent.MemberRemoved(guest.publicKey()));
    core.committed(node.append(context.id(), List.of(removed)));
    assertThat(
            results(
                core.execute(context.execute(node.head(context.id()), context.by(guest, "noop")))))
        .first()
        .isInstanceOf(NotRun.class);
  }

  @Test
  void queriesAreAnsweredByWhatTheyDo() {
    Cores.create(core, node, context);
    assertThat(core.query(query(context, "set", "a 1")).join()).isEqualTo(new WouldWrite());
    assertThat(core.query(query(context, "fail", "")).join()).isInstanceOf(Failed.class);
    assertThat(problem(core.query(query(context, "late", ""))).code()).isEqualTo(Code.DEADLINE);
    assertThat(problem(core.query(query(context, "init", ""))).code())
        .isEqualTo(Code.INVALID_REQUEST);
    assertThat(problem(core.query(query(context, "__calimero_internal", ""))).code())
        .isEqualTo(Code.INVALID_REQUEST);
    final var stranger = KeyPair.ofSecret(FakeContext.hash("a stranger")).publicKey();
    assertThat(
            problem(
                core.query(new Query(context.id(), Optional.of(stranger), "noop", Bytes.EMPTY))))
        .extracting(it -> it.code(), it -> it.subject())
        .containsExactly(Code.UNAUTHORIZED, Optional.of(stranger.hash()));
  }

  @Test
  void anUnknownContextIsNotFoundAndLeavesNothing() {
    assertThat(problem(core.query(query(context, "get", "a"))).code())
        .isEqualTo(Code.CONTEXT_NOT_FOUND);
    assertThat(problem(core.state(new GetState(context.id()))).code())
        .isEqualTo(Code.CONTEXT_NOT_FOUND);
    assertThat(
            problem(core.execute(context.execute(Head.NONE, context.transaction("noop", ""))))
                .code())
        .isEqualTo(Code.CONTEXT_NOT_FOUND);
    Cores.create(core, node, context);
    assertThat(state(core, context.id()).head()).isEqualTo(node.head(context.id()));
  }

  @Test
  void aContextMayBeginWithInitOrWithout() {
    final FakeContext bare = new FakeContext("bare", node.install(Bytes.utf8("bare")));
    assertThat(results(core.initialize(bare.initialize()))).containsExactly(new NoInitializer());
    assertThat(results(core.initialize(context.initialize())).getFirst())
        .isInstanceOf(NoEffect.class);
    final FakeContext writing = new FakeContext("writing", module);
    final Effect effect =
        (Effect) results(core.initialize(writing.initialize("with this"))).getFirst();
    assertThat(effect.entry().position()).isEqualTo(2);
    core.committed(node.append(writing.id(), List.of(writing.genesis(), writing.signed(effect))));
    assertThat(returned(core.query(query(writing, "get", "begun")).join())).contains("with this");
    assertThat(problem(core.initialize(writing.initialize())).code())
        .isEqualTo(Code.CONTEXT_EXISTS);
  }

  @Test
  void aContextThatIsNotCommittedDoesNotExistAndCanBeBegunAgain() {
    assertThat(results(core.initialize(context.initialize("fail"))).getFirst())
        .isInstanceOf(GuestFailure.class);
    assertThat(problem(core.query(query(context, "get", "a"))).code())
        .isEqualTo(Code.CONTEXT_NOT_FOUND);
    results(core.initialize(context.initialize("first")));
    assertThat(problem(core.query(query(context, "get", "a"))).code())
        .isEqualTo(Code.CONTEXT_NOT_FOUND);
    final Effect second =
        (Effect) results(core.initialize(context.initialize("second"))).getFirst();
    core.committed(node.append(context.id(), List.of(context.genesis(), context.signed(second))));
    assertThat(returned(core.query(query(context, "get", "begun")).join())).contains("second");
  }

  @Test
  void aForgedBeginningIsRefused() {
    final FakeContext other = new FakeContext("other", module);
    assertThat(
            problem(
                    core.initialize(
                        new Initialize(other.genesis(), context.transaction("init", ""))))
                .code())
        .isEqualTo(Code.INVALID_REQUEST);
    final Entry.Logged unproven =
        context.configured(
            Head.NONE,
            new ConfigurationEvent.ContextCreated(
                context.id(),
                new Application(module, 1, "", Bytes.EMPTY),
                context.member(),
                Limits.DEFAULT,
                other.genesis().signed().signature()));
    assertThat(
            problem(core.initialize(new Initialize(unproven, context.transaction("init", ""))))
                .code())
        .isEqualTo(Code.INVALID_REQUEST);
  }

  @Test
  void aLaneThatIsGoneTakesItsStateAlong() {
    Cores.create(core, node, context);
    write(core, node, context, context.transaction("set", "a 1"));
    node.remove(context.id());
    core.gone(new Gone(context.id()));
    assertThat(problem(core.query(query(context, "get", "a"))).code())
        .isEqualTo(Code.CONTEXT_NOT_FOUND);
    Cores.create(core, node, context);
    assertThat(returned(core.query(query(context, "get", "a")).join())).isEmpty();
  }

  @Test
  void replayGivesWhatLivingThroughItGave() {
    Cores.create(core, node, context);
    for (int i = 0; i < 20; i++) {
      write(core, node, context, context.transaction("set", "k" + i % 7 + " " + i));
      write(core, node, context, context.transaction("set", "k" + i % 5 + " -"));
    }
    final State live = state(core, context.id());
    final State replayed = state(restarted(), context.id());
    assertThat(replayed).isEqualTo(live);
    assertThat(live.root()).isEqualTo(rootByLog(node.log(context.id())));
  }

  @Test
  void everyCommittedTransactionIsAnnouncedOnceInOrderWithItsStateRoot() {
    Cores.create(core, node, context);
    for (int i = 0; i < 5; i++) {
      write(
          core,
          node,
          context,
          context.transaction("set", "a " + i),
          context.transaction("set", "b " + i));
    }
    final List<Entry.Logged> log = node.log(context.id());
    assertThat(node.notices())
        .extracting(TransactionExecuted::position)
        .containsExactly(2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L, 11L);
    for (final TransactionExecuted notice : node.notices()) {
      final Entry.Logged entry = log.get((int) notice.position() - 1);
      assertThat(notice.entryHash()).isEqualTo(entry.signed().hash());
      assertThat(notice.stateRoot()).isEqualTo(rootByLog(log.subList(0, (int) notice.position())));
      assertThat(notice.events()).isEqualTo(entry.outcome().orElseThrow().events());
    }
  }

  @Test
  void aGapIsFilledFromTheLogBeforeAnyoneIsAnswered() {
    final Head head = Cores.create(core, node, context);
    final List<Result> first =
        results(
            core.execute(
                context.execute(
                    head,
                    context.transaction("count", "n"),
                    context.transaction("count", "n"),
                    context.transaction("count", "n"))));
    append(node, context, first.subList(0, 2)); // this notice is lost
    final Head missed = context.signed((Effect) first.get(2)).signed().head();
    core.committed(append(node, context, first.subList(2, 3)));

    assertThat(returned(core.query(query(context, "get", "n")).join())).contains("3");
    assertThat(node.notices())
        .extracting(TransactionExecuted::position)
        .containsExactly(2L, 3L, 4L);
    assertThat(results(core.execute(context.execute(missed, context.transaction("noop", "")))))
        .first()
        .isInstanceOf(NoEffect.class);
  }

  @Test
  void aNoticeThatDoesNotFollowMakesTheLaneReloadAndAnnouncesNothingTwice() {
    final Head head = Cores.create(core, node, context);
    write(core, node, context, context.transaction("set", "a 1"));
    final Entry.Logged astray =
        context.configured(
            new Head(2, head.hash(), head.timestamp()),
            new ConfigurationEvent.MemberAdded(context.member()));
    core.committed(new Committed(context.id(), List.of(astray)));
    write(core, node, context, context.transaction("set", "a 2"));
    assertThat(returned(core.query(query(context, "get", "a")).join())).contains("2");
    assertThat(node.notices()).extracting(TransactionExecuted::position).containsExactly(2L, 3L);
  }

  @Test
  void aBaseAheadOfTheLaneIsLookedForInTheLog() {
    Cores.create(core, node, context);
    final ExecutionCore elsewhere = restarted();
    for (int i = 0; i < 10; i++) {
      write(elsewhere, node, context, context.transaction("count", "n"));
    }
    final Effect effect =
        (Effect)
            results(
                    core.execute(
                        context.execute(
                            node.head(context.id()), context.transaction("count", "n"))))
                .getFirst();
    assertThat(effect.outcome().returned()).contains(Bytes.utf8("11"));
  }

  @Test
  void entriesThatWereNotExecutedHereAreApplied() {
    Cores.create(core, node, context);
    state(core, context.id());
    final ExecutionCore elsewhere = restarted();
    final List<Result> results =
        results(
            elsewhere.execute(
                context.execute(
                    node.head(context.id()),
                    context.transaction("set", "a 1"),
                    context.transaction("set", "b 2"))));
    core.committed(append(node, context, results));
    assertThat(node.reads()).hasSizeLessThan(6);
    assertThat(state(core, context.id()).root()).isEqualTo(rootByLog(node.log(context.id())));
    assertThat(node.notices()).extracting(TransactionExecuted::position).containsExactly(2L, 3L);
  }

  @Test
  void aLogThatDoesNotChainIsDamaged() {
    Cores.create(core, node, context);
    for (int i = 0; i < 5; i++) {
      write(core, node, context, context.transaction("set", "a " + i));
    }
    final Entry.Logged third = node.log(context.id()).get(2);
    node.replace(context.id(), 3, node.log(context.id()).get(1));
    assertThat(problem(restarted().state(new GetState(context.id()))).code())
        .isEqualTo(Code.CONTEXT_DAMAGED);
    node.replace(context.id(), 3, new Entry.Logged(third.signed(), Optional.empty()));
    assertThat(problem(restarted().state(new GetState(context.id()))))
        .extracting(it -> it.code(), it -> it.message().contains("position 3"))
        .containsExactly(Code.CONTEXT_DAMAGED, true);
    node.replace(context.id(), 3, third);
    assertThat(state(restarted(), context.id())).isEqualTo(state(core, context.id()));
  }

  @Test
  void twoContextsNeverSeeEachOther() {
    final FakeContext other = new FakeContext("two", module);
    Cores.create(core, node, context);
    Cores.create(core, node, other);
    write(core, node, context, context.transaction("set", "a mine"));
    write(core, node, other, other.transaction("set", "a theirs"));
    assertThat(returned(core.query(query(context, "get", "a")).join())).contains("mine");
    assertThat(returned(core.query(query(other, "get", "a")).join())).contains("theirs");
    assertThat(engine.loads()).isEqualTo(1);
  }

  @Test
  void aModuleThatIsNotThereIsSaidAndAskedForAgain() {
    final Head head = Cores.create(core, node, context);
    final ExecutionCore fresh = restarted();
    node.uninstall(module);
    assertThat(problem(fresh.query(query(context, "get", "a"))).code())
        .isEqualTo(Code.BLOB_UNAVAILABLE);
    assertThat(
            problem(fresh.execute(context.execute(head, context.transaction("noop", "")))).code())
        .isEqualTo(Code.BLOB_UNAVAILABLE);
    node.install(Bytes.utf8("app"));
    assertThat(returned(fresh.query(query(context, "get", "a")).join())).isEmpty();
  }

  @Test
  void aModuleIsDescribedWithoutWhatIsNotForClients() {
    assertThat(core.check(new CheckModule(Bytes.utf8("app"))).join().methods())
        .containsExactly("count", "fail", "get", "late", "noop", "seen", "set");
    assertThat(problem(core.check(new CheckModule(Bytes.EMPTY))).code())
        .isEqualTo(Code.INVALID_MODULE);
  }

  @Test
  void anUpdateOfTheApplicationHoldsFromTheNextEntryOn() {
    final Head head = Cores.create(core, node, context);
    final BlobId next = node.install(Bytes.utf8("the next version"));
    core.committed(
        node.append(
            context.id(),
            List.of(
                context.configured(
                    head,
                    new ConfigurationEvent.ApplicationUpdated(
                        new Application(next, 1, "", Bytes.EMPTY))))));
    write(core, node, context, context.transaction("set", "a 1"));
    assertThat(engine.loads()).isEqualTo(2);
  }

  @Test
  void afterAStopNothingIsTakenOn() {
    final Head head = Cores.create(core, node, context);
    core.stop().join();
    assertThat(problem(core.query(query(context, "get", "a"))).code()).isEqualTo(Code.NOT_READY);
    assertThat(problem(core.execute(context.execute(head, context.transaction("noop", "")))).code())
        .isEqualTo(Code.NOT_READY);
    assertThat(problem(core.initialize(context.initialize())).code()).isEqualTo(Code.NOT_READY);
  }
}
