// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.context.ContextOptions;
import io.calimero.node.events.Attestation;
import io.calimero.node.events.BlobId;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Entry;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Outcome;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.PublicKey;
import io.calimero.node.events.Transaction;
import io.calimero.node.events.WriteSet;
import io.calimero.node.events.messages.ApplicationMessages.ModuleDescription;
import io.calimero.node.events.messages.AttestationMessages.Attest;
import io.calimero.node.events.messages.AttestationMessages.Told;
import io.calimero.node.events.messages.AttestationMessages.Vouched;
import io.calimero.node.events.messages.CatchupMessages.Submit;
import io.calimero.node.events.messages.ContextMessages.Apply;
import io.calimero.node.events.messages.ContextMessages.Created;
import io.calimero.node.events.messages.ContextMessages.Invite;
import io.calimero.node.events.messages.ContextMessages.Join;
import io.calimero.node.events.messages.ContextMessages.Order;
import io.calimero.node.events.messages.ContextMessages.ReadLog;
import io.calimero.node.events.messages.ExecutionMessages.Answer;
import io.calimero.node.events.messages.ExecutionMessages.Read;
import io.calimero.node.events.messages.TransactionMessages.Confirmed;
import io.calimero.node.events.messages.TransactionMessages.Fate;
import io.calimero.node.events.messages.TransactionMessages.GetTransaction;
import io.calimero.node.events.messages.TransactionMessages.Pending;
import io.calimero.node.events.messages.TransactionMessages.Rejected;
import io.calimero.node.events.messages.TransactionMessages.TransactionRejected;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A call that only its author's node can run waited for the coordinator, and is too late for what
 * others have written meanwhile.
 */
class RemakingsTest {
  private static final Duration A_WHILE = Duration.ofSeconds(10);

  private static final Read NOTHING =
      new Read(2, new Outcome(Optional.empty(), List.of(), List.of(), WriteSet.EMPTY, 0));

  @TempDir private Path home;
  private CoreFixture ada;
  private CoreFixture ben;
  private ContextId context;

  @BeforeEach
  void benWritesWhatOnlyHeCanRunWhereAdaOrders() throws IOException {
    ada = new CoreFixture(Files.createDirectory(home.resolve("ada")), ContextOptions.DEFAULT);
    ben = new CoreFixture(Files.createDirectory(home.resolve("ben")), ContextOptions.DEFAULT);
    final Created created = ada.create();
    context = created.context();
    final PublicKey bens = ben.get(ben.core.createIdentity());
    ben.others.fetching = Optional.of(_ -> ben.core.apply(new Apply(context, log(1))));
    final String invitation =
        ada.get(ada.core.invite(new Invite(context, created.member(), bens))).invitation();
    ben.get(ben.core.join(new Join(invitation)));
    ben.execution.describe(
        new ModuleDescription(List.of("set"), "ref", Optional.empty(), List.of(), List.of(), true));
    ben.execution.attempt(RemakingsTest::vouched);
  }

  private static Vouched vouched(final Attest request) {
    final Transaction call =
        new Transaction(
            request.context(),
            request.executor(),
            request.method(),
            Bytes.EMPTY,
            request.uniqueId(),
            request.expectedPrior());
    return new Vouched(
        call.attested(
            new Attestation(
                2,
                Hash.ZERO,
                new BlobId(Hash.ZERO),
                List.of(),
                new Outcome(Optional.empty(), List.of(), List.of(), WriteSet.EMPTY, 0))),
        Optional.empty(),
        List.of());
  }

  private List<Entry.Signed> log(final long from) {
    return ada.get(ada.core.read(new ReadLog(context, from, 1000, 1 << 20))).entries().stream()
        .map(Entry.Logged::signed)
        .toList();
  }

  /** Ben calls while nobody is there, and is told that it is pending. */
  private Hash pending() {
    final CompletableFuture<Answer> answer = ben.submit(context, "set", "secret");
    ben.pass(A_WHILE);
    final Problem problem = ben.problem(answer);
    assertThat(problem.code()).isEqualTo(Code.PENDING);
    return problem.subject().orElseThrow();
  }

  private Fate fate(final Hash transaction) {
    return ben.get(ben.core.transaction(new GetTransaction(context, transaction)));
  }

  private static CompletionStage<Answer> stale() {
    return CompletableFuture.failedStage(
        Problem.of(Code.STALE, "what it read was changed").toException());
  }

  private boolean toldOfRejection() {
    return ben.notices.stream().anyMatch(TransactionRejected.class::isInstance);
  }

  @Test
  void isRunAgainAndTheNewTransactionStandsForTheOld() {
    final Hash transaction = pending();
    ben.others.ordering =
        Optional.of(
            (final Submit request) -> {
              if (request.transaction().hash().equals(transaction)) {
                return stale();
              }
              final CompletableFuture<Answer> ordered =
                  ada.core.order(new Order(request.transaction()));
              ada.settle();
              return ordered;
            });
    ben.pass(A_WHILE);
    assertThat(ben.execution.attests())
        .hasSize(2)
        .extracting(attest -> attest.arguments().toUtf8())
        .containsOnly("secret");
    ben.get(ben.core.apply(new Apply(context, log(1))));
    final Entry.Signed last = log(1).getLast();
    assertThat(fate(transaction)).isEqualTo(new Confirmed(last.entry().position(), last.hash()));
    assertThat(last.attestation()).isPresent();
    assertThat(toldOfRejection()).isFalse();
  }

  @Test
  void isPendingWhileItIsRunAgainHoweverOften() {
    final Hash transaction = pending();
    ben.others.ordering = Optional.of(_ -> stale());
    ben.pass(A_WHILE);
    // Run again at once, and stale again: the next run waits for the news.
    assertThat(ben.execution.attests()).hasSize(2);
    assertThat(fate(transaction)).isInstanceOf(Pending.class);
    assertThat(toldOfRejection()).isFalse();
  }

  @Test
  void isRejectedAfterARestartThatForgotWhatWasCalled() {
    final Hash transaction = pending();
    ben.restart();
    ben.others.ordering = Optional.of(_ -> stale());
    ben.pass(A_WHILE);
    assertThat(ben.execution.attests()).hasSize(1);
    assertThat(fate(transaction))
        .isInstanceOfSatisfying(
            Rejected.class, rejected -> assertThat(rejected.code()).contains(Code.STALE));
    assertThat(toldOfRejection()).isTrue();
  }

  @Test
  void isRejectedWhenRunningAgainGivesNothingToOrder() {
    final Hash transaction = pending();
    ben.others.ordering =
        Optional.of(
            _ -> {
              ben.execution.attempt(_ -> new Told(NOTHING));
              return stale();
            });
    ben.pass(A_WHILE);
    assertThat(fate(transaction)).isInstanceOf(Rejected.class);
    assertThat(toldOfRejection()).isTrue();
  }
}
