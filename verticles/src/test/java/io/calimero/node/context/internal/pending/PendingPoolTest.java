// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal.pending;

import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.context.PendingOptions;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.GuestError;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.Transaction;
import io.calimero.node.events.messages.ExecutionMessages.Answer;
import io.calimero.node.events.messages.ExecutionMessages.Failed;
import io.calimero.node.events.messages.ExecutionMessages.Written;
import io.calimero.node.events.messages.TransactionMessages.Expired;
import io.calimero.node.events.messages.TransactionMessages.Pending;
import io.calimero.node.events.messages.TransactionMessages.Rejected;
import io.calimero.node.events.messages.TransactionMessages.TransactionExpired;
import io.calimero.node.events.messages.TransactionMessages.TransactionPending;
import io.calimero.node.events.messages.TransactionMessages.TransactionRejected;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The pool, each of its steps taken by hand. */
class PendingPoolTest {
  private final World world = new World();

  @Test
  void nothingIsHandedOverBeforeItIsOnDisk() {
    final CompletableFuture<Answer> answer = world.pool.take(world.call("a"));
    assertThat(world.asked).isEmpty();
    world.disk();
    assertThat(world.underWay()).containsExactly("a");
    assertThat(answer).isNotDone();
  }

  @Test
  void theAnswerComesWhenTheEntryIsHere() {
    final CompletableFuture<Answer> answer = world.take(world.call("a"));
    final Written written = world.order(world.next());
    assertThat(answer).isNotDone();
    world.arrive();
    assertThat(answer).isCompletedWithValue(written);
    assertThat(world.pool.statistics().waiting()).isZero();
    assertThat(world.pool.statistics().confirmed()).isEqualTo(1);
  }

  @Test
  void anEntryThatComesBeforeTheAnswerConfirmsToo() {
    final CompletableFuture<Answer> answer = world.take(world.call("a"));
    world.place(world.asked.getFirst().transaction());
    world.arrive();
    assertThat(answer).isCompleted();
    world.fail(world.next(), Code.STREAM_ENDED);
    world.pass(Duration.ofMinutes(1));
    assertThat(world.asked).isEmpty();
  }

  @Test
  void whoHasWaitedForAnEntryLongEnoughGetsTheCoordinatorsWord() {
    final CompletableFuture<Answer> answer = world.take(world.call("a"));
    final Written written = world.order(world.next());
    world.pass(World.OPTIONS.patience());
    assertThat(answer).isCompletedWithValue(written);
    assertThat(world.pool.statistics().waiting()).isEqualTo(1);
  }

  @Test
  void whoWaitsForNobodyIsToldThatItIsPendingAndItsName() {
    final Transaction.Signed call = world.call("a");
    final CompletableFuture<Answer> answer = world.take(call);
    world.fail(world.next(), Code.PEER_UNREACHABLE);
    assertThat(answer).isNotDone();
    world.pass(World.OPTIONS.patience());
    final Problem problem = world.problem(answer);
    assertThat(problem.code()).isEqualTo(Code.PENDING);
    assertThat(problem.subject()).contains(call.hash());
    assertThat(problem.message()).contains(call.hash().toString(), "as the test says");
    assertThat(world.notices)
        .singleElement()
        .isInstanceOfSatisfying(
            TransactionPending.class,
            notice -> assertThat(notice.transaction()).isEqualTo(call.hash()));
    assertThat(world.pool.waiting(call.hash()))
        .get()
        .isInstanceOfSatisfying(
            Pending.class,
            pending -> {
              assertThat(pending.tries()).isGreaterThanOrEqualTo(1);
              assertThat(pending.problem()).contains("as the test says");
            });
  }

  @Test
  void nobodyIsToldPendingBeforeItIsOnDisk() {
    final CompletableFuture<Answer> answer = world.pool.take(world.call("a"));
    // The disk is busy all the while.
    world.skip(World.OPTIONS.patience().plusSeconds(1));
    assertThat(answer).isNotDone();
    world.disk();
    assertThat(world.problem(answer).code()).isEqualTo(Code.PENDING);
  }

  @Test
  void itIsTriedAgainWithLongerAndLongerPausesUntilItIsConfirmed() {
    final var _ = world.take(world.call("a"));
    int tries = 0;
    for (int second = 0; second < 60; second++) {
      world.pass(Duration.ofSeconds(1));
      while (!world.asked.isEmpty()) {
        tries++;
        world.fail(world.next(), Code.PEER_UNREACHABLE);
      }
    }
    assertThat(tries).isBetween(14, 40);
    world.pass(World.OPTIONS.lastRetry());
    world.order(world.next());
    world.arrive();
    assertThat(world.pool.statistics().confirmed()).isEqualTo(1);
  }

