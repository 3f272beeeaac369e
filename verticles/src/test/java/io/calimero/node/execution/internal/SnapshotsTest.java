// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.execution.internal;

import static io.calimero.node.execution.internal.Cores.AT_ONCE;
import static io.calimero.node.execution.internal.Cores.NO_SNAPSHOTS;
import static io.calimero.node.execution.internal.Cores.query;
import static io.calimero.node.execution.internal.Cores.returned;
import static io.calimero.node.execution.internal.Cores.state;
import static io.calimero.node.execution.internal.Cores.write;
import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.Configuration;
import io.calimero.node.events.ConfigurationEvent;
import io.calimero.node.events.ConfigurationEvent.ContextCreated;
import io.calimero.node.events.Entry;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Head;
import io.calimero.node.events.crypto.KeyPair;
import io.calimero.node.events.messages.ContextMessages.Committed;
import io.calimero.node.events.messages.ContextMessages.Gone;
import io.calimero.node.events.messages.ContextMessages.ReadLog;
import io.calimero.node.events.messages.ExecutionMessages.NoEffect;
import io.calimero.node.events.messages.ExecutionMessages.State;
import io.calimero.node.events.messages.MembershipMessages.Reexecute;
import io.calimero.node.events.messages.MembershipMessages.Reexecuted;
import io.calimero.node.execution.SnapshotOptions;
import io.calimero.node.storage.Access;
import io.calimero.node.storage.state.StateStore;
import io.calimero.node.storage.state.StateView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotsTest {
  private static final SnapshotOptions EVERY_TEN =
      new SnapshotOptions(10, 1000, 1 << 20, 0, 1 << 20, 2, Duration.ofSeconds(1));

  @TempDir private Path directory;

  private final FakeNode node = new FakeNode();
  private final FakeContext context = new FakeContext("one", node.install(Bytes.utf8("app")));
  private final FakeContext other = new FakeContext("two", node.install(Bytes.utf8("app")));
  private final FakeStore fake = new FakeStore();
  private final AtomicLong nanos = new AtomicLong();

  private ExecutionCore core(
      final StateStore store, final int loaded, final SnapshotOptions snapshots) {
    return new ExecutionCore(
        Cores.options(directory, loaded, snapshots),
        new FakeEngine(),
        store,
        node,
        AT_ONCE,
        nanos::get);
  }

  private StateStore onDisk() {
    return StateStore.open(directory, Access.READ_WRITE);
  }

  private void writes(final ExecutionCore core, final FakeContext on, final int count) {
    for (int i = 0; i < count; i++) {
      write(core, node, on, on.transaction("set", "k" + i % 8 + " " + i));
    }
  }

  @Test
  void aRestartBeginsAtTheNewestSnapshotAndReplaysTheRest() {
    final ExecutionCore core = core(onDisk(), 10, EVERY_TEN);
    Cores.create(core, node, context);
    writes(core, context, 25);
    node.reads().clear();
    final ExecutionCore restarted = core(onDisk(), 10, EVERY_TEN);
    assertThat(state(restarted, context.id())).isEqualTo(state(core, context.id()));
    assertThat(node.reads())
        .extracting(ReadLog::from)
        .startsWith(1L, 20L, 21L)
        .doesNotContain(2L, 11L);
    writes(restarted, context, 25);
    assertThat(state(core(onDisk(), 10, EVERY_TEN), context.id()))
        .isEqualTo(state(restarted, context.id()));
  }

  @Test
  void theConfigurationComesBackWithTheState() {
    final ExecutionCore core = core(onDisk(), 10, EVERY_TEN);
    final KeyPair guest = KeyPair.ofSecret(FakeContext.hash("a guest"));
    final Entry.Logged added =
        context.configured(
            Cores.create(core, node, context),
            new ConfigurationEvent.MemberAdded(guest.publicKey()));
    core.committed(node.append(context.id(), List.of(added)));
    writes(core, context, 10);
    final ExecutionCore restarted = core(onDisk(), 10, EVERY_TEN);
    assertThat(
            Cores.results(
                restarted.execute(
                    context.execute(node.head(context.id()), context.by(guest, "noop")))))
        .first()
        .isInstanceOf(NoEffect.class);
  }

  @Test
  void aSnapshotThatTheLogDoesNotKnowIsNotBelieved() {
    final ExecutionCore core = core(fake, 10, EVERY_TEN);
    Cores.create(core, node, context);
    writes(core, context, 12);
    assertThat(fake.positions(context.id())).contains(10L);
    final FakeContext again = new FakeContext("one", node.install(Bytes.utf8("another app")));
    node.remove(context.id());
    final ExecutionCore elsewhere = core(new FakeStore(), 10, NO_SNAPSHOTS);
    Cores.create(elsewhere, node, again);
    for (int i = 0; i < 12; i++) {
      write(elsewhere, node, again, again.transaction("set", "other " + i));
    }
    assertThat(state(core(fake, 10, EVERY_TEN), context.id()))
        .isEqualTo(state(elsewhere, context.id()));

    node.remove(context.id());
    Cores.create(core(new FakeStore(), 10, NO_SNAPSHOTS), node, again);
    assertThat(state(core(fake, 10, EVERY_TEN), context.id()).head().position()).isEqualTo(1);
  }

  @Test
  void damagedFilesCostNothingButTime() throws IOException {
    final ExecutionCore core = core(onDisk(), 10, EVERY_TEN);
    Cores.create(core, node, context);
    writes(core, context, 35);
    try (Stream<Path> files = Files.walk(directory)) {
      for (final Path file : files.filter(Files::isRegularFile).toList()) {
        Files.write(file, new byte[] {1, 2, 3}, StandardOpenOption.TRUNCATE_EXISTING);
      }
    }
    assertThat(state(core(onDisk(), 10, EVERY_TEN), context.id()))
        .isEqualTo(state(core, context.id()));
  }

  @Test
  void aSnapshotThatIsWrongIsDroppedByExecutingOnceMore() {
    final ExecutionCore right = core(new FakeStore(), 10, NO_SNAPSHOTS);
    Cores.create(right, node, context);
    writes(right, context, 12);
    final Head head = node.head(context.id());
    plantAnEmptyState((int) head.position());
    final ExecutionCore wrong = core(onDisk(), 10, EVERY_TEN);
    assertThat(state(wrong, context.id()).root()).isEqualTo(StateView.empty().root());
    final Reexecuted again = wrong.reexecute(new Reexecute(context.id())).join();
    assertThat(again.head()).isEqualTo(head);
    assertThat(again.difference()).isEmpty();
    assertThat(again.executed()).isGreaterThanOrEqualTo(12);
    assertThat(state(wrong, context.id())).isEqualTo(state(right, context.id()));
    // A log whose coordinator has signed another outcome is found out, and where.
    final Entry.Logged lie = node.log(context.id()).get(6);
    node.replace(
        context.id(), 7, new Entry.Logged(lie.signed(), node.log(context.id()).get(5).outcome()));
    assertThat(wrong.reexecute(new Reexecute(context.id())).join().difference().orElseThrow())
        .contains("at position 7");
  }

  /** A snapshot of nothing at all that stands every check, behind an entry of the log. */
  private void plantAnEmptyState(final int position) {
    onDisk()
        .snapshot(
            context.id(),
            position,
            node.log(context.id()).get(position - 1).signed().hash(),
            StateView.empty(),
            Bytes.wrap(Configuration.CODEC.encode(configuration())));
  }

  /** The first, which no transaction changes. */
  private Configuration configuration() {
    return Configuration.of(
        (ContextCreated) ((Entry.Configured) context.genesis().entry().payload()).change().event());
  }

  /** Appends an entry that vouches for a state as that of the log so far. */
  private void checkpoint(final State state, final Hash root) {
    node.append(
        context.id(),
        List.of(
            context.configured(
                state.head(),
                new ConfigurationEvent.CheckpointTaken(
                    state.head().position(),
                    root,
                    state.entries(),
                    state.sizeInBytes(),
                    configuration().digest()))));
  }

  @Test
  void aSnapshotThatALaterCheckpointContradictsIsDropped() {
    final ExecutionCore right = core(new FakeStore(), 10, NO_SNAPSHOTS);
    Cores.create(right, node, context);
    writes(right, context, 12);
    checkpoint(state(right, context.id()), state(right, context.id()).root());
    right.committed(new Committed(context.id(), List.of(node.log(context.id()).getLast())));
    plantAnEmptyState(7);
    final ExecutionCore started = core(onDisk(), 10, NO_SNAPSHOTS);
    assertThat(state(started, context.id())).isEqualTo(state(right, context.id()));
    assertThat(onDisk().contexts()).isEmpty();
    writes(started, context, 2);
    assertThat(state(started, context.id()).root())
        .isEqualTo(Cores.rootByLog(node.log(context.id())));
  }

  @Test
  void aSnapshotOfAnotherStateThanTheCheckpointsIsNotUsed() {
    final ExecutionCore right = core(new FakeStore(), 10, NO_SNAPSHOTS);
    Cores.create(right, node, context);
    writes(right, context, 12);
    checkpoint(state(right, context.id()), state(right, context.id()).root());
    right.committed(new Committed(context.id(), List.of(node.log(context.id()).getLast())));
    plantAnEmptyState(node.log(context.id()).size());
    assertThat(state(core(onDisk(), 10, NO_SNAPSHOTS), context.id()))
        .isEqualTo(state(right, context.id()));
  }

  @Test
  void aCheckpointThatIsWrongItselfDoesNotKeepTheLogFromBeingServed() {
    final ExecutionCore core = core(onDisk(), 10, EVERY_TEN);
    Cores.create(core, node, context);
    writes(core, context, 12);
    checkpoint(state(core, context.id()), Hash.ZERO);
    final ExecutionCore started = core(onDisk(), 10, EVERY_TEN);
    assertThat(state(started, context.id()).root())
        .isEqualTo(Cores.rootByLog(node.log(context.id())));
    writes(started, context, 2);
    assertThat(state(started, context.id()).head()).isEqualTo(node.head(context.id()));
  }

  @Test
  void aFullDiskHarmsNothingAndIsTriedAgainLater() {
    final ExecutionCore core = core(fake, 10, EVERY_TEN);
    fake.full(true);
    Cores.create(core, node, context);
    writes(core, context, 30);
    assertThat(fake.positions(context.id())).isEmpty();
    fake.full(false);
    writes(core, context, 1);
    assertThat(fake.positions(context.id())).isEmpty();
    nanos.addAndGet(Duration.ofSeconds(2).toNanos());
    writes(core, context, 1);
    assertThat(fake.positions(context.id())).containsExactly(33L);
  }

  @Test
  void theLongestUnusedContextIsClosedAndComesBackWhenItIsWanted() {
    final ExecutionCore core = core(onDisk(), 1, EVERY_TEN);
    Cores.create(core, node, context);
    writes(core, context, 5);
    Cores.create(core, node, other);
    writes(core, other, 1);
    node.reads().clear();
    assertThat(returned(core.query(query(context, "get", "k4")).join())).contains("4");
    assertThat(node.reads()).extracting(ReadLog::from).startsWith(1L, 6L);
    writes(core, context, 1);
    assertThat(state(core, context.id()).root()).isEqualTo(Cores.rootByLog(node.log(context.id())));
  }

  @Test
  void whatIsCommittedWhileTheLaneMovesOntoASnapshotIsNotLost() {
    final ExecutionCore core = core(fake, 10, EVERY_TEN);
    Cores.create(core, node, context);
    writes(core, context, 8);
    fake.duringRebase(() -> writes(core, context, 3));
    node.reads().clear();
    writes(core, context, 1);
    assertThat(state(core, context.id()).head()).isEqualTo(node.head(context.id()));
    assertThat(state(core, context.id()).root()).isEqualTo(Cores.rootByLog(node.log(context.id())));
    assertThat(node.head(context.id()).position()).isEqualTo(13);
    assertThat(node.reads()).isEmpty();
  }

  @Test
  void aLaneThatCatchesUpWhileItMovesOntoASnapshotStaysCaughtUp() {
    final ExecutionCore core = core(fake, 10, EVERY_TEN);
    Cores.create(core, node, context);
    writes(core, context, 8);
    final ExecutionCore elsewhere = core(new FakeStore(), 10, NO_SNAPSHOTS);
    fake.duringRebase(
        () -> {
          writes(elsewhere, context, 3);
          core.committed(new Committed(context.id(), List.of(node.log(context.id()).getLast())));
          node.reads().clear();
        });
    writes(core, context, 1);
    assertThat(state(core, context.id()).head()).isEqualTo(node.head(context.id()));
    assertThat(node.reads()).isEmpty();
    assertThat(state(core, context.id()).root()).isEqualTo(Cores.rootByLog(node.log(context.id())));
  }

  @Test
  void memoryIsBoundedByBytesToo() {
    final SnapshotOptions ofTenBytes =
        new SnapshotOptions(1000, 1000, 10, 0, 10, 1000, Duration.ofSeconds(1));
    final ExecutionCore core = core(fake, 10, ofTenBytes);
    Cores.create(core, node, context);
    writes(core, context, 4);
    assertThat(fake.positions(context.id())).isNotEmpty();
  }

  @Test
  void aStopLeavesASnapshotWhereItIsWorthwhile() {
    final ExecutionCore core = core(fake, 10, EVERY_TEN);
    Cores.create(core, node, context);
    writes(core, context, 3);
    Cores.create(core, node, other);
    core.stop().join();
    assertThat(fake.positions(context.id())).containsExactly(4L);
    assertThat(fake.positions(other.id())).isEmpty();
  }

  @Test
  void theSnapshotsOfAContextThatIsGoneAreDeleted() {
    final ExecutionCore core = core(onDisk(), 10, EVERY_TEN);
    Cores.create(core, node, context);
    writes(core, context, 12);
    assertThat(onDisk().contexts()).containsExactly(context.id());
    node.remove(context.id());
    core.gone(new Gone(context.id()));
    assertThat(onDisk().contexts()).isEmpty();
  }

  @Test
  void aLongReplayWritesSnapshotsOnItsWay() {
    final ExecutionCore core = core(new FakeStore(), 10, NO_SNAPSHOTS);
    Cores.create(core, node, context);
    writes(core, context, 60);
    assertThat(state(core(fake, 10, EVERY_TEN), context.id())).isEqualTo(state(core, context.id()));
    assertThat(fake.positions(context.id())).hasSizeGreaterThan(3);
  }
}
