// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.execution.internal;

import static io.calimero.node.execution.internal.Cores.AT_ONCE;
import static io.calimero.node.execution.internal.Cores.NO_SNAPSHOTS;
import static io.calimero.node.execution.internal.Cores.options;
import static io.calimero.node.execution.internal.Cores.returned;
import static io.calimero.node.execution.internal.Cores.state;
import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Entry;
import io.calimero.node.events.Head;
import io.calimero.node.events.Limits;
import io.calimero.node.events.Transaction;
import io.calimero.node.events.messages.AttestationMessages.Attest;
import io.calimero.node.events.messages.ContextMessages.Gone;
import io.calimero.node.events.messages.ExecutionMessages.Effect;
import io.calimero.node.events.messages.ExecutionMessages.Failed;
import io.calimero.node.events.messages.ExecutionMessages.GuestFailure;
import io.calimero.node.events.messages.ExecutionMessages.Initialize;
import io.calimero.node.events.messages.ExecutionMessages.Query;
import io.calimero.node.events.messages.ExecutionMessages.Replay;
import io.calimero.node.events.messages.ExecutionMessages.Result;
import io.calimero.node.events.messages.ExecutionMessages.ToSign;
import io.calimero.node.execution.StateRebuilder;
import io.calimero.node.execution.StateRebuilder.Execution;
import io.calimero.node.execution.StateRebuilder.Report;
import io.calimero.node.storage.privates.PrivateStore;
import io.calimero.node.wasm.EngineOptions;
import io.calimero.node.wasm.WasmEngine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** Contexts that begin with an {@code init} that only its creator's node can run. */
@TestInstance(Lifecycle.PER_CLASS)
class AuthoredInitTest {
  private static final String SECRET = "nobody may know this";

  private final WasmEngine engine = WasmEngine.create(EngineOptions.defaults());
  private final Bytes module = guest();
  private FakeNode node = new FakeNode();
  private FakeContext context = new FakeContext("none", node.install(module));
  private Path directory = Path.of("unused");
  private ExecutionCore core = core(node, Optional.empty());
  private int contexts;

  private static Bytes guest() {
    try {
      return Bytes.wrap(
          Files.readAllBytes(
              Path.of(
                  Objects.requireNonNull(System.getProperty("root.dir")),
                  "wasm/src/test/resources/guests/keeps.wasm")));
    } catch (final IOException e) {
      throw new AssertionError(e);
    }
  }

  @BeforeEach
  void aNode(@TempDir final Path home) {
    directory = home;
    node = new FakeNode();
    context = another(Limits.DEFAULT);
    core = core(node, Optional.of(PrivateStore.open(directory)));
  }

  @AfterAll
  void close() {
    engine.close();
  }