  @Test
  void whoComesWakesWhatWaits() {
    final var _ = world.take(world.call("a"));
    for (int i = 0; i < 10; i++) {
      world.fail(world.next(), Code.PEER_UNREACHABLE);
      world.pass(World.OPTIONS.lastRetry());
    }
    world.fail(world.next(), Code.PEER_UNREACHABLE);
    world.skip(World.OPTIONS.firstRetry());
    world.pool.wake();
    assertThat(world.underWay()).containsExactly("a");
  }

  @Test
  void theFirstGoesAloneThenSeveralEachNamingTheOneBeforeIt() {
    for (final String method : List.of("a", "b", "c", "d", "e", "f")) {
      final var _ = world.take(world.call(method));
    }
    assertThat(world.underWay()).containsExactly("a");
    final World.Asked first = world.next();
    assertThat(first.after()).isEmpty();
    world.order(first);
    assertThat(world.underWay()).containsExactly("b", "c", "d", "e");
    assertThat(world.asked.stream().map(World.Asked::after).toList())
        .containsExactly(Optional.empty(), hash(0), hash(1), hash(2));
    world.order(world.next());
    assertThat(world.underWay()).containsExactly("c", "d", "e", "f");
  }

  private Optional<Hash> hash(final int index) {
    return Optional.of(world.asked.get(index).transaction().hash());
  }

  @Test
  void membersDoNotWaitForOneAnother() {
    final var _ = world.take(world.call("a"));
    world.order(world.next());
    final var _ = world.take(world.call("b"));
    final var _ = world.take(world.callOfAnother("c"));
    assertThat(world.asked.stream().map(World.Asked::after).toList())
        .containsExactly(Optional.empty(), Optional.empty());
  }

  @Test
  void afterAFailureTheOrderIsStillTheOneOfTaking() {
    final var _ = world.take(world.call("a"));
    world.order(world.next());
    for (final String method : List.of("b", "c", "d", "e", "f")) {
      final var _ = world.take(world.call(method));
    }
    final List<World.Asked> sent = List.copyOf(world.asked);
    world.asked.clear();
    world.fail(sent.get(2), Code.BUSY);
    world.order(sent.get(1));
    world.fail(sent.get(3), Code.NOT_READY);
    // Nothing more is sent while some are under way.
    assertThat(world.asked).isEmpty();
    world.fail(sent.get(0), Code.STREAM_ENDED);
    world.pass(World.OPTIONS.firstRetry());
    assertThat(world.underWay()).containsExactly("b");
    world.order(world.next());
    assertThat(world.underWay()).containsExactly("d", "e", "f");
  }

  @Test
  void whatTheCoordinatorRefusesIsRejectedAndRemembered() {
    final Transaction.Signed call = world.call("a");
    final CompletableFuture<Answer> answer = world.take(call);
    world.fail(world.next(), Code.UNAUTHORIZED);
    assertThat(world.problem(answer).code()).isEqualTo(Code.UNAUTHORIZED);
    world.crash();
    assertThat(world.asked).isEmpty();
    assertThat(world.pool.ended(call.hash()))
        .get()
        .isInstanceOfSatisfying(
            Rejected.class, rejected -> assertThat(rejected.code()).contains(Code.UNAUTHORIZED));
  }

  @Test
  void aFailedCallIsOnDiskAsSuchBeforeItsCallerIsTold() {
    final CompletableFuture<Answer> answer = world.take(world.call("a"));
    final Failed failed = new Failed(GuestError.methodNotFound("a"), List.of());
    world.next().answer().complete(failed);
    assertThat(answer).isNotDone();
    world.disk();
    assertThat(answer).isCompletedWithValue(failed);
    world.crash();
    assertThat(world.asked).isEmpty();
  }

  @Test
  void whoWasToldPendingIsToldOfARejectionByANotice() {
    final Transaction.Signed call = world.call("a");
    final var _ = world.take(call);
    world.pass(World.OPTIONS.patience());
    world.notices.clear();
    world.next().answer().complete(new Failed(GuestError.methodNotFound("a"), List.of()));
    world.disk();
    assertThat(world.notices)
        .singleElement()
        .isInstanceOfSatisfying(
            TransactionRejected.class,
            notice -> {
              assertThat(notice.transaction()).isEqualTo(call.hash());
              assertThat(notice.code()).isEmpty();
            });
  }

