// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.blobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.calimero.node.events.BlobDigest;
import io.calimero.node.events.BlobId;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.Hash;
import io.calimero.node.storage.StorageException;
import io.calimero.node.storage.StorageException.Code;
import io.calimero.node.storage.internal.Durable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PartialBlobsTest {
  private static final int MIB = Blob.CHUNK_SIZE;

  @TempDir private Path directory;
  private PartialBlobs partial;
  private final Content content = new Content(2 * MIB + 5, 1);

  /** A blob, and what is known of it before it is here. */
  private static final class Content {
    final byte[] bytes;
    final BlobId id;
    final List<Hash> chunks = new ArrayList<>();

    Content(final int length, final long seed) {
      bytes = new byte[length];
      new Random(seed).nextBytes(bytes);
      final BlobDigest digest = new BlobDigest();
      digest.update(bytes);
      id = digest.id();
      for (int i = 0; i * MIB < length; i++) {
        chunks.add(Hash.sha256(chunk(i).toByteArray()));
      }
    }

    Bytes chunk(final int number) {
      return Bytes.wrap(
          Arrays.copyOfRange(bytes, number * MIB, Math.min(bytes.length, number * MIB + MIB)));
    }

    List<Integer> begin(final PartialBlobs in) {
      return in.begin(id, bytes.length, chunks);
    }
  }

  @BeforeEach
  void open() {
    // Whatever a process knew is gone: as after kill -9
    partial = PartialBlobs.open(directory.resolve("fetching"));
  }

  private Path file(final Content of, final String name) {
    return directory.resolve("fetching").resolve(of.id.toString()).resolve(name);
  }

  private static void assertCode(final Code code, final ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(StorageException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  @Test
  void chunksComeInAnyOrderAndAreTheWholeInTheEnd() {
    assertThat(partial.missing(content.id)).isEmpty();
    assertThat(content.begin(partial)).containsExactly(0, 1, 2);
    partial.add(content.id, 2, content.chunk(2));
    partial.add(content.id, 0, content.chunk(0));
    assertThat(partial.missing(content.id)).contains(List.of(1));
    assertCode(Code.MISSING, () -> partial.content(content.id));
    partial.add(content.id, 1, content.chunk(1));
    assertThat(partial.content(content.id)).isEqualTo(Bytes.wrap(content.bytes));
    partial.discard(content.id);
    assertThat(partial.missing(content.id)).isEmpty();
    assertThat(directory.resolve("fetching")).isEmptyDirectory();
  }

  @Test
  void whatIsHereIsHereAfterAStopAtAnyPoint() throws IOException {
    content.begin(partial);
    partial.add(content.id, 1, content.chunk(1));
    open();
    assertThat(partial.missing(content.id)).contains(List.of(0, 2));
    // it was killed while it wrote a chunk
    Files.write(file(content, "0" + Durable.UNFINISHED), new byte[77]);
    open();
    assertThat(content.begin(partial)).containsExactly(0, 2);
    // and while it began
    for (final int length : new int[] {0, 9, 60}) {
      Files.write(file(content, "outline"), Arrays.copyOf(Files.readAllBytes(outline()), length));
      open();
      assertThat(partial.missing(content.id)).isEmpty();
      assertThat(content.begin(partial)).containsExactly(0, 1, 2);
    }
    Files.delete(outline());
    open();
    assertThat(content.begin(partial)).containsExactly(0, 1, 2);
  }

  private Path outline() {
    return file(content, "outline");
  }

  @Test
  void aChunkThatIsNotWhatItWasIsMissing() throws IOException {
    content.begin(partial);
    for (int i = 0; i < content.chunks.size(); i++) {
      partial.add(content.id, i, content.chunk(i));
    }
    final byte[] chunk = Files.readAllBytes(file(content, "1"));
    chunk[5] ^= 1;
    Files.write(file(content, "1"), chunk);
    assertCode(Code.MISSING, () -> partial.content(content.id));
    assertThat(partial.missing(content.id)).contains(List.of(1));
    Files.write(file(content, "2"), new byte[3]);
    Files.write(file(content, "0"), new byte[MIB + 1]);
    open();
    assertThat(content.begin(partial)).containsExactly(0, 1, 2);
  }

  @Test
  void whatIsNotOfTheBlobIsNotKept() {
    final Content other = new Content(2 * MIB + 5, 2);
    assertCode(Code.REJECTED, () -> partial.add(content.id, 0, content.chunk(0)));
    assertCode(Code.REJECTED, () -> partial.begin(content.id, content.bytes.length, other.chunks));
    assertCode(Code.REJECTED, () -> partial.begin(content.id, MIB, content.chunks));
    assertThat(partial.missing(content.id)).isEmpty();
    content.begin(partial);
    assertCode(Code.REJECTED, () -> partial.add(content.id, 0, other.chunk(0)));
    assertCode(Code.REJECTED, () -> partial.add(content.id, 0, content.chunk(1)));
    assertCode(Code.REJECTED, () -> partial.add(content.id, 2, content.chunk(1)));
    assertCode(Code.REJECTED, () -> partial.add(content.id, 3, content.chunk(0)));
    assertCode(Code.REJECTED, () -> partial.add(content.id, -1, content.chunk(0)));
    assertThat(content.begin(partial)).containsExactly(0, 1, 2);
  }

  @Test
  void ofTooManyTheOneThatWasAskedForLongestAgoGoes() throws IOException {
    final List<Content> all = new ArrayList<>();
    for (int i = 0; i < PartialBlobs.MOST; i++) {
      all.add(new Content(10, 100 + i));
      all.get(i).begin(partial);
      partial.add(all.get(i).id, 0, all.get(i).chunk(0));
    }
    assertThat(partial.missing(all.getFirst().id)).contains(List.of());
    content.begin(partial);
    assertThat(partial.missing(all.get(0).id)).contains(List.of());
    assertThat(partial.missing(all.get(1).id)).isEmpty();
    assertThat(Durable.names(directory.resolve("fetching"))).hasSize(PartialBlobs.MOST);
    // those of earlier starts count too
    open();
    for (int i = 0; i < PartialBlobs.MOST; i++) {
      new Content(11, 200 + i).begin(partial);
      assertThat(Durable.names(directory.resolve("fetching"))).hasSize(PartialBlobs.MOST);
    }
    assertThat(partial.missing(content.id)).isEmpty();
  }
}
