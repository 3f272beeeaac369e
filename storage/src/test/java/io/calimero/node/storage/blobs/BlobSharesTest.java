// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.blobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.calimero.node.events.BlobId;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Hash;
import io.calimero.node.storage.Access;
import io.calimero.node.storage.StorageException;
import io.calimero.node.storage.internal.Trees;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In which contexts blobs are shared. */
class BlobSharesTest {
  private static final ContextId ONE = context(1);
  private static final ContextId OTHER = context(2);
  private static final byte[] CONTENT = {1, 2, 3};

  @TempDir private Path directory;
  private BlobStore store;
  private BlobId blob;

  private static ContextId context(final int number) {
    return new ContextId(Hash.sha256(Integer.toString(number).getBytes(StandardCharsets.US_ASCII)));
  }

  @BeforeEach
  void open() {
    store = BlobStore.open(directory, Access.READ_WRITE);
    blob = put();
  }

  private BlobId put() {
    return store
        .put(
            new ByteArrayInputStream(CONTENT),
            new SizeGuard.Exactly(CONTENT.length),
            Optional.empty())
        .id();
  }

  private Path record() {
    return directory.resolve("shares").resolve(blob.toString());
  }

  @Test
  void aBlobIsSharedInTheContextsThatWereNamedAlsoAfterARestart() {
    assertThat(store.isShared(blob, ONE)).isFalse();
    assertThat(store.share(blob, ONE)).isTrue();
    assertThat(store.share(blob, ONE)).isTrue();
    assertThat(store.isShared(blob, ONE)).isTrue();
    assertThat(store.isShared(blob, OTHER)).isFalse();
    store = BlobStore.open(directory, Access.READ_WRITE);
    assertThat(store.isShared(blob, ONE)).isTrue();
    assertThat(store.share(blob, OTHER)).isTrue();
    assertThat(store.isShared(blob, ONE)).isTrue();
    assertThat(store.isShared(blob, OTHER)).isTrue();
  }

  @Test
  void whatIsNotHereIsNotShared() {
    final BlobId missing = new BlobId(Hash.ZERO);
    assertThat(store.share(missing, ONE)).isFalse();
    assertThat(store.isShared(missing, ONE)).isFalse();
    assertThat(directory.resolve("shares")).doesNotExist();
  }

  @Test
  void theRecordGoesWithItsBlobAndDoesNotComeAgainWithIt() {
    store.share(blob, ONE);
    assertThat(store.delete(blob)).isTrue();
    assertThat(Trees.files(directory)).isEmpty();
    assertThat(put()).isEqualTo(blob);
    assertThat(store.isShared(blob, ONE)).isFalse();
  }

  @Test
  void aRecordWithoutItsBlobIsClearedAwayAtTheNextStart() throws IOException {
    store.share(blob, ONE);
    final byte[] left = Files.readAllBytes(record());
    store.delete(blob);
    Files.write(record(), left);
    store = BlobStore.open(directory, Access.READ_WRITE);
    put();
    assertThat(store.isShared(blob, ONE)).isFalse();
  }

  @Test
  void aRecordThatIsTornOrAlteredSharesNothingAndHarmsNothing() throws IOException {
    store.share(blob, ONE);
    final byte[] whole = Files.readAllBytes(record());
    final Random random = new Random(5);
    for (int length = 0; length < whole.length; length++) {
      Files.write(record(), Arrays.copyOf(whole, length));
      assertThat(store.isShared(blob, ONE)).as("%d bytes", length).isFalse();
      assertThat(record()).doesNotExist();
    }
    final byte[] altered = whole.clone();
    altered[9 + random.nextInt(whole.length - 9)] ^= 1;
    Files.write(record(), altered);
    assertThat(store.isShared(blob, ONE)).isFalse();
    assertThat(store.read(blob, 10).toByteArray()).isEqualTo(CONTENT);
    assertThat(store.share(blob, ONE)).isTrue();
    assertThat(store.isShared(blob, ONE)).isTrue();
  }

  @Test
  void inTooManyContextsItIsNotShared() throws IOException {
    for (int i = 0; i < 256; i++) {
      store.share(blob, context(i));
    }
    assertThatThrownBy(() -> store.share(blob, context(256)))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("256 contexts");
    assertThat(store.share(blob, context(255))).isTrue();
    assertThat(Files.size(record())).isLessThan(1 << 16);
  }

  @Test
  void anUploadIsStoredIfItHasTheNameOrTheDigestThatItMust() {
    final Hash name = blob.hash();
    final Hash digest = Hash.sha256(CONTENT);
    store.delete(blob);
    for (final Hash right : new Hash[] {name, digest}) {
      final BlobUpload upload = store.begin(10);
      upload.write(CONTENT);
      assertThat(upload.finish(right).id()).isEqualTo(blob);
      store.delete(blob);
    }
    final BlobUpload upload = store.begin(10);
    upload.write(CONTENT);
    assertThatThrownBy(() -> upload.finish(Hash.ZERO)).hasMessageContaining("expected the blob");
    assertThat(Trees.files(directory)).isEmpty();
  }
}
