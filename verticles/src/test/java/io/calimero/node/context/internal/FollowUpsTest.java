// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.context.ContextOptions;
import io.calimero.node.events.Action;
import io.calimero.node.events.Action.CallContext;
import io.calimero.node.events.ApplicationId;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Entry;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Origin;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.PublicKey;
import io.calimero.node.events.Transaction;
import io.calimero.node.events.crypto.ContextKeys;
import io.calimero.node.events.messages.ApplicationMessages.Callable;
import io.calimero.node.events.messages.ApplicationMessages.ModuleDescription;
import io.calimero.node.events.messages.BlobMessages.End;
import io.calimero.node.events.messages.BlobMessages.ReadPart;
import io.calimero.node.events.messages.BlobMessages.WritePart;
import io.calimero.node.events.messages.ContextMessages.Created;
import io.calimero.node.events.messages.ContextMessages.FollowedUp;
import io.calimero.node.events.messages.ContextMessages.ReadLog;
import io.calimero.node.events.messages.ExecutionMessages.Read;
import io.calimero.node.storage.log.LogException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What calls ask for beyond their contexts, done by the core once it is on disk. */
class FollowUpsTest {
  private static final PublicKey SOMEBODY =
      new PublicKey(Hash.sha256(Bytes.utf8("somebody").unsafeArray()));

  @TempDir private Path home;
  private CoreFixture fixture;
  private Created first;
  private Created second;

  @BeforeEach
  void twoContexts() {
    fixture = new CoreFixture(home, ContextOptions.DEFAULT);
    first = fixture.create();
    second = fixture.create();
    fixture.notices.clear();
  }

  private FollowedUp ask(final Action action) {
    fixture.execution.ask(action);
    fixture.get(fixture.submit(first.context(), "act"));
    fixture.settle();
    return fixture.notices.stream()
        .filter(FollowedUp.class::isInstance)
        .map(FollowedUp.class::cast)
        .reduce((_, last) -> last)
        .orElseThrow();
  }

  private List<PublicKey> members(final ContextId context) {
    return fixture.get(fixture.core.context(context)).members();
  }

  private Optional<Transaction> lastCall() {
    return fixture.execution.requests().stream()
        .filter(request -> request.context().equals(second.context()))
        .map(request -> request.transactions().getLast().transaction())
        .reduce((_, last) -> last);
  }

  private static CallContext call(final ContextId context) {
    return new CallContext(context, "set", Bytes.utf8("{}"));
  }

  @Test
  void membersFollowFromTheLogAlsoAfterARestart() {
    fixture.execution.ask(new Action.AddMember(SOMEBODY));
    fixture.get(fixture.submit(first.context(), "act"));
    assertThat(members(first.context())).contains(SOMEBODY);
    fixture.restart();
    assertThat(members(first.context())).contains(SOMEBODY);
    fixture.execution.ask(new Action.RemoveMember(SOMEBODY));
    fixture.get(fixture.submit(first.context(), "act"));
    assertThat(members(first.context())).doesNotContain(SOMEBODY);
    fixture.restart();
    assertThat(members(first.context())).containsExactly(first.member());
  }

  @Test
  void aContextIsMadeUnderTheKeyThatTheCallKnows() {
    final ApplicationId application = fixture.install("another").id();
    final Hash seed = Hash.sha256(new byte[] {1});
    final FollowedUp done =
        ask(new Action.CreateContext(seed, application, Bytes.utf8("{}"), Optional.of("x")));
    assertThat(done.failure()).isEmpty();
    final ContextId child = new ContextId(ContextKeys.fromSeed(seed).publicKey().hash());
    assertThat(members(child)).hasSize(1);
    assertThat(ask(new Action.RemoveContext(child)).failure()).isEmpty();
    assertThat(fixture.problem(fixture.core.context(child)).code())
        .isEqualTo(Code.CONTEXT_NOT_FOUND);
  }

