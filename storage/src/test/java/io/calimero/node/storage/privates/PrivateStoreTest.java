// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.privates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Hash;
import io.calimero.node.events.PublicKey;
import io.calimero.node.events.WriteSet;
import io.calimero.node.events.WriteSet.Write;
import io.calimero.node.storage.StorageException;
import io.calimero.node.storage.internal.FaultyDisk;
import io.calimero.node.storage.internal.Trees;
import io.calimero.node.storage.privates.internal.FilePrivateStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrivateStoreTest {
  private static final ContextId CONTEXT = new ContextId(Hash.sha256(new byte[] {1}));
  private static final PublicKey EXECUTOR = new PublicKey(Hash.sha256(new byte[] {2}));
  private static final Bytes KEY = Bytes.utf8("key");

  @TempDir private Path parent;
  private Path directory;
  private PrivateStore store;

  @BeforeEach
  void open() {
    directory = parent.resolve("private");
    store = PrivateStore.open(directory);
  }

  private static WriteSet set(final String value) {
    return new WriteSet(List.of(new Write(KEY, Optional.of(Bytes.utf8(value)))));
  }

  private static Bytes seat(final int number) {
    return Bytes.wrap(
        Arrays.copyOf(Hash.sha256(Bytes.utf8("" + number).unsafeArray()).toByteArray(), 16));
  }

  private static Optional<String> value(final PrivateStore store, final Optional<Bytes> seat) {
    return store.rows(CONTEXT, EXECUTOR, seat).get(KEY).map(Bytes::toUtf8);
  }

  private void keep(final Optional<Bytes> seat, final int next, final String value) {
    store.keep(CONTEXT, EXECUTOR, seat, seat(next), set(value));
  }

  @Test
  void aChangeCountsFromItsSeatOn() {
    keep(Optional.empty(), 1, "one");
    for (final PrivateStore read : List.of(store, PrivateStore.open(directory))) {
      assertThat(value(read, Optional.empty())).isEmpty();
      assertThat(value(read, Optional.of(seat(1)))).contains("one");
      // whoever still reads a moment before finds what was there
      assertThat(value(read, Optional.empty())).isEmpty();
    }
  }

  @Test
  void ofTwoOnOneSeatTheOneThatTookTheNextCounts() {
    keep(Optional.empty(), 1, "given up");
    keep(Optional.empty(), 2, "ordered");
    assertThat(value(store, Optional.of(seat(2)))).contains("ordered");
    keep(Optional.of(seat(2)), 3, "third");
    assertThat(value(PrivateStore.open(directory), Optional.of(seat(3)))).contains("third");
  }

  @Test
  void aSeatThatIsNotKnownHereHasTheNewestRowsThatAre() {
    keep(Optional.empty(), 1, "one");
    assertThat(value(store, Optional.of(seat(1)))).contains("one");
    assertThat(value(store, Optional.of(seat(77)))).contains("one");
    keep(Optional.of(seat(77)), 78, "on");
    assertThat(value(PrivateStore.open(directory), Optional.of(seat(78)))).contains("on");
  }

  @Test
  void aContextIsDroppedWithAllItsRows() {
    keep(Optional.empty(), 1, "one");
    assertThat(store.contexts()).containsExactly(CONTEXT);
    store.drop(CONTEXT);
    assertThat(store.contexts()).isEmpty();
    assertThat(Trees.files(directory)).isEmpty();
    assertThat(value(store, Optional.of(seat(1)))).isEmpty();
  }

  @Test
  void whatIsTooLargeIsRefusedAndChangesNothing() {
    final Bytes large = Bytes.wrap(new byte[9 << 20]);
    store.keep(
        CONTEXT,
        EXECUTOR,
        Optional.empty(),
        seat(1),
        new WriteSet(List.of(new Write(KEY, Optional.of(large)))));
    assertThatThrownBy(
            () ->
                store.keep(
                    CONTEXT,
                    EXECUTOR,
                    Optional.of(seat(1)),
                    seat(2),
                    new WriteSet(List.of(new Write(Bytes.utf8("more"), Optional.of(large))))))
        .isInstanceOfSatisfying(
            StorageException.class,
            e -> assertThat(e.code()).isEqualTo(StorageException.Code.REJECTED));
    assertThat(store.rows(CONTEXT, EXECUTOR, Optional.of(seat(1))).get(KEY)).contains(large);
  }

  @Test
  void aFlippedBitIsFound() {
    keep(Optional.empty(), 1, "one");
    final Path file = Trees.files(directory).getFirst();
    for (int offset = 0; offset < file.toFile().length(); offset++) {
      Trees.flip(file, offset);
      assertThatThrownBy(() -> value(PrivateStore.open(directory), Optional.of(seat(1))))
          .as("byte %d", offset)
          .isInstanceOf(StorageException.class);
      Trees.flip(file, offset);
    }
  }

  @Test
  void aCrashAtAnyStepLosesNothingThatWasKept() {
    int step = 0;
    boolean reached = true;
    while (reached) {
      final Path home = parent.resolve("crash" + step);
      final FaultyDisk disk = FaultyDisk.crashingAt(step);
      final PrivateStore crashing = new FilePrivateStore(home, disk);
      int kept = 0;
      try {
        for (int i = 1; i <= 40; i++) {
          crashing.keep(CONTEXT, EXECUTOR, at(i - 1), seat(i), set("value " + i));
          kept = i;
          assertThat(value(crashing, at(i))).contains("value " + i);
        }
      } catch (final StorageException crash) {
        assertThat(disk.failed()).isTrue();
      }
      reached = disk.failed();
      final PrivateStore after = PrivateStore.open(home);
      assertThat(value(after, at(kept)))
          .as("step %d", step)
          .isEqualTo(kept == 0 ? Optional.empty() : Optional.of("value " + kept));
      after.keep(CONTEXT, EXECUTOR, at(kept), seat(99), set("on"));
      assertThat(value(PrivateStore.open(home), Optional.of(seat(99)))).contains("on");
      step += 3;
    }
    assertThat(step).isGreaterThan(100);
  }

  private static Optional<Bytes> at(final int number) {
    return number == 0 ? Optional.empty() : Optional.of(seat(number));
  }

  @Test
  void itDoesAsAModelDoes() {
    final long seed = Long.getLong("random.seed", System.nanoTime());
    final Random random = new Random(seed);
    final Map<Optional<Bytes>, Map<Bytes, Bytes>> model = new TreeMap<>(PrivateStoreTest::compare);
    model.put(Optional.empty(), Map.of());
    Optional<Bytes> seat = Optional.empty();
    for (int round = 1; round <= 120; round++) {
      final List<Bytes> attempts = new ArrayList<>();
      for (int attempt = 0; attempt <= random.nextInt(3); attempt++) {
        final Bytes next = seat(1000 * round + attempt);
        final Map<Bytes, Bytes> rows = new TreeMap<>(model.getOrDefault(seat, Map.of()));
        final WriteSet writes = writes(random, rows);
        store.keep(CONTEXT, EXECUTOR, seat, next, writes);
        model.put(Optional.of(next), rows);
        attempts.add(next);
      }
      if (random.nextInt(4) == 0) {
        store = PrivateStore.open(directory);
      }
      if (random.nextInt(10) > 0) {
        seat = Optional.of(attempts.get(random.nextInt(attempts.size())));
      }
      for (int key = 0; key < 6; key++) {
        final Bytes name = Bytes.utf8("k" + key);
        assertThat(store.rows(CONTEXT, EXECUTOR, seat).get(name))
            .as("random.seed %d, round %d", seed, round)
            .isEqualTo(Optional.ofNullable(model.getOrDefault(seat, Map.of()).get(name)));
      }
    }
    assertThat(Trees.files(directory)).hasSizeLessThan(100);
  }

  private static WriteSet writes(final Random random, final Map<Bytes, Bytes> rows) {
    final TreeMap<Bytes, Optional<Bytes>> writes = new TreeMap<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      final Bytes key = Bytes.utf8("k" + random.nextInt(6));
      final Optional<Bytes> value =
          random.nextInt(3) == 0
              ? Optional.empty()
              : Optional.of(Bytes.utf8("" + random.nextInt()));
      writes.put(key, value);
      value.ifPresentOrElse(it -> rows.put(key, it), () -> rows.remove(key));
    }
    return new WriteSet(
        writes.entrySet().stream().map(it -> new Write(it.getKey(), it.getValue())).toList());
  }

  private static int compare(final Optional<Bytes> one, final Optional<Bytes> other) {
    return one.orElse(Bytes.EMPTY).compareTo(other.orElse(Bytes.EMPTY));
  }
}
