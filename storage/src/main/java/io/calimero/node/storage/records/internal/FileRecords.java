// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.records.internal;

import io.calimero.node.events.Bytes;
import io.calimero.node.storage.StorageException;
import io.calimero.node.storage.StorageException.Code;
import io.calimero.node.storage.files.Disk;
import io.calimero.node.storage.files.DiskFile;
import io.calimero.node.storage.files.OutOfSpaceException;
import io.calimero.node.storage.internal.Durable;
import io.calimero.node.storage.records.RecordFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * A record file on a disk. Each group is forced before the next is written: one that is broken and
 * has a whole one behind it was stored once, so it is damage; one with nothing behind it is an
 * append that a crash cut short, as far as anyone can tell.
 */
public final class FileRecords implements RecordFile {
  private static final String DAMAGED = ".damaged";

  private final Disk disk;
  private final Path file;
  private final RandomGenerator random;
  private final Contents contents;
  private DiskFile open;
  private long seed;
  private long end;
  private boolean broken;

  /** Opens the file, or makes an empty one. */
  public FileRecords(final Disk disk, final Path file, final RandomGenerator random) {
    this.disk = disk;
    this.file = file;
    this.random = random;
    try {
      disk.createDirectory(parent());
      disk.delete(Durable.unfinished(file));
      if (disk.exists(file)) {
        open = disk.open(file);
        contents = read();
      } else {
        contents = new Contents(List.of(), 0, Optional.empty());
        open = make(List.of());
      }
    } catch (final IOException e) {
      throw trouble("opening " + file, e);
    }
  }

  private Contents read() throws IOException {
    final long size = open.size();
    if (size > Integer.MAX_VALUE - 64) {
      throw new IOException(file + " has " + size + " bytes, more than a record file can have");
    }
    final byte[] bytes = new byte[(int) size];
    final int had = open.read(ByteBuffer.wrap(bytes), 0);
    if (had < size) {
      throw new IOException(file + " ends after " + had + " of " + size + " bytes");
    }
    final Contents found = found(bytes);
    if (found.damage().isPresent()) {
      keepDamaged(bytes);
    }
    if (found.torn() > 0 || found.damage().isPresent()) {
      open.close();
      open = make(found.records());
    }
    return found;
  }

  private Contents found(final byte[] bytes) {
    final Optional<Long> read;
    try {
      read = Groups.seed(bytes);
    } catch (final Groups.NewerException e) {
      throw new StorageException(
          Code.NEWER_FORMAT, file + " was written by a newer version of the node", e);
    }
    if (read.isEmpty()) {
      return new Contents(List.of(), 0, Optional.of("its header is broken: all of it is lost"));
    }
    seed = read.get();
    final List<Bytes> records = new ArrayList<>();
    final List<String> damage = new ArrayList<>();
    int at = Groups.HEADER;
    while (at < bytes.length) {
      final Optional<Groups.Group> group = Groups.read(bytes, seed, at);
      if (group.isPresent()) {
        records.addAll(group.get().records());
        at = group.get().end();
      } else {
        final Optional<Integer> next = Groups.next(bytes, seed, at);
        if (next.isEmpty()) {
          break;
        }
        damage.add("what stood from byte " + at + " to " + next.get() + " is lost");
        at = next.get();
      }
    }
    end = at;
    return new Contents(
        List.copyOf(records),
        bytes.length - at,
        damage.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", damage)));
  }

  /** One copy is kept, the newest: it is for people to look at. */
  private void keepDamaged(final byte[] bytes) throws IOException {
    final Path kept = file.resolveSibling(Durable.name(file) + DAMAGED);
    disk.delete(kept);
    try (DiskFile copy = disk.create(kept)) {
      copy.write(ByteBuffer.wrap(bytes), 0);
      copy.force();
    }
    disk.forceDirectory(parent());
  }

  @Override
  public Contents contents() {
    return contents;
  }

  @Override
  public void append(final List<Bytes> records) {
    if (broken) {
      throw new StorageException(Code.IO, file + " must be written anew first");
    }
    final byte[] group = Groups.group(seed, end, records);
    try {
      open.write(ByteBuffer.wrap(group), end);
      open.force();
      end += group.length;
    } catch (final IOException e) {
      broken = true;
      takeBack(group.length, e);
      throw trouble("storing in " + file, e);
    }
  }

  /** What could not be stored must not turn up again after all. */
  private void takeBack(final int length, final IOException because) {
    try {
      open.write(ByteBuffer.allocate(Math.min(length, Groups.GROUP_HEADER)), end);
      open.force();
    } catch (final IOException e) {
      because.addSuppressed(e);
      throw new StorageException(
          Code.IO,
          "storing in " + file + " failed, and whether it is stored is open until it works again",
          because);
    }
  }

  @Override
  public void rewrite(final List<Bytes> records) {
    try {
      final DiskFile old = open;
      open = make(records);
      old.close();
    } catch (final IOException e) {
      throw trouble("writing " + file + " anew", e);
    }
  }

  /** Makes a whole new file in place of the one of the name, if there is one. */
  private DiskFile make(final List<Bytes> records) throws IOException {
    final Path unfinished = Durable.unfinished(file);
    disk.delete(unfinished);
    final long newSeed = random.nextLong();
    final DiskFile made = disk.create(unfinished);
    long at = Groups.HEADER;
    try {
      made.write(ByteBuffer.wrap(Groups.header(newSeed)), 0);
      for (final List<Bytes> part : Groups.parts(records)) {
        final byte[] group = Groups.group(newSeed, at, part);
        made.write(ByteBuffer.wrap(group), at);
        at += group.length;
      }
      made.force();
      disk.move(unfinished, file);
      disk.forceDirectory(parent());
    } catch (final IOException e) {
      // Which file has the name is open now.
      broken = true;
      made.close();
      throw e;
    }
    seed = newSeed;
    end = at;
    broken = false;
    return made;
  }

  @Override
  public boolean mustBeRewritten() {
    return broken;
  }

  @Override
  public long size() {
    return end;
  }

  @Override
  public void close() {
    try {
      open.close();
    } catch (final IOException e) {
      throw trouble("closing " + file, e);
    }
  }

  private Path parent() {
    final Path parent = file.toAbsolutePath().getParent();
    if (parent == null) {
      throw new IllegalArgumentException("no directory holds " + file);
    }
    return parent;
  }

  private static StorageException trouble(final String doing, final IOException e) {
    return e instanceof OutOfSpaceException
        ? new StorageException(
            Code.FULL, doing + " failed: the disk is full; make room and try again", e)
        : new StorageException(Code.IO, doing + " failed: " + e.getMessage(), e);
  }
}
