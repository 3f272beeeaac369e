// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.Entry;
import io.calimero.node.events.NodeException;
import io.calimero.node.events.Outcome;
import io.calimero.node.events.WriteSet;
import io.calimero.node.events.WriteSet.Write;
import io.calimero.node.execution.StateRebuilder.Divergence;
import io.calimero.node.execution.StateRebuilder.Execution;
import io.calimero.node.execution.StateRebuilder.Report;
import io.calimero.node.execution.internal.ExecutedLog;
import io.calimero.node.storage.Access;
import io.calimero.node.storage.state.Snapshot;
import io.calimero.node.storage.state.StateStore;
import io.calimero.node.wasm.EngineOptions;
import io.calimero.node.wasm.WasmEngine;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** Over the log of a real application, executed by the real engine. */
@TestInstance(Lifecycle.PER_CLASS)
class StateRebuilderTest {
  private static final int TRANSACTIONS = 30;

  @TempDir private Path directory;

  private final WasmEngine engine = WasmEngine.create(EngineOptions.defaults());
  private ExecutedLog log;

  @BeforeAll
  void aLog() {
    log = new ExecutedLog(engine, TRANSACTIONS);
  }

  @AfterAll
  void close() {
    engine.close();
  }

  private StateRebuilder rebuilder(final List<Entry.Logged> entries) {
    return StateRebuilder.of(
        (_, from, most, _) ->
            entries.subList(
                (int) Math.min(entries.size(), from - 1),
                (int) Math.min(entries.size(), from - 1 + Math.min(most, 7))));
  }

  private Execution execution() {
    return new Execution(engine, _ -> log.module(), Duration.ofMinutes(1));
  }

  private Report report(final List<Entry.Logged> entries) {
    return rebuilder(entries).verifying(execution()).rebuild(log.context(), _ -> {});
  }

  private List<Entry.Logged> with(final int position, final Entry.Logged entry) {
    final List<Entry.Logged> changed = new ArrayList<>(log.entries());
    changed.set(position - 1, entry);
    return changed;
  }

  @Test
  void theRebuiltStateIsTheOneThatWasLivedThrough() {
    final List<Long> progress = new ArrayList<>();
    final Report report = rebuilder(log.entries()).rebuild(log.context(), progress::add);
    assertThat(report)
        .isEqualTo(
            new Report(
                log.context(),
                log.state().head(),
                log.state().root(),
                log.state().entries(),
                0,
                0,
                Optional.empty()));
    assertThat(progress).isSorted().endsWith(report.head().position());
  }

  @Test
  void verifyingExecutesEverythingOnceMoreAndAgrees() {
    final Report report = report(log.entries());
    assertThat(report.divergence()).isEmpty();
    assertThat(report.executed()).isEqualTo(TRANSACTIONS + 1);
    assertThat(report.stateRoot()).isEqualTo(log.state().root());
  }

  @Test
  void aFreshSnapshotReplacesWhatWasThereIfAskedFor() {
    final StateStore store = StateStore.open(directory, Access.READ_WRITE);
    rebuilder(log.entries().subList(0, 5)).writingTo(store).rebuild(log.context(), _ -> {});
    rebuilder(log.entries()).writingTo(store).rebuild(log.context(), _ -> {});
    final Snapshot snapshot = store.open(log.context(), (_, _) -> true).snapshot().orElseThrow();
    assertThat(snapshot.position()).isEqualTo(log.state().head().position());
    assertThat(snapshot.root()).isEqualTo(log.state().root());
    assertThat(store.open(log.context(), (position, _) -> position < 10).snapshot()).isEmpty();
  }

  @Test
  void anOutcomeThatTheCodeDoesNotHaveIsFoundWithItsPosition() {
    final Entry.Logged tenth = log.entries().get(9);
    final Outcome outcome = tenth.outcome().orElseThrow();
    final Outcome another =
        new Outcome(
            outcome.returned(),
            outcome.logs(),
            outcome.events(),
            new WriteSet(
                List.of(new Write(Bytes.utf8("k"), Optional.of(Bytes.utf8("another value"))))),
            outcome.gas());
    final List<Entry.Logged> forged = with(10, log.forged(tenth, another)).subList(0, 10);

    assertThat(rebuilder(forged).rebuild(log.context(), _ -> {}).divergence()).isEmpty();
    final Report report = report(forged);
    assertThat(report.head().position()).isEqualTo(9);
    assertThat(report.divergence())
        .hasValueSatisfying(
            it -> {
              assertThat(it.position()).isEqualTo(10);
              assertThat(it.what()).isEqualTo("write set");
              assertThat(it.expected()).isNotEqualTo(it.found());
            });
  }

  @Test
  void whatDoesNotChainOrMatchOrVerifyIsFoundWithItsPosition() {
    final Entry.Logged tenth = log.entries().get(9);
    final Entry.Logged ninth = log.entries().get(8);
    assertThat(rebuilder(with(10, ninth)).rebuild(log.context(), _ -> {}).divergence())
        .map(Divergence::what)
        .contains("position");
    assertThat(
            rebuilder(with(10, new Entry.Logged(tenth.signed(), ninth.outcome())))
                .rebuild(log.context(), _ -> {})
                .divergence())
        .map(Divergence::what)
        .contains("outcome digest");
    final Entry.Logged unsigned =
        new Entry.Logged(
            new Entry.Signed(tenth.entry(), tenth.signed().hash(), ninth.signed().signature()),
            tenth.outcome());
    assertThat(rebuilder(with(10, unsigned)).rebuild(log.context(), _ -> {}).divergence())
        .isEmpty();
    assertThat(report(with(10, unsigned)).divergence()).map(Divergence::what).contains("signature");
  }

  @Test
  void aContextThatIsNotInTheLogIsNotFound() {
    assertThatThrownBy(() -> rebuilder(List.of()).rebuild(log.context(), _ -> {}))
        .isInstanceOf(NodeException.class)
        .hasMessageContaining("not found");
  }
}
