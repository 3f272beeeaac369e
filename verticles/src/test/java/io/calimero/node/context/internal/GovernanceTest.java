// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.context.ContextOptions;
import io.calimero.node.events.Application;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.Capability;
import io.calimero.node.events.ConfigurationEvent;
import io.calimero.node.events.ConfigurationEvent.MemberInvited;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Entry;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Head;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.PublicKey;
import io.calimero.node.events.Transaction;
import io.calimero.node.events.crypto.KeyPair;
import io.calimero.node.events.messages.ApplicationMessages.Receive;
import io.calimero.node.events.messages.CatchupMessages.Submit;
import io.calimero.node.events.messages.ContextMessages.Applied;
import io.calimero.node.events.messages.ContextMessages.Apply;
import io.calimero.node.events.messages.ContextMessages.Created;
import io.calimero.node.events.messages.ContextMessages.Invite;
import io.calimero.node.events.messages.ContextMessages.Join;
import io.calimero.node.events.messages.ContextMessages.Order;
import io.calimero.node.events.messages.ContextMessages.OrderChange;
import io.calimero.node.events.messages.ContextMessages.ReadLog;
import io.calimero.node.events.messages.ContextMessages.Summary;
import io.calimero.node.events.messages.ExecutionMessages;
import io.calimero.node.events.messages.ExecutionMessages.Answer;
import io.calimero.node.events.messages.ExecutionMessages.WouldWrite;
import io.calimero.node.events.messages.ExecutionMessages.Written;
import io.calimero.node.events.messages.MembershipMessages.Alter;
import io.calimero.node.events.messages.MembershipMessages.Alteration;
import io.calimero.node.events.messages.MembershipMessages.Altered;
import io.calimero.node.events.messages.MembershipMessages.Compared;
import io.calimero.node.events.messages.MembershipMessages.Diverged;
import io.calimero.node.events.messages.MembershipMessages.GetMembers;
import io.calimero.node.events.messages.MembershipMessages.Grant;
import io.calimero.node.events.messages.MembershipMessages.HandOver;
import io.calimero.node.events.messages.MembershipMessages.InviteOpenly;
import io.calimero.node.events.messages.MembershipMessages.Leave;
import io.calimero.node.events.messages.MembershipMessages.Left;
import io.calimero.node.events.messages.MembershipMessages.Member;
import io.calimero.node.events.messages.MembershipMessages.Reexecuted;
import io.calimero.node.events.messages.MembershipMessages.RemoveMember;
import io.calimero.node.events.messages.MembershipMessages.Repair;
import io.calimero.node.events.messages.MembershipMessages.Repaired;
import io.calimero.node.events.messages.MembershipMessages.Revoke;
import io.calimero.node.events.messages.MembershipMessages.UpdateApplication;
import io.calimero.node.events.peers.OpenPass;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a context between two nodes is governed, one step at a time. */
class GovernanceTest {
  private static final ContextOptions OPTIONS =
      new ContextOptions(64, 1 << 20, 8, 2, 1 << 20, Duration.ofSeconds(1), 1_000_000_000L, true);

  @TempDir private Path home;
  private CoreFixture ada;
  private CoreFixture ben;
  private ContextId context;
  private PublicKey adas;
  private PublicKey bens;

  @BeforeEach
  void share() throws IOException {
    ada = new CoreFixture(Files.createDirectory(home.resolve("ada")), OPTIONS);
    ben = new CoreFixture(Files.createDirectory(home.resolve("ben")), OPTIONS);
    final Created created = ada.create();
    context = created.context();
    adas = created.member();
    bens = ben.get(ben.core.createIdentity());
    ben.others.fetching = Optional.of(_ -> ben.core.apply(new Apply(context, log(ada, 1))));
    ben.get(
        ben.core.join(
            new Join(ada.get(ada.core.invite(new Invite(context, adas, bens))).invitation())));
    ada.execution.queried = new WouldWrite();
    ben.execution.queried = new WouldWrite();
    // Whatever one asks the other for, it gets when the test lets both go on.
    ben.others.ordering = Optional.of(request -> ada.core.order(new Order(request.transaction())));
    ben.others.changing =
        Optional.of(request -> ada.core.orderChange(new OrderChange(request.change())));
    ada.others.ordering = Optional.of(request -> ben.core.order(new Order(request.transaction())));
    ada.others.changing =
        Optional.of(request -> ben.core.orderChange(new OrderChange(request.change())));
  }

  private List<Entry.Signed> log(final CoreFixture node, final long from) {
    return node.get(node.core.read(new ReadLog(context, from, 1000, 1 << 20))).entries().stream()
        .map(Entry.Logged::signed)
        .toList();
  }

