// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.context.ContextOptions;
import io.calimero.node.events.Application;
import io.calimero.node.events.BlobId;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.ConfigurationEvent;
import io.calimero.node.events.ConfigurationEvent.ApplicationUpdated;
import io.calimero.node.events.ConfigurationEvent.MemberAdded;
import io.calimero.node.events.ConfigurationEvent.MemberRemoved;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Entry;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Head;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.PublicKey;
import io.calimero.node.events.Transaction;
import io.calimero.node.events.crypto.KeyPair;
import io.calimero.node.events.messages.ApplicationMessages.Install;
import io.calimero.node.events.messages.CatchupMessages.Fetch;
import io.calimero.node.events.messages.ContextMessages.Applied;
import io.calimero.node.events.messages.ContextMessages.Apply;
import io.calimero.node.events.messages.ContextMessages.Committed;
import io.calimero.node.events.messages.ContextMessages.Create;
import io.calimero.node.events.messages.ContextMessages.Created;
import io.calimero.node.events.messages.ContextMessages.Invite;
import io.calimero.node.events.messages.ContextMessages.Join;
import io.calimero.node.events.messages.ContextMessages.Joined;
import io.calimero.node.events.messages.ContextMessages.Order;
import io.calimero.node.events.messages.ContextMessages.OrderChange;
import io.calimero.node.events.messages.ContextMessages.ReadLog;
import io.calimero.node.events.messages.ContextMessages.Summary;
import io.calimero.node.events.messages.ExecutionMessages.Read;
import io.calimero.node.events.messages.ExecutionMessages.Submit;
import io.calimero.node.events.messages.ExecutionMessages.WouldWrite;
import io.calimero.node.events.peers.Invitation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A context between two nodes: one that orders, and one that follows. */
class FollowerTest {
  private static final ContextOptions OPTIONS =
      new ContextOptions(64, 1 << 20, 8, 2, 1 << 20, Duration.ofSeconds(1), 1_000_000_000L, true);
  private static final Bytes MODULE = Bytes.utf8("\0asm a module");

  @TempDir private Path home;
  private CoreFixture orders;
  private CoreFixture follows;
  private ContextId context;
  private PublicKey creator;
  private PublicKey invitee;

  @BeforeEach
  void share() throws IOException {
    orders = new CoreFixture(Files.createDirectory(home.resolve("orders")), OPTIONS);
    follows = new CoreFixture(Files.createDirectory(home.resolve("follows")), OPTIONS);
    final Path module = home.resolve("module.wasm");
    Files.write(module, MODULE.toByteArray());
    final Application application =
        orders.get(
            orders.core.install(
                new Install(module.toUri().toString(), Optional.empty(), Bytes.EMPTY)));
    final Created created =
        orders.get(orders.core.create(new Create(application.id(), Optional.empty(), Bytes.EMPTY)));
    context = created.context();
    creator = created.member();
    invitee = follows.get(follows.core.createIdentity());
  }

  private List<Entry.Signed> log(final CoreFixture node, final long from) {
    return node.get(node.core.read(new ReadLog(context, from, 1000, 1 << 20))).entries().stream()
        .map(Entry.Logged::signed)
        .toList();
  }

  private String invitation() {
    return orders.get(orders.core.invite(new Invite(context, creator, invitee))).invitation();
  }

  private Joined join() {
    follows.others.fetching =
        Optional.of(_ -> follows.core.apply(new Apply(context, log(orders, 1))));
    return follows.get(follows.core.join(new Join(invitation())));
  }

  private void write(final String text) {
    orders.get(
        orders.core.submit(
            new Submit(context, Optional.empty(), "set", Bytes.utf8(text), Optional.empty())));
  }

  private Head head(final CoreFixture node) {
    return summary(node).head();
  }

  private Summary summary(final CoreFixture node) {
    return node.get(node.core.context(context));
  }

  private CompletableFuture<Applied> apply(final List<Entry.Signed> entries) {
    return follows.core.apply(new Apply(context, entries));
  }

