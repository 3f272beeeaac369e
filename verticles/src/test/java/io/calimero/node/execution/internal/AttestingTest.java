// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.execution.internal;

import static io.calimero.node.execution.internal.Cores.AT_ONCE;
import static io.calimero.node.execution.internal.Cores.NO_SNAPSHOTS;
import static io.calimero.node.execution.internal.Cores.options;
import static io.calimero.node.execution.internal.Cores.problem;
import static io.calimero.node.execution.internal.Cores.returned;
import static io.calimero.node.execution.internal.Cores.state;
import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.events.Attestation;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.ConfigurationEvent.MemberAdded;
import io.calimero.node.events.Entry;
import io.calimero.node.events.Head;
import io.calimero.node.events.Outcome;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.PublicKey;
import io.calimero.node.events.Transaction;
import io.calimero.node.events.crypto.KeyPair;
import io.calimero.node.events.messages.AttestationMessages.Attempt;
import io.calimero.node.events.messages.AttestationMessages.Attest;
import io.calimero.node.events.messages.AttestationMessages.Ordinary;
import io.calimero.node.events.messages.AttestationMessages.Told;
import io.calimero.node.events.messages.AttestationMessages.Vouched;
import io.calimero.node.events.messages.ContextMessages.Gone;
import io.calimero.node.events.messages.ExecutionMessages.Effect;
import io.calimero.node.events.messages.ExecutionMessages.Failed;
import io.calimero.node.events.messages.ExecutionMessages.GuestFailure;
import io.calimero.node.events.messages.ExecutionMessages.NotRun;
import io.calimero.node.events.messages.ExecutionMessages.Query;
import io.calimero.node.events.messages.ExecutionMessages.Read;
import io.calimero.node.events.messages.ExecutionMessages.Replay;
import io.calimero.node.events.messages.ExecutionMessages.Replayed;
import io.calimero.node.events.messages.ExecutionMessages.Result;
import io.calimero.node.execution.StateRebuilder;
import io.calimero.node.execution.StateRebuilder.Execution;
import io.calimero.node.execution.StateRebuilder.Report;
import io.calimero.node.storage.privates.PrivateStore;
import io.calimero.node.wasm.EngineOptions;
import io.calimero.node.wasm.WasmEngine;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** Calls that only their author's node runs, with the sample that keeps drafts. */
@TestInstance(Lifecycle.PER_CLASS)
class AttestingTest {
  private static final KeyPair BEN = KeyPair.ofSecret(FakeContext.hash("ben"));
  private static final String SECRET = "nobody may know this";

  private final WasmEngine engine = WasmEngine.create(EngineOptions.defaults());
  private final Bytes module = ExecutedLog.sample("notes");
  private FakeNode node = new FakeNode();
  private FakeContext context = new FakeContext("none", node.install(module));
  private Path directory = Path.of("unused");
  private ExecutionCore core = core(node, Optional.empty());
  private int calls;

  @BeforeEach
  void aContext(@TempDir final Path home) {
    directory = home;
    node = new FakeNode();
    context = new FakeContext("notes " + calls, node.install(module));
    core = core(node, Optional.of(PrivateStore.open(directory)));
    begin(core, node);
  }

  @AfterAll
  void close() {
    engine.close();
  }

  private ExecutionCore core(final FakeNode on, final Optional<PrivateStore> privates) {
    return new ExecutionCore(
        options(directory, 100, NO_SNAPSHOTS),
        engine,
        new FakeStore(),
        privates,
        on,
        AT_ONCE,
        () -> 0);
  }

  private void begin(final ExecutionCore on, final FakeNode at) {
    final Effect init = (Effect) Cores.results(on.initialize(context.initialize("{}"))).getFirst();
    on.committed(at.append(context.id(), List.of(context.genesis(), context.signed(init))));
    final Entry.Logged ben =
        context.configured(at.head(context.id()), new MemberAdded(BEN.publicKey()));
    on.committed(at.append(context.id(), List.of(ben)));
  }

  private Attempt attest(final PublicKey executor, final String method, final String arguments) {
    return core.attest(
            new Attest(
                context.id(),
                executor,
                method,
                Bytes.utf8(arguments),
                Bytes.wrap(
                    Arrays.copyOf(
                        FakeContext.hash("id " + calls++).toByteArray(),
                        Transaction.UNIQUE_ID_LENGTH)),
                Optional.empty(),
                Optional.empty(),
                FakeContext.hash("seed"),
                FakeContext.BEGINNING))
        .join();
  }

  private Vouched draft(final PublicKey executor, final String text) {
    return (Vouched) attest(executor, "draft", "{\"text\":\"" + text + "\"}");
  }