  private Summary summary(final CoreFixture node) {
    return node.get(node.core.context(context));
  }

  private Head head(final CoreFixture node) {
    return summary(node).head();
  }

  /** What one has and the other has not goes over, and both do what they can. */
  private void settle() {
    for (int i = 0; i < 4; i++) {
      ada.settle();
      ben.settle();
    }
  }

  private Head follow(final CoreFixture from, final CoreFixture to) {
    return to.get(apply(from, to)).head();
  }

  private CompletableFuture<Applied> apply(final CoreFixture from, final CoreFixture to) {
    return to.core.apply(new Apply(context, log(from, head(to).position() + 1)));
  }

  private CompletableFuture<Altered> alter(final CoreFixture node, final Alteration alteration) {
    final CompletableFuture<Altered> altered =
        node.core.alter(new Alter(context, Optional.empty(), alteration));
    settle();
    return altered;
  }

  private CompletableFuture<Answer> write(final CoreFixture node, final String text) {
    final CompletableFuture<Answer> answer =
        node.core.submit(
            new ExecutionMessages.Submit(
                context, Optional.empty(), "set", Bytes.utf8(text), Optional.empty()));
    settle();
    return answer;
  }

  /** What another orders is answered when its entry is here. */
  private Written written(
      final CoreFixture author, final CoreFixture coordinator, final String text) {
    final CompletableFuture<Answer> answer = write(author, text);
    follow(coordinator, author);
    return (Written) author.get(answer);
  }

  private Transaction.Signed transaction(final CoreFixture node, final PublicKey executor) {
    final KeyPair key = node.keys.find(executor).orElseThrow();
    return new Transaction(
            context,
            executor,
            "set",
            Bytes.utf8("x"),
            Bytes.wrap(new byte[Transaction.UNIQUE_ID_LENGTH]),
            Optional.empty())
        .sign(key);
  }

  private List<Member> members(final CoreFixture node) {
    return node.get(node.core.members(new GetMembers(context))).members();
  }

  @Test
  void capabilitiesAreGrantedByWhoHasThem() {
    assertThat(ben.problem(alter(ben, new Grant(bens, Capability.MANAGE_MEMBERS))).message())
        .contains("lacks the capability ManageMembers");
    ada.get(alter(ada, new Grant(bens, Capability.MANAGE_MEMBERS)));
    follow(ada, ben);
    assertThat(members(ben))
        .containsExactlyInAnyOrder(
            new Member(
                adas,
                List.of(Capability.MANAGE_APPLICATION, Capability.MANAGE_MEMBERS),
                false,
                true),
            new Member(bens, List.of(Capability.MANAGE_MEMBERS), true, false));
    ben.get(alter(ben, new Revoke(bens, Capability.MANAGE_MEMBERS)));
    assertThat(head(ada).position()).isEqualTo(5);
    assertThat(ada.problem(alter(ada, new RemoveMember(adas))).message())
        .contains("another has to become it first");
  }

  @Test
  void whatAMemberWroteBeforeItsRemovalStaysAndWhatItWritesAfterIsRefusedByEverybody() {
    final Written _ = written(ben, ada, "before");
    ada.get(alter(ada, new RemoveMember(bens)));
    final Transaction.Signed late = transaction(ben, bens);
    assertThat(ada.problem(ada.core.order(new Order(late))).code()).isEqualTo(Code.UNAUTHORIZED);
    // A coordinator that orders it all the same is not believed.
    final Head head = head(ada);
    final Entry entry =
        new Entry(
            context,
            head.position() + 1,
            head.hash(),
            head.timestamp() + 1,
            1,
            new Entry.Executed(late, Hash.ZERO));
    final KeyPair coordinator = ada.keys.find(adas).orElseThrow();
    final List<Entry.Signed> entries =
        Stream.concat(
                log(ada, head(ben).position() + 1).stream(),
                Stream.of(Entry.Signed.sign(entry, entry.hash(), coordinator)))
            .toList();
    assertThat(ben.problem(ben.core.apply(new Apply(context, entries))).message())
        .contains("one who is no member");
    assertThat(head(ben)).as("the right ones are taken").isEqualTo(head(ada));
    assertThat(ben.problem(write(ben, "after")).code()).isEqualTo(Code.UNAUTHORIZED);
    ben.get(
        ben.core.join(
            new Join(ada.get(ada.core.invite(new Invite(context, adas, bens))).invitation())));
    follow(ada, ben);
    final Written _ = written(ben, ada, "again");
    assertThat(log(ada, 1)).hasSize((int) head.position() + 2);
  }

