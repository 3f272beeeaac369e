// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.records.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.calimero.node.events.Bytes;
import io.calimero.node.storage.StorageException;
import io.calimero.node.storage.files.SimDisk;
import io.calimero.node.storage.records.RecordFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Record files on a disk that fails as disks do. */
class FileRecordsTest {
  private static final Path FILE = Path.of("/home/pending/pool");
  private static final Path DAMAGED = Path.of("/home/pending/pool.damaged");

  private final Random dice = new Random(4711);

  private FileRecords open(final SimDisk disk) {
    return new FileRecords(disk, FILE, new Random(dice.nextLong()));
  }

  private static Bytes text(final String text) {
    return Bytes.utf8(text);
  }

  @Test
  void whatWasAppendedIsThereInItsOrderAfterOpeningAgain() {
    final SimDisk disk = new SimDisk();
    try (FileRecords file = open(disk)) {
      file.append(List.of(text("one"), text("")));
      file.append(List.of(text("three")));
    }
    try (FileRecords file = open(disk)) {
      assertThat(file.contents().records()).containsExactly(text("one"), text(""), text("three"));
      assertThat(file.contents().torn()).isZero();
      assertThat(file.contents().damage()).isEmpty();
      file.rewrite(List.of(text("two")));
      file.append(List.of(text("four")));
    }
    try (FileRecords file = open(disk)) {
      assertThat(file.contents().records()).containsExactly(text("two"), text("four"));
    }
  }

  @Test
  void itIsAFileOfTheRealDiskToo(@TempDir final Path directory) {
    final Path path = directory.resolve("pending").resolve("pool");
    try (RecordFile file = RecordFile.open(path)) {
      file.append(List.of(text("one")));
    }
    try (RecordFile file = RecordFile.open(path)) {
      assertThat(file.contents().records()).containsExactly(text("one"));
    }
  }

  /**
   * The power fails at each step; groups are there whole, in order, and none that was done lacks.
   */
  @Test
  void aPowerFailureAtAnyStepLosesNothingThatWasDone() {
    for (int step = 0; step < 60; step++) {
      for (int seed = 0; seed < 10; seed++) {
        final Random random = new Random(31L * step + seed);
        final SimDisk disk = new SimDisk();
        final List<Bytes> all = new ArrayList<>();
        int done = 0;
        int tried = 0;
        final FileRecords file = open(disk);
        disk.failAfter(step);
        try {
          for (int i = 0; i < 30; i++) {
            final List<Bytes> group = group(random, i);
            tried = all.size() + group.size();
            all.addAll(group);
            if (random.nextInt(6) == 0) {
              file.rewrite(all);
            } else {
              file.append(group);
            }
            done = all.size();
          }
        } catch (final StorageException expected) {
          assertThat(expected.code()).isEqualTo(StorageException.Code.IO);
        }
        final SimDisk after =
            random.nextBoolean() ? disk.afterKill() : disk.afterPowerFailure(random);
        final RecordFile.Contents contents = open(after).contents();
        assertThat(contents.damage()).as("step %d seed %d", step, seed).isEmpty();
        assertThat(contents.records())
            .as("step %d seed %d", step, seed)
            .hasSizeBetween(done, tried)
            .isEqualTo(all.subList(0, contents.records().size()));
        assertThat(open(after).contents().torn()).isZero();
      }
    }
  }

  private static List<Bytes> group(final Random random, final int number) {
    return IntStream.rangeClosed(0, random.nextInt(3))
        .mapToObj(i -> text(number + "." + i + "x".repeat(random.nextInt(700))))
        .toList();
  }

  @Test
  void aTornTailIsCutAndTheRestServed() {
    final SimDisk disk = new SimDisk();
    final FileRecords file = open(disk);
    file.append(List.of(text("one")));
    final long whole = file.size();
    file.append(List.of(text("two and some more")));
    disk.setBytes(FILE, Arrays.copyOf(disk.bytes(FILE), (int) file.size() - 3));
    final FileRecords again = open(disk);
    assertThat(again.contents().records()).containsExactly(text("one"));
    assertThat(again.contents().torn()).isEqualTo(file.size() - 3 - whole);
    assertThat(again.contents().damage()).isEmpty();
    again.append(List.of(text("three")));
    assertThat(open(disk).contents().records()).containsExactly(text("one"), text("three"));
  }