  private Transaction.Signed signed(final Vouched vouched) {
    return vouched.transaction().executor().equals(BEN.publicKey())
        ? vouched.transaction().sign(BEN)
        : context.sign(vouched.transaction());
  }

  private Result order(final Transaction.Signed transaction) {
    return Cores.results(core.execute(context.execute(node.head(context.id()), transaction)))
        .getFirst();
  }

  private Effect write(final Vouched vouched) {
    final Effect effect = (Effect) order(signed(vouched));
    core.committed(Cores.append(node, context, List.of(effect)));
    return effect;
  }

  private String drafts(final ExecutionCore on, final PublicKey executor) {
    return returned(
            on.query(new Query(context.id(), Optional.of(executor), "drafts", Bytes.EMPTY)).join())
        .orElseThrow();
  }

  @Test
  void argumentsAndResultsStayWithTheAuthor() {
    final Vouched vouched = draft(context.member(), SECRET);
    assertThat(vouched.returned()).contains(Bytes.utf8("1"));
    final Effect effect = write(vouched);
    final Entry.Logged logged = node.log(context.id()).getLast();
    assertThat(new String(Entry.Logged.CODEC.encode(logged), StandardCharsets.ISO_8859_1))
        .contains("draft")
        .doesNotContain(SECRET);
    assertThat(Entry.Logged.CODEC.decode(Entry.Logged.CODEC.encode(logged))).isEqualTo(logged);
    assertThat(effect.outcome().returned()).isEmpty();
    assertThat(effect.outcome().logs()).isEmpty();
  }

  @Test
  void privateWritesCountWithTheEntryAndNotBefore() throws Exception {
    final Vouched vouched = draft(context.member(), "mine");
    assertThat(drafts(core, context.member())).isEqualTo("[]");
    final Effect effect = (Effect) order(signed(vouched));
    assertThat(drafts(core, context.member())).isEqualTo("[]");
    core.committed(Cores.append(node, context, List.of(effect)));
    assertThat(drafts(core, context.member())).contains("mine");
    assertThat(drafts(core, BEN.publicKey())).isEqualTo("[]");
    // and so they do after a crash between the two
    final ExecutionCore again = core(node, Optional.of(PrivateStore.open(directory)));
    assertThat(drafts(again, context.member())).contains("mine");
    try (var files = Files.walk(directory)) {
      assertThat(files.filter(Files::isRegularFile).count()).isEqualTo(1);
    }
  }

  @Test
  void ofTwoThatBeganOnTheSamePrivateStorageOneIsOrdered() {
    final Vouched one = draft(context.member(), "one");
    final Vouched other = draft(context.member(), "other");
    write(other);
    assertThat(order(signed(one)))
        .isInstanceOfSatisfying(
            NotRun.class, it -> assertThat(it.problem().code()).isEqualTo(Code.STALE));
    assertThat(drafts(core, context.member())).contains("other").doesNotContain("one");
    // also when it is handed in once more
    assertThat(order(signed(other))).isInstanceOf(NotRun.class);
  }

  @Test
  void whatReadARowThatHasChangedIsStale() {
    write(draft(context.member(), "of ada"));
    write(draft(BEN.publicKey(), "of ben"));
    final Vouched ada = (Vouched) attest(context.member(), "publish", "{\"number\":1}");
    final Vouched ben = (Vouched) attest(BEN.publicKey(), "publish", "{\"number\":1}");
    final Effect first = write(ada);
    assertThat(first.outcome().events()).hasSize(1);
    assertThat(ada.logs()).containsExactly("A draft was published.");
    assertThat(order(signed(ben)))
        .isInstanceOfSatisfying(
            NotRun.class, it -> assertThat(it.problem().code()).isEqualTo(Code.STALE));
    final Effect again = write((Vouched) attest(BEN.publicKey(), "publish", "{\"number\":1}"));
    assertThat(again.outcome().events().getFirst().data().toUtf8()).contains("\"number\":2");
    assertThat(drafts(core, BEN.publicKey())).isEqualTo("[]");
  }

  @Test
  void whatUsesNothingPrivateIsForEverybody() {
    assertThat(attest(context.member(), "published", "")).isInstanceOf(Ordinary.class);
    assertThat(attest(context.member(), "drafts", ""))
        .isInstanceOfSatisfying(
            Told.class, told -> assertThat(told.answer()).isInstanceOf(Read.class));
    assertThat(attest(context.member(), "publish", "{\"number\":9}"))
        .isInstanceOfSatisfying(
            Told.class,
            told ->
                assertThat(told.answer())
                    .isInstanceOfSatisfying(
                        Failed.class,
                        failed ->
                            assertThat(failed.error().data())
                                .contains(Bytes.utf8("\"There is no such draft.\""))));
  }

