// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.Hash;
import io.calimero.node.storage.Access;
import io.calimero.node.storage.StorageException;
import io.calimero.node.storage.StorageException.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** States that come from elsewhere. */
class StateImportTest {
  private static final int PART = 64;

  @TempDir private Path directory;
  private StateStore store;
  private final StateView view = States.numbered(1000);
  private final List<StateEntry> entries = new ArrayList<>();

  @BeforeEach
  void open() {
    store = StateStore.open(directory, Access.READ_WRITE);
    view.forEach(entries::add);
  }

  private StateImport importing(final Hash root) {
    return store.importing(States.CONTEXT, 9, States.entryHash(9), root);
  }

  private void feed(final StateImport into, final int upTo) {
    for (int at = (int) into.entries(); at < upTo; at += PART) {
      into.add(entries.subList(at, Math.min(upTo, at + PART)));
    }
  }

  private Path file() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(Files::isRegularFile).findFirst().orElseThrow();
    }
  }

  private static Code code(final Runnable task) {
    try {
      task.run();
    } catch (final StorageException e) {
      return e.code();
    }
    throw new AssertionError("it should have failed");
  }

  @Test
  void aStateThatCameWholeIsASnapshotLikeAnyOther() throws IOException {
    final StateImport into = importing(view.root());
    feed(into, 1000);
    final Snapshot made = into.finish(Bytes.utf8("attached"));
    assertThat(States.content(made.view())).isEqualTo(States.content(view));
    final Snapshot found = store.open(States.CONTEXT, (_, _) -> true).snapshot().orElseThrow();
    assertThat(found.root()).isEqualTo(view.root());
    assertThat(found.position()).isEqualTo(9);
    assertThat(found.attachment()).isEqualTo(Bytes.utf8("attached"));
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files.filter(Files::isRegularFile)).isEmpty();
    }
  }

  @Test
  void theEmptyStateCanBeImportedToo() {
    final Snapshot made = importing(StateView.empty().root()).finish(Bytes.EMPTY);
    assertThat(made.view().entries()).isZero();
  }

  @Test
  void aStateWithAnotherRootIsDeletedAndNeverSeen() throws IOException {
    final StateImport into = importing(Hash.sha256(new byte[] {1}));
    feed(into, 1000);
    assertThat(code(() -> into.finish(Bytes.EMPTY))).isEqualTo(Code.CORRUPT);
    assertThat(store.open(States.CONTEXT, (_, _) -> true).snapshot()).isEmpty();
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files.filter(Files::isRegularFile)).isEmpty();
    }
  }

  @Test
  void keysThatDoNotAscendAreRefusedAndChangeNothing() {
    try (StateImport into = importing(view.root())) {
      feed(into, PART);
      final StateEntry last = entries.get(PART - 1);
      for (final List<StateEntry> wrong :
          List.of(
              List.of(last),
              List.of(entries.get(3)),
              List.of(entries.get(PART), entries.get(PART)),
              List.of(entries.get(PART + 1), entries.get(PART)))) {
        assertThat(code(() -> into.add(wrong))).isEqualTo(Code.REJECTED);
      }
      assertThat(into.entries()).isEqualTo(PART);
      feed(into, 1000);
      assertThat(into.finish(Bytes.EMPTY).root()).isEqualTo(view.root());
    }
  }

  @Test
  void whatIsCutAnywhereGoesOnBehindTheLastWholePart() throws IOException {
    try (StateImport into = importing(view.root())) {
      feed(into, 700);
    }
    final byte[] whole = Files.readAllBytes(file());
    final Random random = new Random(5);
    for (int i = 0; i < 40; i++) {
      final byte[] torn = Arrays.copyOf(whole, random.nextInt(whole.length));
      if (i % 2 == 0 && torn.length > 0) {
        torn[random.nextInt(torn.length)] ^= (byte) (1 << random.nextInt(8));
      }
      Files.write(directory.resolve(States.CONTEXT + ".import"), torn);
      final StateImport into = importing(view.root());
      assertThat(into.entries()).isLessThanOrEqualTo(700);
      assertThat(into.lastKey())
          .isEqualTo(
              into.entries() == 0
                  ? Optional.empty()
                  : Optional.of(entries.get((int) into.entries() - 1).key()));
      feed(into, 1000);
      assertThat(into.finish(Bytes.EMPTY).root()).isEqualTo(view.root());
    }
  }

  @Test
  void anImportOfAnotherStateBeginsAnew() {
    try (StateImport into = importing(view.root())) {
      feed(into, 700);
    }
    try (StateImport into =
        store.importing(States.CONTEXT, 10, States.entryHash(10), view.root())) {
      assertThat(into.entries()).isZero();
      assertThat(into.lastKey()).isEmpty();
    }
  }

  @Test
  void aDroppedContextHasNoImportLeft() throws IOException {
    try (StateImport into = importing(view.root())) {
      feed(into, 700);
    }
    store.snapshot(States.CONTEXT, 3, States.entryHash(3), view, Bytes.EMPTY);
    store.drop(States.CONTEXT);
    assertThatThrownBy(this::file).isInstanceOf(NoSuchElementException.class);
  }
}