  @Test
  void whoIsInvitedIsAMemberOnDiskAndFollowsFromTheFirstEntry() {
    final Joined joined = join();
    assertThat(joined).isEqualTo(new Joined(context, invitee));
    assertThat(head(follows)).isEqualTo(head(orders));
    assertThat(summary(follows).members()).containsExactlyInAnyOrder(creator, invitee);
    assertThat(summary(follows).owned()).containsExactly(invitee);
    assertThat(follows.notices).contains(new Created(context, invitee));
    follows.restart();
    assertThat(head(follows)).isEqualTo(head(orders));
  }

  @Test
  void anInvitationTellsTheInviteeWhereToGo() {
    final Invitation invitation = Invitation.parse(invitation());
    assertThat(invitation.invitee()).isEqualTo(invitee);
    assertThat(invitation.addresses()).containsExactly("/ip4/192.0.2.7/tcp/1/p2p/peer");
    final List<Fetch> asked = new ArrayList<>();
    follows.others.fetching =
        Optional.of(
            request -> {
              asked.add(request);
              return CompletableFuture.failedStage(
                  Problem.of(Code.PEER_UNREACHABLE, "away").toException());
            });
    assertThat(follows.problem(follows.core.join(new Join(invitation.toText()))).code())
        .isEqualTo(Code.PEER_UNREACHABLE);
    assertThat(asked).containsExactly(new Fetch(context, invitee, creator, invitation.addresses()));
    // It failed, so it can be tried again, and nothing is left of it.
    assertThat(follows.problem(follows.core.context(context)).code())
        .isEqualTo(Code.CONTEXT_NOT_FOUND);
    assertThat(join().member()).isEqualTo(invitee);
  }

  @Test
  void whoMayNotInviteDoesNotAndWhoIsNotMeantDoesNotJoin() {
    assertThat(orders.problem(orders.core.invite(new Invite(context, invitee, invitee))).code())
        .isEqualTo(Code.UNAUTHORIZED);
    final String text = invitation();
    assertThat(orders.problem(orders.core.join(new Join(text))).code())
        .isEqualTo(Code.UNAUTHORIZED);
    assertThat(follows.problem(follows.core.join(new Join("nonsense"))).code())
        .isEqualTo(Code.INVALID_REQUEST);
    final Invitation genuine = Invitation.parse(text);
    final Invitation forged =
        new Invitation(
            genuine.context(),
            genuine.inviter(),
            invitee,
            List.of("/ip4/203.0.113.1/tcp/1"),
            genuine.signature());
    assertThat(follows.problem(follows.core.join(new Join(forged.toText()))).code())
        .isEqualTo(Code.INVALID_REQUEST);
  }

  @Test
  void entriesAreTakenOnceInOrderAndOnDisk() {
    join();
    final long before = head(follows).position();
    write("a");
    write("b");
    final List<Entry.Signed> fresh = log(orders, before + 1);
    assertThat(follows.problem(apply(fresh.subList(1, 2))).code()).isEqualTo(Code.PRIOR_MISMATCH);
    follows.log.hold();
    final CompletableFuture<Applied> applied = apply(fresh);
    follows.settle();
    assertThat(applied).isNotDone();
    follows.log.force();
    assertThat(follows.get(applied).head()).isEqualTo(head(orders));
    final int told = follows.notices.size();
    assertThat(follows.get(apply(log(orders, 1))).head()).isEqualTo(head(orders));
    assertThat(follows.notices).hasSize(told);
    assertThat(follows.notices.getLast())
        .isInstanceOfSatisfying(Committed.class, last -> assertThat(last.entries()).hasSize(2));
  }

  @Test
  void whatComesWhileTheDiskIsBusyIsForcedTogether() {
    join();
    final long before = head(follows).position();
    for (int i = 0; i < 5; i++) {
      write("text " + i);
    }
    final List<Entry.Signed> fresh = log(orders, before + 1);
    follows.log.hold();
    final List<CompletableFuture<Applied>> applied =
        fresh.stream().map(one -> apply(List.of(one))).toList();
    follows.settle();
    follows.log.force();
    assertThat(follows.get(applied.getFirst()).head().position()).isEqualTo(before + 1);
    assertThat(applied.getLast()).isNotDone();
    follows.settle();
    // All the others in one.
    assertThat(follows.log.waiting()).isEqualTo(1);
    follows.log.force();
    applied.forEach(
        each -> assertThat(follows.get(each).head().position()).isBetween(before + 1, before + 5));
    assertThat(head(follows)).isEqualTo(head(orders));
  }