  @Test
  void aHandoverTakesWritesToTheNewCoordinatorInTheNextTerm() {
    assertThat(ben.problem(alter(ben, new HandOver(bens))).message())
        .contains("only the coordinator may do this");
    ada.get(alter(ada, new HandOver(bens)));
    // The former one says who it is now, by type and by name.
    final Problem refused = ada.problem(ada.core.order(new Order(transaction(ben, bens))));
    assertThat(refused.code()).isEqualTo(Code.NOT_COORDINATOR);
    assertThat(refused.subject()).contains(bens.hash());
    assertThat(refused.message()).contains("in term 2");
    follow(ada, ben);
    ada.execution.term = 2;
    ben.execution.term = 2;
    final Written written = written(ada, ben, "over there");
    assertThat(head(ben).position()).isEqualTo(written.position());
    assertThat(log(ben, written.position()).getFirst().entry().term()).isEqualTo(2);
    assertThat(head(ada)).isEqualTo(head(ben));
    // And back, so that the first one orders again.
    ben.get(alter(ben, new HandOver(adas)));
    follow(ben, ada);
    ada.execution.term = 3;
    ada.get(write(ada, "here again"));
    assertThat(summary(ada).term()).isEqualTo(3);
  }

  @Test
  void whatWaitsWhenTheRoleMovesGoesAfterIt() {
    ada.execution.term = 2;
    ben.execution.term = 2;
    ada.log.hold();
    final CompletableFuture<Altered> moved =
        ada.core.alter(new Alter(context, Optional.empty(), new HandOver(bens)));
    ada.settle();
    final CompletableFuture<Answer> waiting =
        ada.core.submit(
            new ExecutionMessages.Submit(
                context, Optional.empty(), "set", Bytes.utf8("x"), Optional.empty()));
    final CompletableFuture<Answer> asked = ada.core.order(new Order(transaction(ben, bens)));
    ada.settle();
    assertThat(Stream.of(moved, waiting, asked)).noneMatch(CompletableFuture::isDone);
    // The other node hears of it before what waits here is handed to it.
    ada.others.ordering = Optional.of(request -> orderedAfterCatchingUp(request));
    ada.log.force();
    settle();
    assertThat(moved).isCompleted();
    assertThat(ada.problem(asked).code()).isEqualTo(Code.NOT_COORDINATOR);
    // Its author hears of it when the entry is here.
    final CompletableFuture<Applied> heard = apply(ben, ada);
    ada.settle();
    ada.log.force();
    settle();
    assertThat(Stream.of(heard, waiting)).allMatch(CompletableFuture::isDone);
    assertThat(((Written) waiting.join()).position()).isEqualTo(head(ada).position());
  }

  private CompletableFuture<Answer> orderedAfterCatchingUp(final Submit request) {
    return apply(ada, ben).thenCompose(_ -> ben.core.order(new Order(request.transaction())));
  }

  @Test
  void aHandoverIsOnDiskOrHasNotHappened() {
    final Head before = head(ada);
    ada.log.hold();
    final CompletableFuture<Altered> moved =
        ada.core.alter(new Alter(context, Optional.empty(), new HandOver(bens)));
    ada.settle();
    // Nobody has heard of it: what a crash loses here is lost whole.
    assertThat(moved).isNotDone();
    assertThat(summary(ada).coordinator()).isEqualTo(adas);
    assertThat(head(ada)).isEqualTo(before);
    ada.log.force();
    ada.settle();
    assertThat(moved).isCompleted();
    ada.restart();
    assertThat(summary(ada).coordinator()).isEqualTo(bens);
    assertThat(ada.problem(ada.core.order(new Order(transaction(ben, bens)))).code())
        .isEqualTo(Code.NOT_COORDINATOR);
    follow(ada, ben);
    ben.restart();
    ben.execution.term = 2;
    ben.get(write(ben, "as the coordinator"));
    assertThat(head(ben).position()).isEqualTo(before.position() + 2);
  }

  @Test
  void aHandoverToANodeThatNobodyHasMetIsDoneAndWarnedOf() {
    ada.others.met = false;
    assertThat(ada.get(alter(ada, new HandOver(bens))).warning())
        .get()
        .asString()
        .contains("has not been met");
  }

