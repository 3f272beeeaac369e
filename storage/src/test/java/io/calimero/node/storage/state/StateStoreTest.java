// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.WriteSet;
import io.calimero.node.events.WriteSet.Write;
import io.calimero.node.storage.Access;
import io.calimero.node.storage.StorageException;
import io.calimero.node.storage.StorageException.Code;
import io.calimero.node.storage.internal.FaultyDisk;
import io.calimero.node.storage.internal.Trees;
import io.calimero.node.storage.state.StateStore.LogCheck;
import io.calimero.node.storage.state.StateStore.Opened;
import io.calimero.node.storage.state.internal.MapDbStateStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateStoreTest {
  private static final LogCheck LOG = (at, hash) -> States.entryHash(at).equals(hash);

  @TempDir private Path directory;
  private StateStore store;

  @BeforeEach
  void open() {
    store = StateStore.open(directory, Access.READ_WRITE);
  }

  private static Snapshot take(final StateStore store, final long position, final StateView view) {
    return store.snapshot(
        States.CONTEXT, position, States.entryHash(position), view, Bytes.utf8("attached"));
  }

  @Test
  void aSnapshotIsFoundAgainAsItWasTaken() {
    final StateView view = States.numbered(1000);
    final Snapshot taken = take(store, 7, view);
    final Opened opened = store.open(States.CONTEXT, LOG);
    assertThat(opened.rejected()).isEmpty();
    final Snapshot found = opened.snapshot().orElseThrow();
    assertThat(found.context()).isEqualTo(States.CONTEXT);
    assertThat(found.position()).isEqualTo(7);
    assertThat(found.entryHash()).isEqualTo(States.entryHash(7));
    assertThat(found.attachment()).isEqualTo(Bytes.utf8("attached"));
    assertThat(found.root()).isEqualTo(view.root()).isEqualTo(taken.root());
    assertThat(States.content(found.view())).isEqualTo(States.content(view));
    assertThat(found.view().sizeInBytes()).isEqualTo(view.sizeInBytes());
    assertThat(found.view().apply(States.remove("key/5")).get(Bytes.utf8("key/5"))).isEmpty();
  }

  @Test
  void theEmptyStateHasASnapshotToo() {
    take(store, 1, StateView.empty());
    final StateView view = store.open(States.CONTEXT, LOG).snapshot().orElseThrow().view();
    assertThat(view.iterator().hasNext()).isFalse();
    assertThat(view.root()).isEqualTo(StateView.empty().root());
  }

  @Test
  void anUnknownContextHasNone() {
    assertThat(store.open(States.OTHER, LOG)).isEqualTo(new Opened(Optional.empty(), List.of()));
    assertThat(store.contexts()).isEmpty();
    store.drop(States.OTHER);
  }

  @Test
  void twoGenerationsAreKept() {
    for (int position = 1; position <= 4; position++) {
      take(store, position, States.numbered(position));
    }
    assertThat(Trees.files(directory)).hasSize(4);
    final Opened older = store.open(States.CONTEXT, (at, hash) -> at == 3);
    assertThat(older.snapshot().orElseThrow().position()).isEqualTo(3);
    assertThat(older.rejected())
        .singleElement()
        .satisfies(r -> assertThat(r.reason()).contains("4"));
    assertThat(store.open(States.CONTEXT, LOG).snapshot().orElseThrow().position()).isEqualTo(4);
  }

  @Test
  void aDroppedContextIsGoneButViewsInUseAreNot() {
    final StateView view = States.numbered(100);
    final StateView onDisk = take(store, 1, view).view();
    assertThat(store.contexts()).containsExactly(States.CONTEXT);
    store.drop(States.CONTEXT);
    assertThat(store.contexts()).isEmpty();
    assertThat(store.open(States.CONTEXT, LOG).snapshot()).isEmpty();
    assertThat(States.content(onDisk)).isEqualTo(States.content(view));
  }

  @Test
  void largestKeysAndValuesAndManySmallOnesGoTogether() {
    StateView view = States.numbered(20_000);
    for (int i = 0; i < 3; i++) {
      final byte[] key = new byte[1 << 20];
      key[0] = (byte) ('k' + i);
      final byte[] value = new byte[10 << 20];
      value[value.length - 1] = (byte) i;
      view =
          view.apply(
              new WriteSet(List.of(new Write(Bytes.wrap(key), Optional.of(Bytes.wrap(value))))));
    }
    take(store, 1, view);
    final StateView found = store.open(States.CONTEXT, LOG).snapshot().orElseThrow().view();
    assertThat(States.content(found).equals(States.content(view))).isTrue();
    assertThat(found.get(Bytes.utf8("key/19999"))).contains(Bytes.utf8("value 19999"));
  }

  @Test
  void aFirstPageThatMapDbWouldOverrunIsGivenMoreRoom() {
    for (int length = 3985; length < 4000; length++) {
      final StateView view =
          StateView.empty().apply(States.put("a", "x".repeat(length))).apply(States.put("b", "y"));
      assertThat(States.content(take(store, length, view).view())).hasSize(2);
    }
  }

  @Test
  void everyFlippedByteIsNoticedAndTheOlderGenerationServed() {
    take(store, 1, States.numbered(5));
    take(store, 2, States.numbered(6));
    final StateStore reader = StateStore.open(directory, Access.READ_ONLY);
    for (final Path file : Trees.files(directory)) {
      if (file.toString().contains("0000000002")) {
        for (int offset = 0; offset < file.toFile().length(); offset += 17) {
          Trees.flip(file, offset);
          final Opened opened = reader.open(States.CONTEXT, LOG);
          assertThat(opened.rejected()).as("byte %d of %s", offset, file).hasSize(1);
          assertThat(opened.snapshot().orElseThrow().position()).isEqualTo(1);
          Trees.flip(file, offset);
        }
      }
    }
    assertThat(reader.open(States.CONTEXT, LOG).snapshot().orElseThrow().position()).isEqualTo(2);
  }

  @Test
  void damagedFilesAreDeletedAndReported() throws IOException {
    take(store, 1, States.numbered(5));
    final Path table = Trees.files(directory).getLast();
    Files.write(table, new byte[10]);
    final Opened opened = store.open(States.CONTEXT, LOG);
    assertThat(opened.snapshot()).isEmpty();
    assertThat(opened.rejected()).hasSize(1);
    assertThat(Trees.files(directory)).isEmpty();
  }

  @Test
  void aMissingTableIsReported() throws IOException {
    take(store, 1, States.numbered(5));
    Files.delete(Trees.files(directory).getLast());
    assertThat(store.open(States.CONTEXT, LOG).rejected())
        .singleElement()
        .satisfies(r -> assertThat(r.reason()).contains("missing"));
  }

  @Test
  void theSnapshotOfAnotherContextIsRefused() throws IOException {
    take(store, 1, States.numbered(5));
    Files.move(
        directory.resolve(States.CONTEXT.toString()), directory.resolve(States.OTHER.toString()));
    final Opened opened = store.open(States.OTHER, LOG);
    assertThat(opened.snapshot()).isEmpty();
    assertThat(opened.rejected().getFirst().reason()).contains(States.CONTEXT.toString());
  }

  @Test
  void aCrashAtAnyStepLeavesTheOlderGenerationOrTheNewOne() {
    final StateView older = States.numbered(50);
    final StateView newer = States.numbered(60);
    take(store, 1, States.numbered(40));
    take(store, 2, older);
    for (int step = 0; ; step++) {
      final Path copy = directory.resolveSibling(directory.getFileName() + "-crash");
      Trees.copy(directory, copy);
      final FaultyDisk disk = FaultyDisk.crashingAt(step);
      final StateStore crashing = new MapDbStateStore(copy, Access.READ_WRITE, disk);
      boolean returned = true;
      try {
        take(crashing, 3, newer);
      } catch (final StorageException e) {
        returned = false;
      }
      final StateStore after = StateStore.open(copy, Access.READ_WRITE);
      final Opened opened = after.open(States.CONTEXT, LOG);
      final Snapshot found = opened.snapshot().orElseThrow();
      assertThat(opened.rejected()).as("step %d", step).isEmpty();
      assertThat(found.root())
          .as("step %d", step)
          .isEqualTo(found.position() == 3 ? newer.root() : older.root());
      assertThat(found.position()).isGreaterThanOrEqualTo(returned ? 3 : 2);
      assertThat(States.content(take(after, 4, newer).view())).isEqualTo(States.content(newer));
      Trees.delete(copy);
      if (!disk.failed()) {
        assertThat(returned).isTrue();
        assertThat(step).isGreaterThan(8);
        return;
      }
    }
  }

  @Test
  void aFullDiskIsSaidAndLeavesNothingBehind() {
    take(store, 1, States.numbered(40));
    final List<Path> before = Trees.files(directory);
    for (int step = 0; ; step++) {
      final FaultyDisk disk = FaultyDisk.fullAt(step);
      try {
        take(new MapDbStateStore(directory, Access.READ_WRITE, disk), 2, States.numbered(60));
      } catch (final StorageException e) {
        assertThat(e.code()).isEqualTo(Code.FULL);
        assertThat(e).hasMessageContaining(States.CONTEXT.toString()).hasMessageContaining("full");
        if (store.open(States.CONTEXT, LOG).snapshot().orElseThrow().position() == 1) {
          assertThat(Trees.files(directory)).isEqualTo(before);
          continue;
        }
      }
      assertThat(step).isGreaterThan(4);
      return;
    }
  }

  @Test
  void readersInParallelSeeOneStateWhileOthersWrite() throws Exception {
    final StateView view = take(store, 1, States.numbered(5000)).view();
    final Map<Bytes, Bytes> content = States.content(view);
    final List<Callable<Boolean>> readers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      readers.add(
          () -> {
            boolean same = States.content(view).equals(content);
            for (final Map.Entry<Bytes, Bytes> entry : content.entrySet()) {
              same &= view.get(entry.getKey()).equals(Optional.of(entry.getValue()));
            }
            return same;
          });
    }
    readers.add(
        () -> {
          StateView newer = view;
          for (int i = 0; i < 200; i++) {
            newer = newer.apply(States.put("key/" + i, "changed"));
          }
          return take(store, 2, newer).root().equals(newer.root());
        });
    readers.add(
        () -> {
          store.drop(States.CONTEXT);
          return true;
        });
    try (ExecutorService threads = Executors.newFixedThreadPool(readers.size())) {
      for (final Future<Boolean> result : threads.invokeAll(readers)) {
        assertThat(result.get()).isTrue();
      }
    }
  }

  @Test
  void anInterruptedThreadStoresAndReadsAllTheSame() {
    Thread.currentThread().interrupt();
    final StateView view = take(store, 1, States.numbered(500)).view();
    final StateView found = store.open(States.CONTEXT, LOG).snapshot().orElseThrow().view();
    assertThat(States.content(found)).isEqualTo(States.content(view));
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void aReaderOnlyStoreChangesNothing() {
    take(store, 1, States.numbered(5));
    final StateStore reader = StateStore.open(directory, Access.READ_ONLY);
    assertThat(reader.open(States.CONTEXT, LOG).snapshot()).isPresent();
    assertThatThrownBy(() -> take(reader, 2, States.numbered(6)))
        .isInstanceOfSatisfying(
            StorageException.class, e -> assertThat(e.code()).isEqualTo(Code.PERMISSION));
    assertThatThrownBy(() -> reader.drop(States.CONTEXT)).isInstanceOf(StorageException.class);
  }

  @Test
  void viewsThatDoNotBelongTogetherAreNotRebased() {
    final StateView view = States.numbered(5);
    final Snapshot snapshot = take(store, 1, view);
    final StateView other = view.apply(States.put("a", "b"));
    assertThatThrownBy(() -> store.rebase(snapshot, other, other))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> store.rebase(snapshot, view, snapshot.view()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void anAttachmentBeyondTheLimitIsRefused() {
    assertThatThrownBy(
            () ->
                store.snapshot(
                    States.CONTEXT,
                    1,
                    States.entryHash(1),
                    StateView.empty(),
                    Bytes.wrap(new byte[(16 << 20) + 1])))
        .isInstanceOfSatisfying(
            StorageException.class, e -> assertThat(e.code()).isEqualTo(Code.REJECTED));
  }
}