  @Test
  void whatIsWrongInOneMessageIsNotHeldAgainstTheOnesBeforeAndBehindIt() {
    join();
    final long before = head(follows).position();
    for (int i = 0; i < 4; i++) {
      write("text " + i);
    }
    final List<Entry.Signed> fresh = log(orders, before + 1);
    final KeyPair eve = KeyPair.ofSecret(Hash.sha256(new byte[] {9}));
    follows.log.hold();
    final CompletableFuture<Applied> first = apply(fresh.subList(0, 1));
    follows.settle();
    final CompletableFuture<Applied> second = apply(fresh.subList(1, 2));
    final CompletableFuture<Applied> forged = apply(List.of(sign(fresh.get(2).entry(), eve)));
    final CompletableFuture<Applied> missing = apply(fresh.subList(3, 4));
    final CompletableFuture<Applied> third = apply(fresh.subList(2, 4));
    while (follows.log.waiting() > 0) {
      follows.log.force();
      follows.settle();
    }
    assertThat(follows.get(first).head().position()).isEqualTo(before + 1);
    assertThat(follows.get(second).head().position()).isEqualTo(before + 2);
    assertThat(follows.problem(forged).code()).isEqualTo(Code.INVALID_REQUEST);
    assertThat(follows.problem(missing).code()).isEqualTo(Code.PRIOR_MISMATCH);
    assertThat(follows.get(third).head()).isEqualTo(head(orders));
    assertThat(follows.get(apply(List.of())).head()).isEqualTo(head(orders));
  }

  @Test
  void ofManyEntriesThoseBeforeTheFirstWrongSignatureAreTaken() {
    join();
    final long before = head(follows).position();
    for (int i = 0; i < 60; i++) {
      write("text " + i);
    }
    final List<Entry.Signed> fresh = log(orders, before + 1);
    final KeyPair eve = KeyPair.ofSecret(Hash.sha256(new byte[] {9}));
    for (final int wrong : List.of(0, 20, 59)) {
      final List<Entry.Signed> forged = new ArrayList<>(fresh);
      forged.set(wrong, sign(fresh.get(wrong).entry(), eve));
      assertThat(follows.problem(apply(forged)).code()).isEqualTo(Code.INVALID_REQUEST);
      assertThat(head(follows).position()).isEqualTo(before + wrong);
    }
    assertThat(follows.get(apply(fresh)).head()).isEqualTo(head(orders));
  }

  @Test
  void anApplicationIsMissedOnlyByAnEntryThatIsVerified() {
    join();
    final Head head = head(follows);
    final KeyPair eve = KeyPair.ofSecret(Hash.sha256(new byte[] {9}));
    final KeyPair coordinator = orders.keys.find(creator).orElseThrow();
    final Application other =
        new Application(new BlobId(Hash.ZERO), 9, "file:///b.wasm", Bytes.EMPTY);
    final Entry entry =
        new Entry(
            context,
            head.position() + 1,
            head.hash(),
            head.timestamp() + 1,
            1,
            new Entry.Configured(
                ConfigurationEvent.Signed.sign(
                    coordinator,
                    context,
                    Bytes.wrap(new byte[Transaction.UNIQUE_ID_LENGTH]),
                    new ApplicationUpdated(other))));
    assertThat(follows.problem(apply(List.of(sign(entry, eve)))).code())
        .isEqualTo(Code.INVALID_REQUEST);
    final Problem missing = follows.problem(apply(List.of(sign(entry, coordinator))));
    assertThat(missing.code()).isEqualTo(Code.APPLICATION_NOT_INSTALLED);
    assertThat(missing.subject()).contains(other.id().hash());
    assertThat(head(follows)).isEqualTo(head);
  }

