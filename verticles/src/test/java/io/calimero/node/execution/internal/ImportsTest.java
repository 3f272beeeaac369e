// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.execution.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.Configuration;
import io.calimero.node.events.ConfigurationEvent.CheckpointTaken;
import io.calimero.node.events.ConfigurationEvent.ContextCreated;
import io.calimero.node.events.Entry;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.StateBase;
import io.calimero.node.events.StatePair;
import io.calimero.node.events.WriteSet;
import io.calimero.node.events.WriteSet.Write;
import io.calimero.node.events.messages.SnapshotMessages.BeginImport;
import io.calimero.node.events.messages.SnapshotMessages.FinishImport;
import io.calimero.node.events.messages.SnapshotMessages.ImportPart;
import io.calimero.node.events.messages.SnapshotMessages.Imported;
import io.calimero.node.storage.Access;
import io.calimero.node.storage.state.StateStore;
import io.calimero.node.storage.state.StateView;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** States that are being fetched, more of them than are kept open. */
class ImportsTest {
  private static final int AT_ONCE = 64;
  private static final List<StatePair> PAIRS =
      IntStream.range(0, 4)
          .mapToObj(i -> new StatePair(Bytes.utf8("key" + i), Bytes.utf8("value" + i)))
          .toList();

  @TempDir private Path directory;
  private final FakeNode node = new FakeNode();
  private final List<ContextView> taken = new ArrayList<>();

  private StateBase base(final String name) {
    return base(name, FakeContext.hash("a root"));
  }

  private StateBase base(final String name, final Hash root) {
    final FakeContext context = new FakeContext(name, node.install(Bytes.utf8("app")));
    final Entry.Signed first = context.genesis().signed();
    final Configuration configuration =
        Configuration.of(
            (ContextCreated) ((Entry.Configured) first.entry().payload()).change().event());
    final CheckpointTaken checkpoint =
        new CheckpointTaken(1, root, PAIRS.size(), 1_000, configuration.digest());
    return new StateBase(
        configuration, context.configured(first.head(), checkpoint).signed(), List.of(first));
  }

  private static ImportPart part(final StateBase base, final int from, final int to) {
    return new ImportPart(
        base.configuration().context(), base.head().hash(), PAIRS.subList(from, to));
  }

  @Test
  void theLeastLatelyUsedIsLetGoOfAndGoneOnWithFromTheDisk() {
    final Imports imports =
        new Imports(StateStore.open(directory, Access.READ_WRITE), Runnable::run, taken::add);
    final StateBase old = base("old");
    imports.begin(new BeginImport(old, false)).join();
    imports.add(part(old, 0, 2)).join();
    for (int i = 0; i < AT_ONCE; i++) {
      imports.begin(new BeginImport(base("context " + i), false)).join();
    }
    assertThat(Cores.problem(imports.add(part(old, 2, 4))).code()).isEqualTo(Code.BUSY);
    assertThat(Cores.problem(imports.finish(new FinishImport(old))).code()).isEqualTo(Code.BUSY);
    assertThat(imports.begin(new BeginImport(old, false)).join())
        .isEqualTo(new Imported(Optional.of(PAIRS.get(1).key()), 2));
    assertThat(imports.add(part(old, 2, 4)).join().keys()).isEqualTo(4);
    // What several have sent and is wrong is begun with anew.
    assertThat(Cores.problem(imports.finish(new FinishImport(old))).code())
        .isEqualTo(Code.INVALID_REQUEST);
    assertThat(imports.begin(new BeginImport(old, true)).join().keys()).isZero();
    assertThat(taken).isEmpty();
  }

  @Test
  void aStateThatWasTakenIsKeptToBeGivenToOthers() {
    final Imports imports =
        new Imports(StateStore.open(directory, Access.READ_WRITE), Runnable::run, taken::add);
    final StateView state =
        StateView.empty()
            .apply(
                new WriteSet(
                    PAIRS.stream()
                        .map(pair -> new Write(pair.key(), Optional.of(pair.value())))
                        .toList()));
    final StateBase base = base("right", state.root());
    imports.begin(new BeginImport(base, false)).join();
    imports.add(part(base, 0, PAIRS.size())).join();
    imports.finish(new FinishImport(base)).join();
    assertThat(taken).hasSize(1);
    assertThat(taken.getFirst().head()).isEqualTo(base.head());
    assertThat(taken.getFirst().configuration()).isEqualTo(base.configuration());
    assertThat(taken.getFirst().state().root()).isEqualTo(state.root());
  }
}