  @Test
  void whatIsTooOldIsGivenUpAlsoAfterARestart() {
    final Transaction.Signed call = world.call("a");
    final var _ = world.take(call);
    world.pass(Duration.ofHours(23));
    world.crash();
    assertThat(world.pool.waiting(call.hash())).get().isInstanceOf(Pending.class);
    world.pass(Duration.ofMinutes(61));
    assertThat(world.pool.ended(call.hash())).get().isInstanceOf(Expired.class);
    assertThat(world.notices).anyMatch(TransactionExpired.class::isInstance);
    assertThat(world.pool.statistics().expired()).isEqualTo(1);
    world.crash();
    assertThat(world.asked).isEmpty();
  }

  @Test
  void afterAKillWhatTheLogHasIsDroppedAndTheRestIsHandedOver() {
    final var _ = world.take(world.call("a"));
    final var _ = world.take(world.call("b"));
    final var _ = world.take(world.call("c"));
    // The coordinator has ordered it, and its answer never came.
    world.place(world.asked.getFirst().transaction());
    world.crash();
    assertThat(world.pool.statistics().waiting()).isEqualTo(2);
    assertThat(world.underWay()).containsExactly("b");
    world.order(world.next());
    assertThat(world.underWay()).containsExactly("c");
  }

  @Test
  void tooManyAreRefusedInOneContextAndInAll() {
    for (int i = 0; i < World.OPTIONS.perContext(); i++) {
      final var _ = world.take(world.call("a"));
    }
    assertThat(world.problem(world.take(world.call("b"))).code()).isEqualTo(Code.BUSY);
    int taken = 0;
    while (!world.take(world.callElsewhere("c")).isCompletedExceptionally()) {
      taken++;
    }
    assertThat(taken).isEqualTo(World.OPTIONS.total() - World.OPTIONS.perContext());
  }

  @Test
  void aFullDiskRefusesAndForgets() {
    final var _ = world.take(world.call("kept"));
    world.records.full = true;
    final Transaction.Signed call = world.call("a");
    assertThat(world.problem(world.take(call)).code()).isEqualTo(Code.STORAGE_FULL);
    assertThat(world.pool.waiting(call.hash())).isEmpty();
    world.records.full = false;
    final var _ = world.take(world.call("b"));
    assertThat(world.records.rewrites).isEqualTo(1);
    world.crash();
    assertThat(world.pool.statistics().waiting()).isEqualTo(2);
  }

  @Test
  void theFileDoesNotGrowForEver() {
    for (int i = 0; i < 600; i++) {
      final var _ = world.take(world.call(Bytes.wrap(new byte[10_000])));
      while (!world.asked.isEmpty()) {
        world.order(world.next());
      }
      if (i % 50 == 0) {
        world.arrive();
        world.log.clear();
      }
    }
    assertThat(world.records.size()).isLessThan(3 << 20);
    assertThat(world.records.rewrites).isPositive();
  }

  @Test
  void whoeverIsNoMemberAnyMoreIsNotHandedOver() {
    final CompletableFuture<Answer> answer = world.take(world.call("a"));
    world.fail(world.next(), Code.PEER_UNREACHABLE);
    world.objection = Optional.of(Problem.of(Code.UNAUTHORIZED, "removed"));
    world.pass(World.OPTIONS.firstRetry());
    assertThat(world.problem(answer).message()).isEqualTo("removed");
    assertThat(world.asked).isEmpty();
  }

  @Test
  void aBugOfTheCoordinatorDoesNotHoldUpTheRestForEver() {
    final var _ = world.take(world.call("a"));
    final var _ = world.take(world.call("b"));
    for (int i = 0; i < 20 && world.underWay().contains("a"); i++) {
      world.fail(world.next(), Code.INTERNAL);
      world.pass(World.OPTIONS.lastRetry());
    }
    assertThat(world.underWay()).containsExactly("b");
  }

  @Test
  void theSameTransactionIsTakenOnce() {
    final Transaction.Signed call = world.call("a");
    final CompletableFuture<Answer> first = world.take(call);
    final CompletableFuture<Answer> second = world.take(call);
    world.order(world.next());
    world.arrive();
    assertThat(first).isCompleted();
    assertThat(second).isCompleted();
    assertThat(world.asked).isEmpty();
  }