  @Test
  void whoLeavesIsRemovedAndItsNodeTakesNoMore() {
    final CompletableFuture<Left> kept = ben.core.leave(new Leave(context, Optional.empty(), true));
    settle();
    assertThat(kept.join()).isEqualTo(new Left(List.of(bens), false));
    assertThat(members(ada)).extracting(Member::identity).containsExactly(adas);
    ben.restart();
    assertThat(summary(ben).damage()).get().asString().startsWith("left:");
    assertThat(ben.problem(apply(ada, ben)).code()).isEqualTo(Code.UNAUTHORIZED);
    assertThat(log(ben, 1)).hasSize((int) head(ben).position());
    // Invited again it goes on from where it was.
    ben.get(
        ben.core.join(
            new Join(ada.get(ada.core.invite(new Invite(context, adas, bens))).invitation())));
    follow(ada, ben);
    final Written _ = written(ben, ada, "back");
    final CompletableFuture<Left> gone =
        ben.core.leave(new Leave(context, Optional.empty(), false));
    settle();
    assertThat(gone.join().removed()).isTrue();
    assertThat(ben.problem(ben.core.context(context)).code()).isEqualTo(Code.CONTEXT_NOT_FOUND);
    assertThat(ada.problem(ada.core.leave(new Leave(context, Optional.empty(), false))).message())
        .contains("delete the context instead");
  }

  @Test
  void anApplicationIsUpdatedWithWhatItsMigrateDoesOrNotAtAll() {
    final Application next = ada.install("the next one");
    ada.execution.migrating = "fail";
    final Problem refused = ada.problem(alter(ada, new UpdateApplication(next.id())));
    assertThat(refused.code()).isEqualTo(Code.INIT_FAILED);
    assertThat(head(ada).position()).isEqualTo(3);
    ada.execution.migrating = "new state";
    ben.execution.migrating = "new state";
    ada.get(alter(ada, new UpdateApplication(next.id())));
    final Entry.Signed update = log(ada, head(ada).position()).getFirst();
    assertThat(((Entry.Configured) update.entry().payload()).outcomeDigest()).isPresent();
    assertThat(ben.problem(apply(ada, ben)).code())
        .as("the module is fetched first")
        .isEqualTo(Code.APPLICATION_NOT_INSTALLED);
    ben.get(ben.core.receive(received(next)));
    follow(ada, ben);
    assertThat(summary(ben).application()).isEqualTo(next.id());
    assertThat(ada.problem(alter(ada, new UpdateApplication(next.id()))).message())
        .contains("runs this application already");
    // The former one is part of the history.
    final Application former =
        ada.core.applications().stream()
            .filter(application -> !application.equals(next))
            .findFirst()
            .orElseThrow();
    assertThat(ada.problem(ada.core.removeApplication(former.id())).code())
        .isEqualTo(Code.APPLICATION_IN_USE);
    ada.restart();
    assertThat(summary(ada).application()).isEqualTo(next.id());
  }

  private Receive received(final Application application) {
    return new Receive(application, ada.get(ada.core.module(application.blob())));
  }

  @Test
  void anOpenInvitationIsGoodAsOftenAndAsLongAsItSays() {
    final String text =
        ada.get(ada.core.open(new InviteOpenly(context, Optional.empty(), 1, 3600))).invitation();
    final PublicKey first = KeyPair.ofSecret(Hash.sha256(new byte[] {1})).publicKey();
    ada.get(knock(text, 1));
    assertThat(members(ada)).extracting(Member::identity).contains(first);
    final Head head = head(ada);
    assertThat(ada.get(knock(text, 1)).head())
        .as("whoever was let in is let in once")
        .isEqualTo(head);
    assertThat(ada.problem(knock(text, 2)).message()).contains("used up");
    ada.restart();
    assertThat(ada.problem(knock(text, 2)).message()).contains("used up");
    follow(ada, ben);

    final String many =
        ada.get(ada.core.open(new InviteOpenly(context, Optional.empty(), 0, 3600))).invitation();
    ada.get(knock(many, 2));
    ada.get(knock(many, 3));
    // Whoever is removed must not come back by it, and nobody else either.
    ada.get(alter(ada, new RemoveMember(first)));
    assertThat(ada.problem(knock(many, 1)).message()).contains("void");
    assertThat(ada.problem(knock(many, 4)).message()).contains("void");

    final String brief =
        ada.get(ada.core.open(new InviteOpenly(context, Optional.empty(), 0, 1))).invitation();
    ada.pass(Duration.ofSeconds(2));
    assertThat(ada.problem(knock(brief, 4)).message()).contains("expired");
    assertThat(ben.problem(ben.core.open(new InviteOpenly(context, Optional.empty(), 0, 1))).code())
        .isEqualTo(Code.UNAUTHORIZED);
    follow(ada, ben);
    assertThat(head(ben)).isEqualTo(head(ada));
  }

