// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.context.ContextOptions;
import io.calimero.node.events.Attestation;
import io.calimero.node.events.BlobId;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.Entry;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Outcome;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.PublicKey;
import io.calimero.node.events.Transaction;
import io.calimero.node.events.WriteSet;
import io.calimero.node.events.messages.ApplicationMessages.ModuleDescription;
import io.calimero.node.events.messages.AttestationMessages.Attest;
import io.calimero.node.events.messages.AttestationMessages.Ordinary;
import io.calimero.node.events.messages.AttestationMessages.Told;
import io.calimero.node.events.messages.AttestationMessages.Vouched;
import io.calimero.node.events.messages.ContextMessages.Create;
import io.calimero.node.events.messages.ContextMessages.Created;
import io.calimero.node.events.messages.ContextMessages.Invite;
import io.calimero.node.events.messages.ContextMessages.ReadLog;
import io.calimero.node.events.messages.ExecutionMessages.Answer;
import io.calimero.node.events.messages.ExecutionMessages.Read;
import io.calimero.node.events.messages.ExecutionMessages.Written;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The way of a call that only its author's node can run. */
class AttestorTest {
  private static final PublicKey SOMEBODY =
      new PublicKey(Hash.sha256(Bytes.utf8("somebody").unsafeArray()));

  @TempDir private Path home;
  private CoreFixture fixture;
  private Created created;

  @BeforeEach
  void aContext() {
    fixture = new CoreFixture(home, ContextOptions.DEFAULT);
    fixture.execution.describe(
        new ModuleDescription(List.of("set"), "ref", Optional.empty(), List.of(), List.of(), true));
    created = fixture.create();
    fixture.execution.attempt(AttestorTest::vouched);
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
        Optional.of(Bytes.utf8("\"mine\"")),
        List.of("a log of mine"));
  }

  @Test
  void anInitThatOnlyItsCreatorCanRunIsVouchedForByTheCreator() {
    final Created secret =
        fixture.get(
            fixture.core.create(
                new Create(fixture.install("app").id(), Optional.empty(), Bytes.utf8("private"))));
    final List<Entry.Logged> log =
        fixture.get(fixture.core.read(new ReadLog(secret.context(), 1, 10, 1 << 20))).entries();
    assertThat(log).hasSize(2);
    final Transaction.Signed init =
        ((Entry.Executed) log.getLast().entry().payload()).transaction();
    assertThat(init.verify()).isTrue();
    assertThat(init.transaction().executor()).isEqualTo(secret.member());
    assertThat(init.transaction().method()).isEqualTo("init");
    assertThat(init.transaction().arguments()).isEqualTo(Bytes.EMPTY);
    assertThat(init.transaction().expectedPrior()).contains(log.getFirst().signed().hash());
    assertThat(init.transaction().attestation()).isPresent();
  }

  private Transaction ordered() {
    return fixture.execution.requests().getLast().transactions().getLast().transaction();
  }

  private void somethingElseIsOrdered() {
    fixture.get(fixture.core.invite(new Invite(created.context(), created.member(), SOMEBODY)));
  }

  @Test
  void theAuthorIsToldWhatNobodyElseIs() {
    final Answer answer = fixture.get(fixture.submit(created.context(), "set", "secret"));
    assertThat(answer)
        .isInstanceOfSatisfying(
            Written.class,
            written -> {
              assertThat(written.outcome().returned()).contains(Bytes.utf8("\"mine\""));
              assertThat(written.outcome().logs()).containsExactly("a log of mine");
            });
    assertThat(ordered().arguments()).isEqualTo(Bytes.EMPTY);
    assertThat(ordered().attestation()).isPresent();
    assertThat(fixture.execution.requests().getLast().transactions().getLast().verify()).isTrue();
  }

  @Test
  void whatIsForEverybodyGoesTheUsualWay() {
    fixture.execution.attempt(_ -> new Ordinary());
    fixture.get(fixture.submit(created.context(), "set", "{\"a\":1}"));
    assertThat(ordered().arguments()).isEqualTo(Bytes.utf8("{\"a\":1}"));
    assertThat(ordered().attestation()).isEmpty();
  }

  @Test
  void whatHasNoEffectIsNotOrdered() {
    final Read read =
        new Read(2, new Outcome(Optional.empty(), List.of(), List.of(), WriteSet.EMPTY, 0));
    fixture.execution.attempt(_ -> new Told(read));
    assertThat(fixture.get(fixture.submit(created.context(), "look"))).isEqualTo(read);
    assertThat(fixture.execution.requests()).isEmpty();
  }

  @Test
  void whatIsStaleIsRunAgainOnceTheNewsIsHereUnderAnotherName() {
    fixture.execution.stale(1);
    final CompletableFuture<Answer> answer = fixture.submit(created.context(), "set");
    assertThat(answer).isNotDone();
    assertThat(fixture.execution.attests()).hasSize(1);
    somethingElseIsOrdered();
    assertThat(fixture.get(answer)).isInstanceOf(Written.class);
    assertThat(fixture.execution.attests())
        .hasSize(2)
        .extracting(Attest::uniqueId)
        .doesNotHaveDuplicates();
    assertThat(fixture.execution.attests()).extracting(Attest::seed).doesNotHaveDuplicates();
  }

  @Test
  void whoseTurnItIsNotWaitsAndIsRunAfterwards() {
    fixture.execution.stale(1);
    final CompletableFuture<Answer> first = fixture.submit(created.context(), "set", "1");
    final CompletableFuture<Answer> second = fixture.submit(created.context(), "set", "2");
    assertThat(fixture.execution.attests()).hasSize(1);
    assertThat(second).isNotDone();
    somethingElseIsOrdered();
    fixture.get(first);
    fixture.get(second);
    assertThat(fixture.execution.attests())
        .extracting(request -> request.arguments().toUtf8())
        .containsExactly("1", "1", "2");
  }

  @Test
  void whoNeverFitsIsToldSoAtLast() {
    fixture.execution.stale(1000);
    final CompletableFuture<Answer> answer = fixture.submit(created.context(), "set");
    for (int i = 0; i < 20 && !answer.isDone(); i++) {
      final PublicKey another = new PublicKey(Hash.sha256(new byte[] {(byte) i}));
      fixture.get(fixture.core.invite(new Invite(created.context(), created.member(), another)));
    }
    assertThat(fixture.problem(answer).code()).isEqualTo(Code.STALE);
    assertThat(fixture.execution.attests()).hasSize(16);
  }

  @Test
  void aContextThatIsRemovedLetsNobodyWait() {
    fixture.execution.stale(1);
    final CompletableFuture<Answer> first = fixture.submit(created.context(), "set");
    final CompletableFuture<Answer> second = fixture.submit(created.context(), "set");
    fixture.get(fixture.core.remove(created.context()));
    assertThat(fixture.problem(first).code()).isEqualTo(Code.CONTEXT_NOT_FOUND);
    assertThat(fixture.problem(second).code()).isEqualTo(Code.CONTEXT_NOT_FOUND);
  }
}