  @Test
  void anEntryThatIsNotTheCoordinatorsIsRefused() {
    join();
    final Head head = head(follows);
    final KeyPair eve = KeyPair.ofSecret(Hash.sha256(new byte[] {9}));
    write("genuine");
    final Entry genuine = log(orders, head.position() + 1).getFirst().entry();
    final Transaction.Signed strangers =
        new Transaction(
                context,
                eve.publicKey(),
                "set",
                Bytes.utf8("x"),
                Bytes.wrap(new byte[Transaction.UNIQUE_ID_LENGTH]),
                Optional.empty())
            .sign(eve);
    final KeyPair coordinator = orders.keys.find(creator).orElseThrow();
    final Entry.Payload payload = genuine.payload();
    final Entry.Payload notAMember = new Entry.Executed(strangers, Hash.ZERO);
    final Entry.Payload notAllowed =
        new Entry.Configured(
            ConfigurationEvent.Signed.sign(
                eve,
                context,
                Bytes.wrap(new byte[Transaction.UNIQUE_ID_LENGTH]),
                new MemberAdded(eve.publicKey())));
    final long position = head.position() + 1;
    final long time = head.timestamp() + 1;
    Stream.of(
            sign(new Entry(context, position, head.hash(), time, 1, payload), eve),
            sign(new Entry(context, position, head.hash(), time, 2, payload), coordinator),
            sign(new Entry(context, position, Hash.ZERO, time, 1, payload), eve),
            sign(
                new Entry(context, position, head.hash(), head.timestamp(), 1, payload),
                coordinator),
            sign(new Entry(context, position, head.hash(), time, 1, notAMember), coordinator),
            sign(new Entry(context, position, head.hash(), time, 1, notAllowed), coordinator))
        .forEach(
            forged ->
                assertThat(follows.problem(apply(List.of(forged))).code())
                    .as("%s", forged)
                    .isEqualTo(Code.INVALID_REQUEST));
    assertThat(head(follows)).isEqualTo(head);
    assertThat(summary(follows).damage()).isEmpty();
    follows.get(apply(log(orders, position)));
    assertThat(head(follows)).isEqualTo(head(orders));
  }

  private static Entry.Signed sign(final Entry entry, final KeyPair signer) {
    return Entry.Signed.sign(entry, entry.hash(), signer);
  }

  @Test
  void anotherOutcomeStopsTheContextAtTheLastEntryThatWasRight() {
    join();
    write("right");
    follows.get(apply(log(orders, head(follows).position() + 1)));
    final Head right = head(follows);
    write("good");
    final Entry good = log(orders, right.position() + 1).getFirst().entry();
    final Transaction.Signed transaction = ((Entry.Executed) good.payload()).transaction();
    final Entry wrong =
        new Entry(
            context,
            good.position(),
            good.prior(),
            good.timestamp(),
            1,
            new Entry.Executed(transaction, Hash.ZERO));
    final KeyPair coordinator = orders.keys.find(creator).orElseThrow();
    assertThat(follows.problem(apply(List.of(sign(wrong, coordinator)))).code())
        .isEqualTo(Code.CONTEXT_DIVERGED);
    assertThat(head(follows)).isEqualTo(right);
    assertThat(summary(follows).damage()).get().asString().startsWith("diverged: ");
    assertThat(follows.problem(apply(log(orders, good.position()))).code())
        .isEqualTo(Code.CONTEXT_DIVERGED);
    assertThat(
            follows
                .problem(
                    follows.core.submit(
                        new Submit(
                            context, Optional.empty(), "set", Bytes.utf8("x"), Optional.empty())))
                .message())
        .contains("diverged");
    // What is in the log can still be read.
    assertThat(log(follows, 1)).hasSize((int) right.position());
  }