  @Test
  void whatCannotBeMadeIsToldAndTheCallStands() {
    final FollowedUp done =
        ask(
            new Action.CreateContext(
                Hash.ZERO, new ApplicationId(Hash.ZERO), Bytes.EMPTY, Optional.empty()));
    assertThat(done.failure()).contains("Application is not installed on node.");
    assertThat(done.position()).isEqualTo(3);
  }

  @Test
  void aModuleThatSaysNothingIsCalledByItsMembersOnly() {
    assertThat(ask(call(second.context())).failure())
        .hasValueSatisfying(why -> assertThat(why).contains("lets this one not call set"));
    assertThat(lastCall()).isEmpty();
    fixture.execution.ask(new Action.AddMember(first.member()));
    fixture.get(fixture.submit(second.context(), "act"));
    assertThat(ask(call(second.context())).failure()).isEmpty();
    assertThat(lastCall())
        .hasValueSatisfying(
            called -> {
              assertThat(called.executor()).isEqualTo(first.member());
              assertThat(called.origin()).contains(new Origin(first.context(), 1));
            });
  }

  @Test
  void aModuleSaysWhoMayCallItAndIsThenCalledByTheNodesOwnIdentity() {
    describe(List.of());
    assertThat(ask(call(second.context())).failure()).isPresent();
    describe(List.of(new Callable("set", false)));
    fixture.restart();
    assertThat(ask(call(second.context())).failure()).isEmpty();
    assertThat(lastCall()).map(Transaction::executor).contains(second.member());
  }

  private void mayCallEachOther() {
    fixture.execution.ask(new Action.AddMember(first.member()));
    fixture.get(fixture.submit(second.context(), "act"));
    fixture.execution.ask(call(second.context()));
    fixture.notices.clear();
  }

  /** The entry that asks for a call is on disk, that of the call waits for it. */
  private void theCallIsUnderWay() {
    fixture.log.hold();
    final var _ = fixture.submit(first.context(), "act");
    fixture.log.force();
    fixture.settle();
    assertThat(fixture.log.waiting()).isEqualTo(1);
  }

  private List<Entry.Logged> log(final ContextId context) {
    return fixture.get(fixture.core.read(new ReadLog(context, 1, 100, 1 << 20))).entries();
  }

  private List<FollowedUp> told() {
    return fixture.notices.stream()
        .filter(FollowedUp.class::isInstance)
        .map(FollowedUp.class::cast)
        .toList();
  }

  @Test
  void aCallThatACrashCameBeforeIsMadeAtTheNextStart() {
    mayCallEachOther();
    theCallIsUnderWay();
    final int before = log(second.context()).size();
    fixture.crash();
    assertThat(log(second.context())).hasSize(before + 1);
    assertThat(lastCall())
        .map(Transaction::origin)
        .contains(Optional.of(new Origin(first.context(), 1)));
    assertThat(told()).singleElement().satisfies(done -> assertThat(done.failure()).isEmpty());
    // and that is that
    fixture.crash();
    assertThat(log(second.context())).hasSize(before + 1);
    assertThat(told()).hasSize(1);
  }

  @Test
  void aCallThatWasMadeWhenTheCrashCameIsNotMadeTwice() {
    mayCallEachOther();
    theCallIsUnderWay();
    fixture.log.force();
    final int made = fixture.execution.requests().size();
    fixture.crash();
    assertThat(log(second.context()).getLast().entry().payload())
        .isInstanceOf(Entry.Executed.class);
    assertThat(fixture.execution.requests()).hasSize(made);
    assertThat(told()).singleElement().satisfies(done -> assertThat(done.failure()).isEmpty());
  }

  @Test
  void aCallThatANodeWasStoppedBeforeIsMadeAtTheNextStart() {
    mayCallEachOther();
    theCallIsUnderWay();
    final int before = log(second.context()).size();
    fixture.core.stop();
    fixture.log.fail(LogException.Code.CLOSED);
    fixture.settle();
    fixture.crash();
    assertThat(log(second.context())).hasSize(before + 1);
  }

