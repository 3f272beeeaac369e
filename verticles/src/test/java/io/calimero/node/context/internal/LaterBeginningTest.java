// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.context.ContextOptions;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.Configuration;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Entry;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Head;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.PublicKey;
import io.calimero.node.events.StateBase;
import io.calimero.node.events.Transaction;
import io.calimero.node.events.messages.ContextMessages.Applied;
import io.calimero.node.events.messages.ContextMessages.Apply;
import io.calimero.node.events.messages.ContextMessages.Created;
import io.calimero.node.events.messages.ContextMessages.Invite;
import io.calimero.node.events.messages.ContextMessages.Join;
import io.calimero.node.events.messages.ContextMessages.Order;
import io.calimero.node.events.messages.ContextMessages.ReadLog;
import io.calimero.node.events.messages.ExecutionMessages.Answer;
import io.calimero.node.events.messages.ExecutionMessages.WouldWrite;
import io.calimero.node.events.messages.ExecutionMessages.Written;
import io.calimero.node.events.messages.MembershipMessages.Alter;
import io.calimero.node.events.messages.MembershipMessages.HandOver;
import io.calimero.node.events.messages.SnapshotMessages.CheckpointMade;
import io.calimero.node.events.messages.SnapshotMessages.GetBase;
import io.calimero.node.events.messages.SnapshotMessages.InstallBase;
import io.calimero.node.events.messages.SnapshotMessages.TakeCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A coordinator whose log begins with a checkpoint, and transactions that may have been ordered
 * before it: Ada orders, Ben writes, Cleo takes the state and then the role.
 */
class LaterBeginningTest {
  private static final ContextOptions OPTIONS =
      new ContextOptions(64, 1 << 20, 8, 2, 1 << 20, Duration.ofSeconds(1), 1_000_000_000L, true);

  @TempDir private Path home;
  private CoreFixture ada;
  private CoreFixture ben;
  private CoreFixture cleo;
  private ContextId context;
  private PublicKey adas;
  private PublicKey bens;
  private PublicKey cleos;

  @BeforeEach
  void share() throws IOException {
    ada = new CoreFixture(Files.createDirectory(home.resolve("ada")), OPTIONS);
    ben = new CoreFixture(Files.createDirectory(home.resolve("ben")), OPTIONS);
    cleo = new CoreFixture(Files.createDirectory(home.resolve("cleo")), OPTIONS);
    final Created created = ada.create();
    context = created.context();
    adas = created.member();
    bens = ben.get(ben.core.createIdentity());
    cleos = cleo.get(cleo.core.createIdentity());
    ben.others.fetching = Optional.of(_ -> ben.core.apply(new Apply(context, log(1))));
    join(ben, bens);
    ben.execution.queried = new WouldWrite();
  }

  private void join(final CoreFixture node, final PublicKey member) {
    node.get(
        node.core.join(
            new Join(ada.get(ada.core.invite(new Invite(context, adas, member))).invitation())));
  }

  private List<Entry.Logged> logged(final CoreFixture node, final long from) {
    return node.get(node.core.read(new ReadLog(context, from, 1000, 1 << 20))).entries();
  }

  private List<Entry.Signed> log(final long from) {
    return logged(ada, from).stream().map(Entry.Logged::signed).toList();
  }

  private Head head(final CoreFixture node) {
    return node.get(node.core.context(context)).head();
  }

  private Applied follow(final CoreFixture node) {
    return node.get(node.core.apply(new Apply(context, log(head(node).position() + 1))));
  }

  private StateBase checkpoint() {
    ada.execution.state = Optional.of(head(ada));
    final CheckpointMade made = ada.get(ada.core.checkpoint(new TakeCheckpoint(context)));
    final List<Entry.Logged> all = logged(ada, 1);
    Configuration configuration = Hosted.genesis(all.getFirst().entry()).orElseThrow();
    for (final Entry.Logged entry : all) {
      configuration = Hosted.fold(configuration, entry);
    }
    return ada.get(ada.core.base(new GetBase(context, made.head().position(), configuration)))
        .base()
        .orElseThrow();
  }

  /** Cleo's log begins with a checkpoint, and hers is the role. */
  private StateBase cleoOrders() {
    cleo.others.fetching = Optional.of(_ -> cleo.core.install(new InstallBase(checkpoint())));
    join(cleo, cleos);
    ada.get(ada.core.alter(new Alter(context, Optional.empty(), new HandOver(cleos))));
    follow(cleo);
    cleo.execution.term = 2;
    return checkpointOf(cleo);
  }

  private StateBase checkpointOf(final CoreFixture node) {
    return new LogReader(node.log).base(context).orElseThrow();
  }