  private FakeContext another(final Limits limits) {
    return new FakeContext("keeps " + contexts++, node.install(module), limits);
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

  private Result run(final String arguments) {
    return initialize(
        new Initialize(
            context.genesis(),
            context.transaction("init", arguments),
            Optional.of(FakeContext.hash("seed"))));
  }

  private Result initialize(final Initialize request) {
    return Cores.results(core.initialize(request)).getFirst();
  }

  private Effect sign(final Transaction transaction) {
    return (Effect) initialize(new Initialize(context.genesis(), context.sign(transaction)));
  }

  private void begin(final Effect init) {
    core.committed(node.append(context.id(), List.of(context.genesis(), context.signed(init))));
  }

  private String revealed() {
    return returned(
            core.query(
                    new Query(context.id(), Optional.of(context.member()), "reveal", Bytes.EMPTY))
                .join())
        .orElseThrow();
  }

  @Test
  void whatItKeepsStaysWithTheCreatorAndOthersTakeOverTheRest() {
    final Transaction init = ((ToSign) run(SECRET)).transaction();
    assertThat(init.arguments().length()).isZero();
    begin(sign(init));
    assertThat(revealed()).isEqualTo(SECRET);
    final List<Entry.Logged> log = node.log(context.id());
    assertThat(log).hasSize(2);
    assertThat(new String(Entry.Logged.CODEC.encode(log.getLast()), StandardCharsets.ISO_8859_1))
        .contains("init")
        .doesNotContain(SECRET);

    final FakeNode elsewhere = new FakeNode();
    elsewhere.install(module);
    final ExecutionCore other = core(elsewhere, Optional.empty());
    assertThat(
            other
                .replay(
                    new Replay(
                        context.id(), Head.NONE, log.stream().map(Entry.Logged::signed).toList()))
                .join()
                .difference())
        .isEmpty();
    other.committed(elsewhere.append(context.id(), log));
    assertThat(state(other, context.id())).isEqualTo(state(core, context.id()));

    final Report report =
        StateRebuilder.of((_, from, _, _) -> log.subList((int) Math.min(2, from - 1), 2))
            .verifying(new Execution(engine, _ -> module, Duration.ofMinutes(1)))
            .rebuild(context.id(), _ -> {});
    assertThat(report.divergence()).isEmpty();
    assertThat(report.attested()).isEqualTo(1);
  }

  @Test
  void itCountsAfterARestartToo() {
    begin(sign(((ToSign) run(SECRET)).transaction()));
    core = core(node, Optional.of(PrivateStore.open(directory)));
    assertThat(revealed()).isEqualTo(SECRET);
  }

  @Test
  void oneThatUsesNothingPrivateIsForEverybody() {
    final Effect init = (Effect) run("");
    assertThat(((Entry.Executed) init.entry().payload()).transaction().transaction().attestation())
        .isEmpty();
    begin(init);
    assertThat(core.query(Cores.query(context, "reveal", "")).join()).isInstanceOf(Failed.class);
  }

  @Test
  void aContextThatForbidsAttestedTransactionsDoesNotBegin() {
    context = another(Limits.DEFAULT.withOptions(Limits.NOT_ATTESTED));
    assertThat(run(SECRET))
        .isInstanceOfSatisfying(
            GuestFailure.class,
            it -> assertThat(it.error().message()).startsWith("private_storage_write is not"));
    assertThat(PrivateStore.open(directory).contexts()).isEmpty();
  }

  @Test
  void anotherContextsInitIsNotTaken() {
    final Transaction init = ((ToSign) run(SECRET)).transaction();
    final FakeContext of = context;
    context = another(Limits.DEFAULT);
    assertThat(Cores.problem(core.initialize(new Initialize(context.genesis(), of.sign(init)))))
        .isNotNull();
  }

  @Test
  void whatIsSweptAwayIsNotOfAContextThatIsBeingCreated() {
    final PrivateStore store = PrivateStore.open(directory);
    // what a crash before the first entries has left
    run(SECRET);
    final ContextId gone = context.id();
    assertThat(store.contexts()).containsExactly(gone);
    core = core(node, Optional.of(store));
    context = another(Limits.DEFAULT);
    final ToSign init = (ToSign) run(SECRET);
    assertThat(store.contexts()).containsExactly(context.id());
    attestElsewhere();
    begin(sign(init.transaction()));
    assertThat(revealed()).isEqualTo(SECRET);
  }

  @Test
  void aCreationThatFailsLeavesNothing() {
    run(SECRET);
    core.gone(new Gone(context.id()));
    assertThat(PrivateStore.open(directory).contexts()).isEmpty();
    begin(sign(((ToSign) run(SECRET)).transaction()));
    assertThat(revealed()).isEqualTo(SECRET);
  }

  /** Calls begin in other contexts meanwhile. */
  private void attestElsewhere() {
    final FakeContext other = another(Limits.DEFAULT);
    Cores.create(core, node, other);
    core.attest(
            new Attest(
                other.id(),
                other.member(),
                "reveal",
                Bytes.EMPTY,
                Bytes.wrap(new byte[Transaction.UNIQUE_ID_LENGTH]),
                Optional.empty(),
                Optional.empty(),
                FakeContext.hash("seed"),
                FakeContext.BEGINNING))
        .join();
  }
}