  @Test
  void asAnOrdinaryCallItIsRefused() {
    final List<Result> results =
        Cores.results(
            core.execute(
                context.execute(
                    node.head(context.id()), context.transaction("draft", "{\"text\":\"x\"}"))));
    assertThat(results.getFirst())
        .isInstanceOfSatisfying(
            GuestFailure.class,
            it -> assertThat(it.error().message()).startsWith("private_storage_"));
  }

  @Test
  void aStrangerIsRefused() {
    final PublicKey stranger = new PublicKey(FakeContext.hash("a stranger"));
    assertThat(
            problem(
                    core.attest(
                        new Attest(
                            context.id(),
                            stranger,
                            "drafts",
                            Bytes.EMPTY,
                            Bytes.wrap(new byte[16]),
                            Optional.empty(),
                            Optional.empty(),
                            FakeContext.hash("seed"),
                            0)))
                .code())
        .isEqualTo(Code.UNAUTHORIZED);
  }

  @Test
  void otherNodesTakeItOverAndAgree() {
    write(draft(context.member(), SECRET));
    write((Vouched) attest(context.member(), "publish", "{\"number\":1}"));
    final FakeNode elsewhere = new FakeNode();
    elsewhere.install(module);
    final ExecutionCore other = core(elsewhere, Optional.empty());
    final Replayed replayed = replay(other, node.log(context.id()));
    assertThat(replayed.difference()).isEmpty();
    other.committed(elsewhere.append(context.id(), node.log(context.id())));
    assertThat(state(other, context.id()).root()).isEqualTo(state(core, context.id()).root());
    assertThat(
            returned(
                other
                    .query(
                        new Query(
                            context.id(), Optional.of(context.member()), "published", Bytes.EMPTY))
                    .join()))
        .get()
        .asString()
        .contains(SECRET);
  }

  @Test
  void anEntryThatIsOrderedAgainstTheRulesIsADifference() {
    final Vouched one = draft(context.member(), "one");
    write(draft(context.member(), "other"));
    final Entry.Logged stale = forged(signed(one));
    final List<Entry.Logged> log = new ArrayList<>(node.log(context.id()));
    log.add(stale);
    final FakeNode elsewhere = new FakeNode();
    elsewhere.install(module);
    final Replayed replayed = replay(core(elsewhere, Optional.empty()), log);
    assertThat(replayed.outcomes()).hasSize(log.size() - 1);
    assertThat(replayed.difference().orElseThrow()).contains("has changed since the author ran it");

    final Report report = verified(log);
    assertThat(report.divergence().orElseThrow().what()).isEqualTo("attested transaction");
    assertThat(verified(node.log(context.id())).attested()).isEqualTo(1);
    assertThat(verified(node.log(context.id())).divergence()).isEmpty();
  }

  @Test
  void aContextThatIsGoneTakesItsPrivateStorageWithIt() throws Exception {
    write(draft(context.member(), "mine"));
    node.remove(context.id());
    core.gone(new Gone(context.id()));
    assertThat(PrivateStore.open(directory).contexts()).isEmpty();
  }

  @Test
  void whatACrashLeftOfAContextThatIsGoneIsSweptAway() {
    write(draft(context.member(), "mine"));
    final PrivateStore store = PrivateStore.open(directory);
    node.remove(context.id());
    final ExecutionCore again = core(node, Optional.of(store));
    context = new FakeContext("another", node.install(module));
    begin(again, node);
    core = again;
    assertThat(attest(context.member(), "drafts", "")).isInstanceOf(Told.class);
    assertThat(store.contexts()).isEmpty();
  }

  private Replayed replay(final ExecutionCore on, final List<Entry.Logged> log) {
    return on.replay(
            new Replay(context.id(), Head.NONE, log.stream().map(Entry.Logged::signed).toList()))
        .join();
  }

  private Entry.Logged forged(final Transaction.Signed transaction) {
    final Outcome effects =
        transaction.transaction().attestation().map(Attestation::effects).orElseThrow();
    return context.signed(
        Entry.after(
            context.id(),
            node.head(context.id()),
            0,
            1,
            new Entry.Executed(transaction, effects.digest())),
        effects);
  }

  private Report verified(final List<Entry.Logged> log) {
    return StateRebuilder.of(
            (_, from, _, _) -> log.subList((int) Math.min(log.size(), from - 1), log.size()))
        .verifying(new Execution(engine, _ -> module, Duration.ofMinutes(1)))
        .rebuild(context.id(), _ -> {});
  }
}