  @Test
  void aCoordinatorThatSignsTwoEntriesForOnePositionIsFoundOut() {
    join();
    write("one");
    final Head before = head(follows);
    follows.get(apply(log(orders, before.position() + 1)));
    final Entry one = log(orders, before.position() + 1).getFirst().entry();
    final Entry other =
        new Entry(context, one.position(), one.prior(), one.timestamp() + 5, 1, one.payload());
    final KeyPair coordinator = orders.keys.find(creator).orElseThrow();
    assertThat(follows.problem(apply(List.of(sign(other, coordinator)))).message())
        .contains("two entries for position " + one.position());
  }

  @Test
  void aWriteGoesToTheCoordinatorAndOneWithoutAConnectionIsRefused() {
    join();
    final Submit call =
        new Submit(context, Optional.empty(), "set", Bytes.utf8("x"), Optional.empty());
    // Reading needs nobody else.
    assertThat(follows.get(follows.core.submit(call))).isInstanceOf(Read.class);
    follows.execution.queried = new WouldWrite();
    follows.others.ordering =
        Optional.of(
            request -> orders.core.order(new Order(request.transaction(), request.after())));
    final CompletableFuture<?> answer = follows.core.submit(call);
    follows.settle();
    orders.settle();
    follows.settle();
    // The coordinator has it; who has written waits until it is here.
    assertThat(answer).isNotDone();
    follows.get(follows.core.apply(new Apply(context, log(orders, 1))));
    assertThat(answer).isCompleted();
    final Entry.Signed last = log(orders, head(orders).position()).getFirst();
    assertThat(((Entry.Executed) last.entry().payload()).transaction().transaction().executor())
        .isEqualTo(invitee);
  }

  @Test
  void theCoordinatorOrdersForMembersOnly() {
    final KeyPair eve = KeyPair.ofSecret(Hash.sha256(new byte[] {9}));
    final Transaction.Signed strangers =
        new Transaction(
                context,
                eve.publicKey(),
                "set",
                Bytes.utf8("x"),
                Bytes.wrap(new byte[Transaction.UNIQUE_ID_LENGTH]),
                Optional.empty())
            .sign(eve);
    assertThat(orders.problem(orders.core.order(new Order(strangers))).code())
        .isEqualTo(Code.UNAUTHORIZED);
    final ConfigurationEvent.Signed change =
        ConfigurationEvent.Signed.sign(
            eve,
            context,
            Bytes.wrap(new byte[Transaction.UNIQUE_ID_LENGTH]),
            new MemberRemoved(creator));
    assertThat(orders.problem(orders.core.orderChange(new OrderChange(change))).code())
        .isEqualTo(Code.UNAUTHORIZED);
  }

  @Test
  void aChangeIsOrderedBetweenTheCallsBeforeAndAfterIt() {
    orders.log.hold();
    final Submit call =
        new Submit(context, Optional.empty(), "set", Bytes.utf8("x"), Optional.empty());
    final CompletableFuture<?> before = orders.core.submit(call);
    orders.settle();
    final CompletableFuture<?> invited = orders.core.invite(new Invite(context, creator, invitee));
    orders.settle();
    final CompletableFuture<?> after = orders.core.submit(call);
    orders.settle();
    assertThat(List.of(before, invited, after)).noneMatch(CompletableFuture::isDone);
    for (int i = 0; i < 3; i++) {
      orders.log.force();
      orders.settle();
    }
    assertThat(List.of(before, invited, after)).allMatch(CompletableFuture::isDone);
    assertThat(
            log(orders, 3).stream()
                .map(entry -> entry.entry().payload().getClass().getSimpleName()))
        .containsExactly("Executed", "Configured", "Executed");
    final Read read =
        (Read)
            orders.get(
                orders.core.submit(
                    new Submit(context, Optional.empty(), "get", Bytes.EMPTY, Optional.empty())));
    assertThat(read.position()).isEqualTo(5);
  }

  @Test
  void entriesOfAContextThatNobodyJoinsAreRefused() {
    assertThat(follows.problem(apply(log(orders, 1))).code()).isEqualTo(Code.CONTEXT_NOT_FOUND);
    assertThat(orders.problem(orders.core.apply(new Apply(context, log(orders, 1)))).code())
        .isEqualTo(Code.UNAUTHORIZED);
  }
}