  @Test
  void anEntryThatDoesNotComeIsAskedForAgain() {
    final var _ = world.take(world.call("a"));
    world.order(world.next());
    world.pass(Duration.ofMinutes(1));
    assertThat(world.underWay()).containsExactly("a");
  }

  @Test
  void itIsSaidBehindWhichPositionTheEntryIs() {
    world.head = 5;
    final var _ = world.take(world.call("a"));
    assertThat(world.asked.getFirst().since()).isEqualTo(5);
    world.head = 9;
    world.fail(world.next(), Code.TIMEOUT);
    world.pass(Duration.ofSeconds(1));
    assertThat(world.asked.getFirst().since()).as("what came here was not its own").isEqualTo(9);
    world.fail(world.next(), Code.TIMEOUT);
    world.head = 30;
    world.beginning = 20;
    world.pass(Duration.ofSeconds(1));
    assertThat(world.asked.getFirst().since()).as("what was skipped may be").isEqualTo(5);
  }

  @Test
  void whatTheLogCannotBeSearchedForMayBeInIt() {
    world.head = 5;
    final var _ = world.take(world.call("a"));
    world.head = 9;
    world.isLogReadable = false;
    world.crash();
    assertThat(world.asked.getFirst().since()).isEqualTo(5);
  }

  @Test
  void aCoordinatorWhoseLogBeginsLaterIsAskedAgainOnceThisNodesLogTellsWhatItDoesNot() {
    world.head = 5;
    final CompletableFuture<Answer> answer = world.take(world.call("a"));
    world.fail(world.next(), Code.LOG_BEGINS_LATER);
    assertThat(answer).isNotDone();
    world.head = 40;
    world.pass(Duration.ofSeconds(1));
    assertThat(world.next().since()).isEqualTo(40);
  }

  @Test
  void whatNobodysLogTellsOfIsGivenUpAndNotOrderedOnceMore() {
    world.head = 5;
    final Transaction.Signed call = world.call("a");
    final CompletableFuture<Answer> answer = world.take(call);
    world.head = 30;
    world.beginning = 20;
    world.fail(world.next(), Code.LOG_BEGINS_LATER);
    assertThat(world.problem(answer).code()).isEqualTo(Code.TIMEOUT);
    assertThat(world.problem(answer).message()).contains("is not handed over again");
    assertThat(world.pool.ended(call.hash())).get().isInstanceOf(Expired.class);
    world.crash();
    world.pass(Duration.ofMinutes(1));
    assertThat(world.asked).isEmpty();
  }

  @Test
  void anEntryThatWasSkippedIsConfirmedByTheCoordinatorsWord() {
    final Transaction.Signed answered = world.call("a");
    final Transaction.Signed unanswered = world.call("b");
    final CompletableFuture<Answer> first = world.take(answered);
    final Written written = world.order(world.next());
    final CompletableFuture<Answer> second = world.take(unanswered);
    // The state that is taken is of behind both, and the answer about the second comes later.
    final World.Asked late = world.next();
    world.place(late.transaction());
    world.place(world.call("c"));
    world.beginning = 3;
    world.head = 3;
    world.pool.committed(
        World.CONTEXT, world.log.getOrDefault(World.CONTEXT, List.of()).subList(2, 3));
    world.disk();
    assertThat(first).isCompletedWithValue(written);
    assertThat(second).isNotDone();
    final Written told = world.order(late);
    assertThat(second).isCompletedWithValue(told);
    assertThat(world.pool.statistics().confirmed()).isEqualTo(2);
    assertThat(world.pool.statistics().waiting()).isZero();
  }

  @Test
  void atAStopWhoWaitsIsToldAndNothingMoreIsHandedOver() {
    final CompletableFuture<Answer> answer = world.take(world.call("a"));
    world.fail(world.next(), Code.PEER_UNREACHABLE);
    world.pool.stop();
    assertThat(world.problem(answer).code()).isEqualTo(Code.PENDING);
    world.pass(Duration.ofMinutes(1));
    assertThat(world.asked).isEmpty();
  }

  @Test
  void largeOnesAreBoundedByTheirBytes() {
    final World small =
        new World(
            new PendingOptions(
                100,
                100,
                4096,
                1 << 20,
                4,
                Duration.ofSeconds(5),
                Duration.ofHours(24),
                Duration.ofMillis(100),
                Duration.ofSeconds(5)));
    final Transaction.Signed call = small.call(Bytes.wrap(new byte[4000]));
    assertThat(small.problem(small.take(call)).code()).isEqualTo(Code.BUSY);
    assertThat(small.take(small.call("a"))).isNotDone();
  }
}
