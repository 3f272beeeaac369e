// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.blobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.events.BlobId;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Hash;
import io.calimero.node.storage.Access;
import io.calimero.node.storage.StorageException;
import io.calimero.node.storage.blobs.internal.FileBlobStore;
import io.calimero.node.storage.internal.FaultyDisk;
import io.calimero.node.storage.internal.Trees;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Blobs of calls of which it is open whether they stay. */
class BlobNotesTest {
  private static final ContextId ONE = new ContextId(Hash.sha256(new byte[] {1}));
  private static final ContextId OTHER = new ContextId(Hash.sha256(new byte[] {2}));
  private static final BlobNote NOTE = new BlobNote(ONE, 7, 1000);
  private static final byte[] CONTENT = random(Blob.CHUNK_SIZE + 50);

  @TempDir private Path directory;
  private BlobStore store;

  @BeforeEach
  void open() {
    store = BlobStore.open(directory, Access.READ_WRITE);
  }

  private static byte[] random(final int length) {
    final byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private static BlobId call(final BlobStore store, final byte[] content, final BlobNote note) {
    final BlobUpload upload = store.begin(64L << 20);
    upload.write(content);
    return upload.finish(note).id();
  }

  private static BlobId put(final BlobStore store, final byte[] content) {
    return store
        .put(
            new ByteArrayInputStream(content),
            new SizeGuard.Exactly(content.length),
            Optional.empty())
        .id();
  }

  @Test
  void aBlobGoesWhenItsCallCameToNothing() {
    final BlobId id = call(store, CONTENT, NOTE);
    assertThat(store.read(id, 1L << 30)).isEqualTo(Bytes.wrap(CONTENT));
    assertThat(store.unsettled()).containsExactly(Map.entry(id, List.of(NOTE)));
    assertThat(store.withdraw(id, OTHER)).isFalse();
    assertThat(store.withdraw(id, ONE)).isTrue();
    assertThat(store.unsettled()).isEmpty();
    assertThat(Trees.files(directory)).isEmpty();
    assertThat(store.withdraw(id, ONE)).isFalse();
  }

  @Test
  void whatIsSettledStaysWhateverComesToNothing() {
    final BlobId kept = call(store, CONTENT, NOTE);
    store.keep(kept);
    final BlobId installed = put(store, new byte[3]);
    for (final BlobId id : List.of(kept, installed)) {
      final byte[] content = id.equals(kept) ? CONTENT : new byte[3];
      assertThat(call(store, content, NOTE)).isEqualTo(id);
      assertThat(store.unsettled()).isEmpty();
      assertThat(store.withdraw(id, ONE)).isFalse();
      assertThat(store.discard(id, _ -> true)).isFalse();
      assertThat(store.read(id, 1L << 30)).isEqualTo(Bytes.wrap(content));
    }
    store.keep(new BlobId(Hash.ZERO));
  }

  @Test
  void storingItOtherwiseSettlesIt() {
    final BlobId id = call(store, CONTENT, NOTE);
    assertThat(put(store, CONTENT)).isEqualTo(id);
    assertThat(store.withdraw(id, ONE)).isFalse();
    final BlobStore reopened = BlobStore.open(directory, Access.READ_WRITE);
    assertThat(reopened.unsettled()).isEmpty();
    assertThat(reopened.discard(id, _ -> true)).isFalse();
    assertThat(reopened.has(id)).isTrue();
  }

  @Test
  void whatSeveralCallsStoredGoesWithTheLastOfThem() {
    final BlobId id = call(store, CONTENT, NOTE);
    assertThat(call(store, CONTENT, new BlobNote(ONE, 9, 2000))).isEqualTo(id);
    assertThat(call(store, CONTENT, new BlobNote(OTHER, 3, 1500))).isEqualTo(id);
    assertThat(store.unsettled().get(id))
        .containsExactlyInAnyOrder(new BlobNote(ONE, 7, 2000), new BlobNote(OTHER, 3, 1500));
    assertThat(store.discard(id, note -> note.at() < 2000)).isFalse();
    assertThat(store.withdraw(id, ONE)).isFalse();
    assertThat(store.withdraw(id, OTHER)).isFalse();
    assertThat(store.withdraw(id, OTHER)).isFalse();
    assertThat(store.has(id)).isTrue();
    assertThat(store.withdraw(id, ONE)).isTrue();
    assertThat(Trees.files(directory)).isEmpty();
  }

  @Test
  void whatACallOfAnEarlierStartStoredWaitsToBeDiscarded() {
    final BlobId id = call(store, CONTENT, NOTE);
    final BlobStore reopened = BlobStore.open(directory, Access.READ_WRITE);
    assertThat(reopened.unsettled()).containsOnlyKeys(id);
    // a call of today fails, and says nothing of the one before
    assertThat(call(reopened, CONTENT, NOTE)).isEqualTo(id);
    assertThat(reopened.withdraw(id, ONE)).isFalse();
    assertThat(reopened.discard(id, note -> note.at() <= 1000)).isTrue();
    assertThat(Trees.files(directory)).isEmpty();
  }

  @Test
  void aBlobThatVeryManyContextsWantStays() {
    BlobId id = new BlobId(Hash.ZERO);
    for (int i = 0; i < 100; i++) {
      id =
          call(
              store,
              new byte[1],
              new BlobNote(new ContextId(Hash.sha256(new byte[] {9, (byte) i})), 1, 1));
    }
    assertThat(store.unsettled()).isEmpty();
    assertThat(store.has(id)).isTrue();
  }

  @Test
  void aNoteThatCannotBeReadLetsTheBlobStay() throws Exception {
    final BlobId id = call(store, CONTENT, NOTE);
    final Path note = directory.resolve("notes").resolve(id.toString());
    for (int at = 9; at < note.toFile().length(); at++) {
      final Path copy = directory.resolveSibling(directory.getFileName() + "-damaged");
      Trees.copy(directory, copy);
      Trees.flip(copy.resolve("notes").resolve(id.toString()), at);
      final BlobStore damaged = BlobStore.open(copy, Access.READ_WRITE);
      assertThat(damaged.unsettled()).isEmpty();
      assertThat(damaged.has(id)).isTrue();
      Trees.delete(copy);
    }
  }

  /** Does something at whose every step the process ends, and looks at what is there then. */
  private void crashing(final Consumer<BlobStore> work, final After after) {
    for (int step = 0; ; step++) {
      final Path copy = directory.resolveSibling(directory.getFileName() + "-crash");
      Trees.copy(directory, copy);
      final FaultyDisk disk = FaultyDisk.crashingAt(step);
      boolean returned = true;
      try {
        work.accept(new FileBlobStore(copy, Access.READ_WRITE, disk));
      } catch (final StorageException e) {
        returned = false;
      }
      after.check(BlobStore.open(copy, Access.READ_WRITE), copy, returned);
      Trees.delete(copy);
      if (!disk.failed()) {
        assertThat(returned).isTrue();
        assertThat(step).isGreaterThan(1);
        return;
      }
    }
  }

  private interface After {
    void check(BlobStore store, Path directory, boolean returned);
  }

  @Test
  void noCrashLeavesABlobWithoutItsNote() {
    crashing(
        crashed -> call(crashed, CONTENT, NOTE),
        (after, files, returned) -> {
          assertThat(after.unsettled().keySet())
              .containsExactlyElementsOf(after.list().stream().map(Blob::id).toList());
          assertThat(after.list()).hasSizeBetween(returned ? 1 : 0, 1);
          after.list().forEach(blob -> after.discard(blob.id(), NOTE::equals));
          assertThat(Trees.files(files)).isEmpty();
        });
  }

  @Test
  void noCrashLosesABlobThatIsToStay() {
    final BlobId id = call(store, CONTENT, NOTE);
    crashing(
        crashed -> crashed.keep(id),
        (after, _, returned) -> {
          assertThat(after.read(id, 1L << 30)).isEqualTo(Bytes.wrap(CONTENT));
          assertThat(after.unsettled()).hasSizeBetween(0, returned ? 0 : 1);
        });
    crashing(
        crashed -> put(crashed, CONTENT),
        (after, _, returned) -> {
          assertThat(after.read(id, 1L << 30)).isEqualTo(Bytes.wrap(CONTENT));
          assertThat(after.unsettled()).hasSizeBetween(0, returned ? 0 : 1);
        });
  }

  @Test
  void noCrashLeavesHalfOfABlobThatGoes() {
    final byte[] shared = Arrays.copyOf(CONTENT, Blob.CHUNK_SIZE);
    final BlobId other = put(store, shared);
    final BlobId id = call(store, CONTENT, NOTE);
    crashing(
        crashed -> assertThat(crashed.discard(id, NOTE::equals)).isTrue(),
        (after, files, returned) -> {
          assertThat(after.unsettled().containsKey(id)).isEqualTo(after.has(id));
          assertThat(after.has(id) && returned).isFalse();
          after.discard(id, NOTE::equals);
          assertThat(after.read(other, 1L << 30)).isEqualTo(Bytes.wrap(shared));
          assertThat(Trees.files(files)).hasSize(2);
        });
  }

  @Test
  void aStoreThatFailsForWantOfRoomLeavesNothingThatIsNotLookedThrough() {
    for (int step = 0; ; step++) {
      final FaultyDisk disk = FaultyDisk.fullAt(step);
      final FileBlobStore full = new FileBlobStore(directory, Access.READ_WRITE, disk);
      boolean stored = true;
      try {
        call(full, CONTENT, NOTE);
      } catch (final StorageException e) {
        assertThat(e.code()).isEqualTo(StorageException.Code.FULL);
        stored = false;
      }
      if (stored) {
        assertThat(step).isGreaterThan(4);
        return;
      }
      full.unsettled().keySet().forEach(id -> full.discard(id, NOTE::equals));
      assertThat(Trees.files(directory)).as("step %d", step).isEmpty();
    }
  }
}
