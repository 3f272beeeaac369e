// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.blobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.calimero.node.events.BlobId;
import io.calimero.node.events.Bytes;
import io.calimero.node.storage.Access;
import io.calimero.node.storage.StorageException;
import io.calimero.node.storage.StorageException.Code;
import io.calimero.node.storage.blobs.SizeGuard.AtMost;
import io.calimero.node.storage.blobs.SizeGuard.Exactly;
import io.calimero.node.storage.blobs.internal.FileBlobStore;
import io.calimero.node.storage.internal.FaultyDisk;
import io.calimero.node.storage.internal.Trees;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlobStoreTest {
  private static final int MIB = Blob.CHUNK_SIZE;
  private static final SizeGuard ANY = new AtMost(64L * MIB);
  private static final BlobId HELLO = BlobId.parse("B4vDoZ2b3EoHNyf727eRqm5cKwbniJL7NTwPqs3o4cwH");

  @TempDir private Path directory;
  private BlobStore store;

  @BeforeEach
  void open() {
    store = BlobStore.open(directory, Access.READ_WRITE);
  }

  private static InputStream text(final String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] random(final int length, final long seed) {
    final byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static Blob put(final BlobStore store, final byte[] content) {
    return store.put(new ByteArrayInputStream(content), ANY, Optional.empty());
  }

  private static void assertCode(final Code code, final ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(StorageException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  @Test
  void theNamesAreThoseOfTheProtocol() {
    final Blob hello = store.put(text("hello"), new Exactly(5), Optional.of(HELLO));
    assertThat(hello.id()).isEqualTo(HELLO);
    assertThat(hello.chunks())
        .singleElement()
        .hasToString("42TEXg1vFAbcJ65y7qdYG9iCPvYfy3NDdVLd75akX2P5");
    final byte[] two = new byte[MIB + 3];
    Arrays.fill(two, (byte) 0xab);
    final Blob blob = put(store, two);
    assertThat(blob.id()).hasToString("G9NEiphnsrQmZqeKWZUerPnS1RS77KiW1xcAzbDvmXo1");
    assertThat(blob.chunks().toString())
        .isEqualTo(
            "[VVDHBX26pyrdMmn4s6S7rCQ4PaTum742Ne2LGziXafp,"
                + " 61aWYwY88PvmWvHQvC6LHE9bbc6wa3Yj8EeZ6zC1EYSw]");
    assertThat(blob.contentHash()).hasToString("EN7mbjPTmzFPn4J5pFQUEsLJLNiMvM1SY9r9XVhsAniG");
    assertThat(blob.size()).isEqualTo(two.length);
  }

  @Test
  void whatWasStoredIsRead() throws IOException {
    for (final int length : List.of(0, 1, MIB - 1, MIB, MIB + 1, 3 * MIB)) {
      final byte[] content = random(length, length);
      final BlobId id = put(store, content).id();
      assertThat(store.has(id)).isTrue();
      assertThat(store.read(id, length).toByteArray()).isEqualTo(content);
      try (InputStream in = store.stream(id)) {
        assertThat(in.readAllBytes()).isEqualTo(content);
        assertThat(in.read()).isEqualTo(-1);
      }
      assertThat(store.find(id).orElseThrow().size()).isEqualTo(length);
    }
    assertThat(store.list()).hasSize(6).isSortedAccordingTo((a, b) -> a.id().compareTo(b.id()));
  }

  @Test
  void nothingIsABlobToo() {
    final Blob nothing = store.put(text(""), new Exactly(0), Optional.empty());
    assertThat(nothing.id()).hasToString("GKot5hBsd81kMupNCXHaqbhv3huEbxAFMLnpcX2hniwn");
    assertThat(store.read(nothing.id(), 0)).isEqualTo(Bytes.EMPTY);
  }

  @Test
  void aStreamThatBreaksItsSizeOrNameLeavesNothing() {
    final byte[] content = random(MIB + 10, 1);
    for (final SizeGuard guard :
        List.of(
            new Exactly(content.length - 1L),
            new Exactly(content.length + 1L),
            new Exactly(5),
            new AtMost(MIB))) {
      assertCode(
          Code.REJECTED,
          () -> store.put(new ByteArrayInputStream(content), guard, Optional.empty()));
    }
    assertCode(
        Code.REJECTED, () -> store.put(new ByteArrayInputStream(content), ANY, Optional.of(HELLO)));
    assertThat(Trees.files(directory)).isEmpty();
  }

  @Test
  void anEndlessStreamIsLeftSoonAfterItsLimit() {
    final InputStream endless = new Sevens(Long.MAX_VALUE);
    assertCode(Code.REJECTED, () -> store.put(endless, new AtMost(10), Optional.empty()));
  }

  @Test
  void aStreamThatFailsLeavesNothing() {
    final InputStream failing = new Sevens(MIB + 5);
    assertThatThrownBy(() -> store.put(failing, ANY, Optional.empty()))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("the line broke");
    assertThat(Trees.files(directory)).isEmpty();
  }

  @Test
  void everyDamageIsNoticedOnReadingAndMendedByStoringAgain() throws IOException {
    final byte[] content = random(MIB + 100, 3);
    final BlobId id = put(store, content).id();
    for (final Path file : Trees.files(directory)) {
      final int length = (int) file.toFile().length();
      for (int offset = 0; offset < length; offset += Math.max(1, length / 50)) {
        Trees.flip(file, offset);
        assertThatThrownBy(() -> store.read(id, content.length))
            .as("byte %d of %s", offset, file)
            .isInstanceOf(StorageException.class)
            .hasMessageContaining(id.toString());
        Trees.flip(file, offset);
      }
      Files.write(file, new byte[3]);
      assertCode(Code.CORRUPT, () -> store.read(id, content.length));
      put(store, content);
      assertThat(store.read(id, content.length).toByteArray()).isEqualTo(content);
    }
  }

  @Test
  void aDamagedChunkEndsTheStreamWithAnErrorAndNotWithAnEnd() throws IOException {
    final Blob blob = put(store, random(2 * MIB, 4));
    final Path second = directory.resolve("chunks").resolve(blob.chunks().get(1).toString());
    Trees.flip(second, 17);
    try (InputStream in = store.stream(blob.id())) {
      assertThat(in.readNBytes(MIB)).hasSize(MIB);
      assertCode(Code.CORRUPT, in::read);
    }
    Files.delete(second);
    assertThatThrownBy(() -> store.read(blob.id(), 2 * MIB))
        .hasMessageContaining(blob.id().toString())
        .hasMessageContaining("missing");
  }

  @Test
  void whatIsNotHereIsMissing() {
    assertThat(store.find(HELLO)).isEmpty();
    assertCode(Code.MISSING, () -> store.stream(HELLO));
    assertCode(Code.MISSING, () -> store.read(HELLO, 10));
    assertThat(store.delete(HELLO)).isFalse();
  }

  @Test
  void moreThanTheMaximumIsNotRead() {
    store.put(text("hello"), ANY, Optional.empty());
    assertCode(Code.REJECTED, () -> store.read(HELLO, 4));
  }

  @Test
  void chunksThatAnotherBlobHasOutliveADeletedOne() {
    final byte[] shared = random(MIB, 5);
    final byte[] longer = Arrays.copyOf(shared, MIB + 1);
    final byte[] twice = new byte[2 * MIB];
    System.arraycopy(shared, 0, twice, 0, MIB);
    System.arraycopy(shared, 0, twice, MIB, MIB);
    final BlobId first = put(store, shared).id();
    final BlobId second = put(store, longer).id();
    final BlobId third = put(store, twice).id();
    put(store, shared);
    assertThat(store.delete(first)).isTrue();
    assertThat(store.has(first)).isFalse();
    assertThat(store.read(second, MIB + 1).toByteArray()).isEqualTo(longer);
    final BlobStore reopened = BlobStore.open(directory, Access.READ_WRITE);
    assertThat(reopened.delete(second)).isTrue();
    assertThat(reopened.read(third, 2L * MIB).toByteArray()).isEqualTo(twice);
    assertThat(reopened.delete(third)).isTrue();
    assertThat(Trees.files(directory)).isEmpty();
  }

  @Test
  void aCrashAtAnyStepLeavesTheBlobOrNothing() {
    final byte[] old = random(MIB + 50, 6);
    final byte[] content = Arrays.copyOf(old, 2 * MIB + 50);
    final BlobId kept = put(store, old).id();
    for (int step = 0; ; step++) {
      final Path copy = directory.resolveSibling(directory.getFileName() + "-crash");
      Trees.copy(directory, copy);
      final FaultyDisk disk = FaultyDisk.crashingAt(step);
      boolean returned = true;
      try {
        put(new FileBlobStore(copy, Access.READ_WRITE, disk), content);
      } catch (final StorageException e) {
        returned = false;
      }
      final BlobStore after = BlobStore.open(copy, Access.READ_WRITE);
      assertThat(after.read(kept, MIB + 50).toByteArray()).isEqualTo(old);
      final List<Blob> blobs = after.list();
      for (final Blob blob : blobs) {
        after.read(blob.id(), blob.size());
        after.delete(blob.id());
      }
      assertThat(blobs.size()).as("step %d", step).isBetween(returned ? 2 : 1, 2);
      assertThat(Trees.files(copy)).as("left after step %d", step).isEmpty();
      Trees.delete(copy);
      if (!disk.failed()) {
        assertThat(step).isGreaterThan(8);
        return;
      }
    }
  }

  @Test
  void aFullDiskIsSaidAndLeavesNothing() {
    for (int step = 0; ; step++) {
      final FaultyDisk disk = FaultyDisk.fullAt(step);
      final FileBlobStore full = new FileBlobStore(directory, Access.READ_WRITE, disk);
      try {
        put(full, random(MIB + 50, 7));
      } catch (final StorageException e) {
        assertThat(e.code()).isEqualTo(Code.FULL);
        if (full.list().isEmpty()) {
          assertThat(Trees.files(directory)).as("step %d", step).isEmpty();
          continue;
        }
      }
      // Only the last force failed, or nothing: the blob is there, and is counted.
      full.list().forEach(blob -> full.delete(blob.id()));
      assertThat(Trees.files(directory)).isEmpty();
      assertThat(step).isGreaterThan(4);
      return;
    }
  }

  @Test
  void manyStoreReadAndDeleteTheSameAtOnce() throws Exception {
    final byte[] content = random(MIB + 5, 8);
    final byte[] kept = Arrays.copyOf(content, MIB);
    final BlobId keptId = put(store, kept).id();
    final List<Callable<Boolean>> workers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      final boolean deletes = i == 0;
      workers.add(
          () -> {
            for (int round = 0; round < 10; round++) {
              final BlobId id = put(store, content).id();
              if (deletes) {
                store.delete(id);
              }
              store.read(keptId, MIB);
            }
            return true;
          });
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(workers.size())) {
      for (final Future<Boolean> result : threads.invokeAll(workers)) {
        assertThat(result.get()).isTrue();
      }
    }
    put(store, content);
    assertThat(store.list()).hasSize(2);
    store.list().forEach(blob -> store.read(blob.id(), blob.size()));
  }

  @Test
  void aDamagedManifestHidesNoOtherBlobAndKeepsItsChunks() throws IOException {
    final byte[] content = random(MIB + 5, 9);
    final BlobId damaged = put(store, content).id();
    final BlobId good = store.put(text("hello"), ANY, Optional.empty()).id();
    Trees.flip(directory.resolve("roots").resolve(damaged.toString()), 20);
    final BlobStore reopened = BlobStore.open(directory, Access.READ_WRITE);
    assertThat(reopened.read(good, 5)).isEqualTo(Bytes.utf8("hello"));
    assertCode(Code.CORRUPT, () -> reopened.find(damaged));
    assertCode(Code.CORRUPT, () -> reopened.stream(damaged));
    put(reopened, content);
    assertThat(reopened.read(damaged, content.length).toByteArray()).isEqualTo(content);
    assertThat(reopened.delete(damaged)).isTrue();
    assertThat(reopened.delete(good)).isTrue();
    assertThat(Trees.files(directory)).isEmpty();
  }

  @Test
  void aReaderOnlyStoreChangesNothing() throws IOException {
    store.put(text("hello"), ANY, Optional.empty());
    final Path unfinished = directory.resolve("chunks").resolve("put-1-0.tmp");
    Files.write(unfinished, new byte[3]);
    final BlobStore reader = BlobStore.open(directory, Access.READ_ONLY);
    assertThat(reader.read(HELLO, 5)).isEqualTo(Bytes.utf8("hello"));
    assertCode(Code.PERMISSION, () -> reader.put(text("x"), ANY, Optional.empty()));
    assertCode(Code.PERMISSION, () -> reader.delete(HELLO));
    assertThat(unfinished).exists();
    BlobStore.open(directory, Access.READ_WRITE);
    assertThat(unfinished).doesNotExist();
    assertThat(BlobStore.open(directory.resolve("none"), Access.READ_ONLY).list()).isEmpty();
  }

  /** Some bytes of the value 7, then a failure. */
  private static final class Sevens extends InputStream {
    private long left;

    Sevens(final long count) {
      left = count;
    }

    @Override
    public int read() throws IOException {
      return read(new byte[1], 0, 1) == 1 ? 7 : -1;
    }

    @Override
    public int read(final byte[] target, final int offset, final int length) throws IOException {
      if (left == 0) {
        throw new IOException("the line broke");
      }
      final int count = (int) Math.min(length, left);
      Arrays.fill(target, offset, offset + count, (byte) 7);
      left -= count;
      return count;
    }
  }

  @Test
  void whatComesPartByPartIsTheSameBlob() {
    final byte[] content = random(2 * MIB + 12_345, 7);
    final BlobUpload upload = store.begin(64L * MIB);
    for (int at = 0; at < content.length; at += 70_001) {
      upload.write(Arrays.copyOfRange(content, at, Math.min(content.length, at + 70_001)));
    }
    assertThat(upload.size()).isEqualTo(content.length);
    final Blob blob = upload.finish();
    assertThat(blob).isEqualTo(put(store, content));
    assertThat(store.read(blob.id(), 64L * MIB).unsafeArray()).isEqualTo(content);
    assertThat(store.read(blob.id(), MIB - 10L, 20).unsafeArray())
        .isEqualTo(Arrays.copyOfRange(content, MIB - 10, MIB + 10));
    assertThat(store.read(blob.id(), content.length - 5L, 20).length()).isEqualTo(5);
    assertThat(store.read(blob.id(), content.length + 5L, 20).length()).isZero();
    assertThat(store.begin(0).finish().id())
        .hasToString("GKot5hBsd81kMupNCXHaqbhv3huEbxAFMLnpcX2hniwn");
  }

  @Test
  void nothingStaysOfAnUploadThatIsGivenUpOrTooLarge() throws IOException {
    final BlobUpload given = store.begin(64L * MIB);
    given.write(random(MIB + 1, 8));
    given.abandon();
    given.abandon();
    final BlobUpload large = store.begin(MIB);
    large.write(random(MIB, 9));
    assertCode(Code.REJECTED, () -> large.write(new byte[1]));
    assertThatThrownBy(large::finish).isInstanceOf(IllegalStateException.class);
    assertThat(store.list()).isEmpty();
    try (Stream<Path> files = Files.list(directory.resolve("chunks"))) {
      assertThat(files).isEmpty();
    }
  }
}