  @Test
  void aCallThatFailedIsNotMadeAgain() {
    assertThat(ask(call(second.context())).failure()).isPresent();
    fixture.crash();
    assertThat(told()).hasSize(1);
  }

  @Test
  void aCallThatMayBeForThisNodeAloneIsNotMadeAgain() {
    fixture.execution.describe(
        new ModuleDescription(List.of("set"), "ref", Optional.empty(), List.of(), List.of(), true));
    mayCallEachOther();
    theCallIsUnderWay();
    final int before = log(second.context()).size();
    fixture.crash();
    assertThat(log(second.context())).hasSize(before);
    assertThat(told())
        .singleElement()
        .satisfies(done -> assertThat(done.failure().orElseThrow()).contains("not made again"));
  }

  private void describe(final List<Callable> callable) {
    fixture.execution.describe(
        new ModuleDescription(
            List.of("set"), "ref", Optional.of(Bytes.utf8("{}")), List.of("look"), callable));
  }

  @Test
  void aContextThatIsNotHereCannotBeCalled() {
    assertThat(ask(call(new ContextId(Hash.ZERO))).failure()).contains("Context not found");
  }

  @Test
  void aMethodThatSaysThatItOnlyReadsIsAQuery() {
    describe(List.of());
    fixture.restart();
    assertThat(fixture.get(fixture.submit(first.context(), "look"))).isInstanceOf(Read.class);
    assertThat(fixture.execution.queries()).hasSize(1);
    assertThat(fixture.execution.requests()).isEmpty();
  }

  @Test
  void aBlobComesInPartsAndTheSamePartTwiceIsNoHarm() {
    final Bytes upload = Bytes.utf8("an upload, 16 b.");
    final Bytes hello = Bytes.utf8("hel");
    for (int twice = 0; twice < 2; twice++) {
      fixture.get(
          fixture.core.writeBlob(
              new WritePart(upload, 0, hello, End.MORE, 100, Optional.of(first.context()))));
    }
    final var stored =
        fixture.get(
            fixture.core.writeBlob(
                new WritePart(
                    upload, 3, Bytes.utf8("lo"), End.STORE, 100, Optional.of(first.context()))));
    assertThat(stored.blob().orElseThrow())
        .hasToString("B4vDoZ2b3EoHNyf727eRqm5cKwbniJL7NTwPqs3o4cwH");
    assertThat(
            fixture
                .get(fixture.core.readBlob(new ReadPart(stored.blob().orElseThrow(), 1, 10)))
                .bytes())
        .isEqualTo(Bytes.utf8("ello"));
  }

  @Test
  void anUploadThatIsTooLargeOrHasAGapIsRefused() {
    final Bytes upload = Bytes.utf8("an upload, 16 b.");
    assertThat(
            fixture
                .problem(
                    fixture.core.writeBlob(
                        new WritePart(
                            upload,
                            0,
                            Bytes.utf8("too much"),
                            End.MORE,
                            3,
                            Optional.of(first.context()))))
                .code())
        .isEqualTo(Code.INVALID_REQUEST);
    assertThat(
            fixture
                .problem(
                    fixture.core.writeBlob(
                        new WritePart(
                            upload,
                            5,
                            Bytes.utf8("x"),
                            End.MORE,
                            30,
                            Optional.of(first.context()))))
                .code())
        .isEqualTo(Code.NOT_READY);
    fixture.get(
        fixture.core.writeBlob(
            new WritePart(upload, 0, Bytes.utf8("x"), End.MORE, 30, Optional.of(first.context()))));
    assertThat(
            fixture
                .problem(
                    fixture.core.writeBlob(
                        new WritePart(
                            upload,
                            9,
                            Bytes.utf8("x"),
                            End.MORE,
                            30,
                            Optional.of(first.context()))))
                .message())
        .isEqualTo("a part of the blob is missing");
    assertThat(fixture.blobs.list()).hasSize(1); // the module
  }
}
