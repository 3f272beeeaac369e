// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.calimero.node.events.Hash;
import io.calimero.node.events.crypto.KeyPair;
import io.calimero.node.storage.Access;
import io.calimero.node.storage.StorageException;
import io.calimero.node.storage.StorageException.Code;
import io.calimero.node.storage.internal.FaultyDisk;
import io.calimero.node.storage.internal.Trees;
import io.calimero.node.storage.keys.internal.FileKeyStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Arrays;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyStoreTest {
  private static final KeyPair ONE = KeyPair.ofSecret(secret(1));
  private static final KeyPair SEVEN = KeyPair.ofSecret(secret(7));

  @TempDir private Path parent;
  private Path directory;
  private KeyStore store;

  @BeforeEach
  void open() {
    directory = parent.resolve("keys");
    store = KeyStore.open(directory, Access.READ_WRITE);
  }

  private static Hash secret(final int value) {
    final byte[] bytes = new byte[Hash.LENGTH];
    Arrays.fill(bytes, (byte) value);
    return Hash.of(bytes);
  }

  private static AbstractThrowableAssert<?, ?> assertCode(
      final Code code, final ThrowingCallable call) {
    return assertThatThrownBy(call)
        .isInstanceOfSatisfying(StorageException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  @Test
  void aPairIsFoundAgain() {
    store.add(ONE);
    store.add(ONE);
    final KeyPair made = store.generate(new SecureRandom());
    final KeyStore reopened = KeyStore.open(directory, Access.READ_ONLY);
    assertThat(reopened.find(ONE.publicKey()).orElseThrow().secret()).isEqualTo(ONE.secret());
    assertThat(reopened.find(made.publicKey()).orElseThrow().secret()).isEqualTo(made.secret());
    assertThat(reopened.find(SEVEN.publicKey())).isEmpty();
    assertThat(reopened.list()).containsExactlyInAnyOrder(ONE.publicKey(), made.publicKey());
    assertCode(Code.PERMISSION, () -> reopened.add(SEVEN));
  }

  @Test
  void aRemovedPairIsGone() {
    store.add(ONE);
    assertThat(store.remove(ONE.publicKey())).isTrue();
    assertThat(store.remove(ONE.publicKey())).isFalse();
    assertThat(store.list()).isEmpty();
    assertThat(Trees.files(directory)).isEmpty();
  }

  @Test
  void onlyTheOwnerMayReadThem() throws IOException {
    store.add(ONE);
    final Path file = Trees.files(directory).getFirst();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
        .isEqualTo("rwx------");
    for (final String open : new String[] {"rw-r-----", "rw----r--", "rw--w----", "rw------x"}) {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(open));
      assertCode(Code.PERMISSION, () -> store.find(ONE.publicKey()))
          .hasMessageContaining("chmod")
          .hasMessageContaining(open);
    }
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--------"));
    assertThat(store.find(ONE.publicKey())).isPresent();
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-x---"));
    assertCode(Code.PERMISSION, () -> KeyStore.open(directory, Access.READ_WRITE));
  }

  @Test
  void everyFlippedByteIsNoticedAndNoSecretIsTold() {
    store.add(ONE);
    final Path file = Trees.files(directory).getFirst();
    for (int offset = 0; offset < file.toFile().length(); offset++) {
      Trees.flip(file, offset);
      final int at = offset;
      assertThatThrownBy(() -> store.find(ONE.publicKey()))
          .as("byte %d", at)
          .isInstanceOf(StorageException.class)
          .hasMessageContaining(file.toString())
          .hasMessageNotContaining(ONE.secret().toString());
      Trees.flip(file, offset);
    }
    assertThat(store.find(ONE.publicKey())).isPresent();
    assertThat(store.toString() + store.find(ONE.publicKey()))
        .doesNotContain(ONE.secret().toString());
  }

  @Test
  void theFileOfAnotherIdentityIsRefused() throws IOException {
    store.add(ONE);
    final Path file = Trees.files(directory).getFirst();
    Files.move(file, file.resolveSibling(SEVEN.publicKey() + ".key"));
    assertCode(Code.CORRUPT, () -> store.find(SEVEN.publicKey()));
  }

  @Test
  void aCrashAtAnyStepLeavesThePairOrNothing() {
    for (int step = 0; ; step++) {
      final FaultyDisk disk = FaultyDisk.crashingAt(step);
      boolean returned = true;
      try {
        new FileKeyStore(directory, Access.READ_WRITE, disk).add(ONE);
      } catch (final StorageException e) {
        returned = false;
      }
      final KeyStore after = KeyStore.open(directory, Access.READ_WRITE);
      final boolean found = after.find(ONE.publicKey()).isPresent();
      assertThat(found || !returned).isTrue();
      assertThat(Trees.files(directory)).hasSize(found ? 1 : 0);
      after.remove(ONE.publicKey());
      if (!disk.failed()) {
        assertThat(step).isGreaterThan(3);
        return;
      }
    }
  }

  @Test
  void aFullDiskIsSaid() {
    assertCode(
        Code.FULL,
        () -> new FileKeyStore(directory, Access.READ_WRITE, FaultyDisk.fullAt(0)).add(ONE));
    assertThat(Trees.files(directory)).isEmpty();
  }

  @Test
  void theNodesKeyIsMadeOnce() throws IOException {
    final Path file = parent.resolve("node.key");
    assertThat(NodeKey.read(file)).isEmpty();
    final KeyPair made = NodeKey.readOrCreate(file, new SecureRandom());
    final KeyPair again = NodeKey.readOrCreate(file, new SecureRandom());
    assertThat(again.secret()).isEqualTo(made.secret());
    assertThat(NodeKey.read(file).orElseThrow().publicKey()).isEqualTo(made.publicKey());
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    assertCode(Code.PERMISSION, () -> NodeKey.readOrCreate(file, new SecureRandom()));
  }
}