  private Transaction.Signed transaction(final int unique, final Optional<Hash> prior) {
    return new Transaction(
            context,
            bens,
            "set",
            Bytes.utf8("x"),
            Bytes.wrap(Arrays.copyOf(new byte[] {(byte) unique}, Transaction.UNIQUE_ID_LENGTH)),
            prior)
        .sign(ben.keys.find(bens).orElseThrow());
  }

  private Code refusal(final Order order) {
    return cleo.problem(cleo.core.order(order)).code();
  }

  @Test
  void whatMayHaveBeenOrderedBeforeTheLogBeginsIsNotOrderedOnceMore() {
    final Transaction.Signed early = transaction(1, Optional.empty());
    final long before = head(ada).position();
    ada.get(ada.core.order(new Order(early, Optional.empty(), before)));
    final Head prior = head(ada);
    final Transaction.Signed expecting = transaction(2, Optional.of(prior.hash()));
    ada.get(ada.core.order(new Order(expecting)));
    final long beginning = cleoOrders().head().position();
    final Head end = head(cleo);
    for (final long since : new long[] {0, before, beginning - 2}) {
      assertThat(refusal(new Order(early, Optional.empty(), since)))
          .isEqualTo(Code.LOG_BEGINS_LATER);
    }
    assertThat(head(cleo)).isEqualTo(end);
    assertThat(cleo.execution.requests()).isEmpty();
    // What was not before is ordered, and known from then on whatever is said of it.
    final Transaction.Signed fresh = transaction(3, Optional.empty());
    final Answer ordered =
        cleo.get(cleo.core.order(new Order(fresh, Optional.empty(), beginning - 1)));
    assertThat(ordered).isInstanceOf(Written.class);
    assertThat(cleo.get(cleo.core.order(new Order(fresh)))).isEqualTo(ordered);
    // What expects a prior fits in one place only, and whoever executes it sees whether this is it.
    cleo.get(cleo.core.order(new Order(expecting)));
    assertThat(cleo.execution.requests().getLast().transactions()).containsExactly(expecting);
  }

  /** Ben's transaction is ordered by Ada; he hears nothing of it. */
  private CompletableFuture<Answer> ordersUnheard() {
    ben.others.ordering =
        Optional.of(
            request ->
                ada.core
                    .order(new Order(request.transaction(), request.after(), request.since()))
                    .thenCompose(
                        _ ->
                            CompletableFuture.failedFuture(
                                Problem.of(Code.TIMEOUT, "lost").toException())));
    final CompletableFuture<Answer> answer = ben.submit(context, "set");
    ada.settle();
    ben.settle();
    ben.others.ordering =
        Optional.of(
            request ->
                cleo.core.order(
                    new Order(request.transaction(), request.after(), request.since())));
    return answer;
  }

  private void passes(final Duration time) {
    for (int i = 0; i < 10; i++) {
      ben.pass(time.dividedBy(10));
      cleo.settle();
      ben.settle();
    }
  }

  @Test
  void anAuthorWhoNeverHeardOfItsEntryFindsItInTheLogAndDoesNotGetItTwice() {
    final CompletableFuture<Answer> answer = ordersUnheard();
    cleoOrders();
    final Head end = head(cleo);
    passes(Duration.ofSeconds(2));
    assertThat(answer).isNotDone();
    assertThat(head(cleo)).isEqualTo(end);
    follow(ben);
    assertThat(ben.get(answer)).isInstanceOf(Written.class);
    passes(Duration.ofMinutes(1));
    assertThat(head(cleo)).isEqualTo(end);
    // And what comes now is ordered there.
    final CompletableFuture<Answer> next = ben.submit(context, "set");
    cleo.settle();
    ben.settle();
    ben.get(
        ben.core.apply(
            new Apply(context, List.of(logged(cleo, end.position() + 1).getFirst().signed()))));
    assertThat(((Written) ben.get(next)).position()).isEqualTo(end.position() + 1);
  }

  @Test
  void anAuthorWhoseOwnLogBeginsLaterIsToldThatItIsOpen() {
    final CompletableFuture<Answer> answer = ordersUnheard();
    final StateBase base = cleoOrders();
    ben.get(ben.core.install(new InstallBase(base)));
    follow(ben);
    final Head end = head(cleo);
    passes(Duration.ofSeconds(30));
    assertThat(ben.problem(answer).code()).isEqualTo(Code.TIMEOUT);
    assertThat(ben.problem(answer).message()).contains("is not handed over again");
    assertThat(head(cleo)).isEqualTo(end);
  }
}
