// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.calimero.node.events.ContextId;
import io.calimero.node.events.Hash;
import io.calimero.node.events.crypto.EpochKey;
import io.calimero.node.events.crypto.KeyPair;
import io.calimero.node.storage.Access;
import io.calimero.node.storage.StorageException;
import io.calimero.node.storage.StorageException.Code;
import io.calimero.node.storage.internal.FaultyDisk;
import io.calimero.node.storage.internal.Trees;
import io.calimero.node.storage.keys.EpochKeyStore.Kept;
import io.calimero.node.storage.keys.internal.FileEpochKeyStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EpochKeyStoreTest {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final ContextId CONTEXT = new ContextId(Hash.sha256(new byte[] {1}));
  private static final KeyPair COORDINATOR = KeyPair.ofSecret(Hash.sha256(new byte[] {2}));

  @TempDir private Path parent;
  private Path directory;
  private EpochKeyStore store;

  @BeforeEach
  void open() {
    directory = parent.resolve("epochs");
    store = EpochKeyStore.open(directory, Access.READ_WRITE);
  }

  private static Kept key(final long epoch) {
    return new Kept(epoch, EpochKey.generate(RANDOM), COORDINATOR.sign(Hash.ZERO));
  }

  private static void assertCode(final Code code, final ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(StorageException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  private static void assertSame(final List<Kept> found, final List<Kept> expected) {
    assertThat(found).hasSameSizeAs(expected);
    for (int i = 0; i < found.size(); i++) {
      assertThat(found.get(i).epoch()).isEqualTo(expected.get(i).epoch());
      assertThat(found.get(i).signature()).isEqualTo(expected.get(i).signature());
      assertThat(found.get(i).key().secret()).isEqualTo(expected.get(i).key().secret());
    }
  }

  @Test
  void keysAreFoundAgainInTheirOrderAndReplacedAsAWhole() {
    assertThat(store.load(CONTEXT)).isEmpty();
    final List<Kept> keys = List.of(key(1), key(3), key(3));
    store.save(CONTEXT, keys);
    final EpochKeyStore reopened = EpochKeyStore.open(directory, Access.READ_ONLY);
    assertSame(reopened.load(CONTEXT), keys);
    assertCode(Code.PERMISSION, () -> reopened.save(CONTEXT, keys));
    store.save(CONTEXT, keys.subList(1, 2));
    assertSame(store.load(CONTEXT), keys.subList(1, 2));
    store.remove(CONTEXT);
    store.remove(CONTEXT);
    assertThat(store.load(CONTEXT)).isEmpty();
    assertThat(Trees.files(directory)).isEmpty();
  }

  @Test
  void onlyTheOwnerMayReadThem() throws IOException {
    store.save(CONTEXT, List.of(key(1)));
    final Path file = Trees.files(directory).getFirst();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
        .isEqualTo("rwx------");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    assertCode(Code.PERMISSION, () -> store.load(CONTEXT));
  }

  @Test
  void aFileThatWasChangedIsDamagedAndTellsNothingOfTheKeys() throws IOException {
    final Kept kept = key(1);
    store.save(CONTEXT, List.of(kept));
    final Path file = Trees.files(directory).getFirst();
    final byte[] good = Files.readAllBytes(file);
    for (int i = 0; i < good.length; i++) {
      final byte[] bad = good.clone();
      bad[i] ^= 1;
      Files.write(file, bad);
      assertThatThrownBy(() -> store.load(CONTEXT))
          .isInstanceOf(StorageException.class)
          .hasMessageNotContaining(HexFormat.of().formatHex(kept.key().secret()));
    }
    for (int length = 0; length < good.length; length += 5) {
      Files.write(file, Arrays.copyOf(good, length));
      assertCode(Code.CORRUPT, () -> store.load(CONTEXT));
    }
    Files.write(file, new byte[5000]);
    assertThatThrownBy(() -> store.load(CONTEXT)).isInstanceOf(StorageException.class);
    // The keys of another context are not these
    Files.write(file, good);
    final ContextId other = new ContextId(Hash.sha256(new byte[] {9}));
    Files.copy(file, directory.resolve(other + ".epochs"));
    assertCode(Code.CORRUPT, () -> store.load(other));
  }

  @Test
  void whereverWritingBreaksOffTheOldKeysOrTheNewAreThere() {
    final List<Kept> before = List.of(key(1));
    final List<Kept> after = List.of(key(1), key(2));
    store.save(CONTEXT, before);
    for (int step = 0; ; step++) {
      final FaultyDisk disk = FaultyDisk.crashingAt(step);
      boolean returned = true;
      try {
        new FileEpochKeyStore(directory, Access.READ_WRITE, disk).save(CONTEXT, after);
      } catch (final StorageException e) {
        returned = false;
      }
      final EpochKeyStore reopened = EpochKeyStore.open(directory, Access.READ_WRITE);
      final int found = reopened.load(CONTEXT).size();
      assertThat(found).isIn(returned ? List.of(2) : List.of(1, 2));
      assertThat(Trees.files(directory)).hasSize(1);
      reopened.save(CONTEXT, before);
      if (!disk.failed()) {
        assertThat(step).isGreaterThan(3);
        break;
      }
    }
    store.save(CONTEXT, after);
    assertSame(store.load(CONTEXT), after);
  }
}