  private CompletableFuture<Applied> knock(final String text, final int who) {
    final KeyPair joiner = KeyPair.ofSecret(Hash.sha256(new byte[] {(byte) who}));
    return ada.core.orderChange(
        new OrderChange(
            ConfigurationEvent.Signed.sign(
                joiner,
                context,
                Bytes.wrap(new byte[Transaction.UNIQUE_ID_LENGTH]),
                new MemberInvited(joiner.publicKey(), OpenPass.parse(text).invitation()))));
  }

  /** The coordinator signs an outcome that executing does not give. */
  private CompletableFuture<Applied> lie() {
    final Head head = head(ada);
    final Entry entry =
        new Entry(
            context,
            head.position() + 1,
            head.hash(),
            head.timestamp() + 1,
            1,
            new Entry.Executed(transaction(ada, adas), Hash.ZERO));
    return ben.core.apply(
        new Apply(
            context,
            List.of(Entry.Signed.sign(entry, entry.hash(), ada.keys.find(adas).orElseThrow()))));
  }

  private List<Path> evidence() {
    try (Stream<Path> files = Files.list(home.resolve("ben/evidence"))) {
      return files.toList();
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aContextThatHasDivergedStaysSoOverARestartWithTheEvidence() throws IOException {
    final Head right = head(ben);
    assertThat(ben.problem(lie()).code()).isEqualTo(Code.CONTEXT_DIVERGED);
    assertThat(ben.notices.getLast())
        .isEqualTo(new Diverged(context, right.position() + 1, "another outcome"));
    assertThat(ben.core.divergedContexts()).isEqualTo(1);
    ben.restart();
    assertThat(ben.core.divergedContexts()).isEqualTo(1);
    assertThat(summary(ben).damage()).contains("diverged: another outcome");
    assertThat(ben.problem(write(ben, "x")).code()).isEqualTo(Code.CONTEXT_DIVERGED);
    assertThat(ben.problem(apply(ada, ben)).code()).isEqualTo(Code.CONTEXT_DIVERGED);
    final Evidence found = Evidence.decode(Files.readAllBytes(evidence().getFirst())).orElseThrow();
    assertThat(found.entries()).hasSize(1);
    assertThat(found.entries().getFirst().verify(adas)).isTrue();
  }

  @Test
  void aRepairGoesOnOnlyIfNothingDiffers() {
    final Head right = head(ben);
    ben.problem(lie());
    ben.execution.reexecuted = Optional.of(new Reexecuted(right, 1, Optional.of("position 2")));
    final Repaired differs = ben.get(ben.core.repair(new Repair(context)));
    assertThat(differs.repaired()).isFalse();
    assertThat(differs.finding()).contains("position 2").contains("join again");
    ben.execution.reexecuted = Optional.of(new Reexecuted(right, 1, Optional.empty()));
    assertThat(ben.problem(ben.core.repair(new Repair(context))).code())
        .isEqualTo(Code.PEER_UNREACHABLE);
    ben.others.compared = Optional.of(new Compared(Optional.of("another entry is here")));
    assertThat(ben.get(ben.core.repair(new Repair(context))).finding())
        .contains("another entry is here");
    assertThat(summary(ben).damage()).isPresent();
    ben.others.compared = Optional.of(new Compared(Optional.empty()));
    assertThat(ben.get(ben.core.repair(new Repair(context))).repaired()).isTrue();
    assertThat(summary(ben).damage()).isEmpty();
    assertThat(evidence()).singleElement().asString().endsWith(".evidence");
    ben.restart();
    ada.get(write(ada, "genuine"));
    follow(ada, ben);
    assertThat(head(ben)).isEqualTo(head(ada));
  }

  @Test
  void aFormerCoordinatorThatSignsAnotherEntryBesideItsHandoverIsFoundOut() {
    final Head before = head(ada);
    ada.get(alter(ada, new HandOver(bens)));
    follow(ada, ben);
    ada.execution.term = 2;
    final Entry beside =
        new Entry(
            context,
            before.position() + 1,
            before.hash(),
            before.timestamp() + 1,
            1,
            new Entry.Executed(transaction(ada, adas), Hash.ZERO));
    final Entry.Signed other =
        Entry.Signed.sign(beside, beside.hash(), ada.keys.find(adas).orElseThrow());
    // Whoever follows has both: the one in its log, and the one that was kept from it.
    ada.get(apply(ben, ada));
    assertThat(ada.problem(ada.core.apply(new Apply(context, List.of(other)))).message())
        .contains("two entries for position " + other.entry().position());
    assertThat(summary(ada).damage()).isPresent();
  }
}