  /** One bit of what was stored, wherever it is, costs its group at most and is told. */
  @Test
  void aFlippedBitIsReportedAndCostsNothingElse() {
    final List<Bytes> all = List.of(text("one"), text("two"), text("three"), text("four"));
    for (int trial = 0; trial < 400; trial++) {
      final SimDisk disk = new SimDisk();
      final FileRecords file = open(disk);
      all.forEach(each -> file.append(List.of(each)));
      final byte[] bytes = disk.bytes(FILE);
      bytes[dice.nextInt(bytes.length)] ^= (byte) (1 << dice.nextInt(8));
      disk.setBytes(FILE, bytes);
      final RecordFile.Contents found = open(disk).contents();
      assertThat(all).containsSubsequence(found.records());
      assertThat(found.records()).hasSizeGreaterThanOrEqualTo(3);
      if (found.records().size() == 3) {
        assertThat(found.damage().isPresent() || found.torn() > 0).isTrue();
      }
      assertThat(disk.exists(DAMAGED)).isEqualTo(found.damage().isPresent());
      // What is left is good from now on.
      assertThat(open(disk).contents())
          .isEqualTo(new RecordFile.Contents(found.records(), 0, Optional.empty()));
    }
  }

  @Test
  void foreignBytesAreNoRecords() {
    for (int trial = 0; trial < 500; trial++) {
      final SimDisk disk = new SimDisk();
      open(disk).append(List.of(text("one")));
      final byte[] noise = new byte[dice.nextInt(300)];
      dice.nextBytes(noise);
      disk.setBytes(FILE, noise);
      final RecordFile.Contents found = open(disk).contents();
      assertThat(found.records()).isEmpty();
      assertThat(found.damage()).isPresent();
      assertThat(disk.bytes(DAMAGED)).isEqualTo(noise);
    }
  }

  /** Bytes of a record that look like a group are none: who writes them cannot know the seed. */
  @Test
  void aGroupInsideARecordIsNotRead() {
    final SimDisk other = new SimDisk();
    open(other).append(List.of(text("forged")));
    final byte[] forged = other.bytes(FILE);
    final SimDisk disk = new SimDisk();
    final FileRecords file = open(disk);
    file.append(List.of(Bytes.wrap(Arrays.copyOfRange(forged, Groups.HEADER, forged.length))));
    final byte[] bytes = disk.bytes(FILE);
    bytes[Groups.HEADER] ^= 1;
    disk.setBytes(FILE, bytes);
    assertThat(open(disk).contents().records()).isEmpty();
  }

  @Test
  void aFullDiskRefusesAndWhatWasRefusedIsNotThereLater() {
    final SimDisk disk = new SimDisk();
    final FileRecords file = open(disk);
    file.append(List.of(text("one")));
    disk.setCapacity(disk.used() + 20);
    assertThatThrownBy(() -> file.append(List.of(text("too long for what is left of the disk"))))
        .isInstanceOfSatisfying(
            StorageException.class,
            failure -> assertThat(failure.code()).isEqualTo(StorageException.Code.FULL));
    assertThat(file.mustBeRewritten()).isTrue();
    assertThat(open(disk.afterKill()).contents().records()).containsExactly(text("one"));
    disk.setCapacity(Long.MAX_VALUE);
    file.rewrite(List.of(text("one")));
    file.append(List.of(text("two")));
    assertThat(open(disk).contents().records()).containsExactly(text("one"), text("two"));
  }

  @Test
  void whatCannotBeForcedIsNotThereLater() {
    final SimDisk disk = new SimDisk();
    final FileRecords file = open(disk);
    file.append(List.of(text("one")));
    disk.setFailingForces(_ -> true);
    assertThatThrownBy(() -> file.append(List.of(text("two"))))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("is open until it works again");
    assertThat(file.mustBeRewritten()).isTrue();
    disk.setFailingForces(_ -> false);
    file.rewrite(List.of(text("one")));
    assertThat(open(disk.afterPowerFailure(dice)).contents().records())
        .containsExactly(text("one"));
  }

  @Test
  void aLaterFormatIsNotTouched() {
    final SimDisk disk = new SimDisk();
    final byte[] later = Groups.header(7);
    // The first copy is that of a later version; its checksum is right.
    final byte[] made = laterHeader();
    System.arraycopy(made, 0, later, 0, made.length);
    open(disk);
    disk.setBytes(FILE, later);
    assertThatThrownBy(() -> open(disk))
        .isInstanceOfSatisfying(
            StorageException.class,
            failure -> assertThat(failure.code()).isEqualTo(StorageException.Code.NEWER_FORMAT));
    assertThat(disk.bytes(FILE)).isEqualTo(later);
  }

  private static byte[] laterHeader() {
    final byte[] header = Arrays.copyOf(Groups.header(7), 24);
    header[8] = 2;
    final CRC32C crc = new CRC32C();
    crc.update(new byte[Long.BYTES]);
    crc.update(header, 0, 20);
    final int sum = (int) crc.getValue();
    for (int i = 0; i < 4; i++) {
      header[20 + i] = (byte) (sum >>> (8 * i));
    }
    return header;
  }
}
