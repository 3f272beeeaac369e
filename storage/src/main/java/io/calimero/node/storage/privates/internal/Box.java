// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.privates.internal;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.WriteSet;
import io.calimero.node.events.codec.BorshReader;
import io.calimero.node.events.codec.Codec;
import io.calimero.node.events.codec.MalformedException;
import io.calimero.node.storage.StorageException;
import io.calimero.node.storage.StorageException.Code;
import io.calimero.node.storage.internal.Disk;
import io.calimero.node.storage.internal.Durable;
import io.calimero.node.storage.internal.Seal;
import io.calimero.node.storage.privates.PrivateStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The private storage of one executor in one context: a directory with the rows as they were at
 * some seat, and a file for each change since. Changes are never rewritten: from time to time the
 * rows are, and what they contain or what can never count any more is deleted.
 */
final class Box {
  /** How the names of changes end. */
  static final String CHANGE = ".change";

  private static final Logger LOG = LoggerFactory.getLogger(Box.class);
  private static final String ROWS = "rows";
  private static final Seal ROWS_SEAL = new Seal("caliprvr", "file of private rows", 1);
  private static final Seal CHANGE_SEAL = new Seal("caliprvc", "private change", 1);

  /** After so many changes that count the rows are written anew. */
  private static final int COMPACT = 16;

  private static final int LIMIT = 256 << 20;

  private final Disk disk;
  private final Path directory;
  private final Map<Bytes, Change> changes = new LinkedHashMap<>();
  private Settled settled;
  private Settled before;
  private long numbers;
  private int sinceCompaction;

  private Box(final Disk disk, final Path directory, final Settled settled) {
    this.disk = disk;
    this.directory = directory;
    this.settled = settled;
    before = settled;
  }

  /** What is in the directory, which need not be there. */
  static Box read(final Disk disk, final Path directory) throws IOException {
    final Path rows = directory.resolve(ROWS);
    final Box box =
        new Box(
            disk,
            directory,
            Files.exists(rows) ? open(rows, ROWS_SEAL, Settled.CODEC) : Settled.NONE);
    final List<Change> found = new ArrayList<>();
    for (final String name : Durable.names(directory)) {
      if (name.endsWith(CHANGE)) {
        found.add(open(directory.resolve(name), CHANGE_SEAL, Change.CODEC));
      } else if (name.endsWith(Durable.UNFINISHED)) {
        disk.delete(directory.resolve(name));
      }
    }
    found.sort(Comparator.comparingLong(Change::number));
    for (final Change change : found) {
      box.changes.put(change.next(), change);
      box.numbers = Math.max(box.numbers, change.number());
    }
    return box;
  }

  private static <T> T open(final Path file, final Seal seal, final Codec<T> codec)
      throws IOException {
    try {
      final BorshReader in = seal.open(Durable.read(file, LIMIT));
      final T content = in.value(codec);
      in.expectEnd();
      return content;
    } catch (final MalformedException e) {
      throw new StorageException(
          Code.CORRUPT,
          file + " is damaged: " + e.getMessage() + "; put back a copy, it cannot be made anew",
          e);
    }
  }

  /** How many bytes it takes in memory, roughly. */
  synchronized long weight() {
    long weight = 2 * settled.bytes() + 1024;
    for (final Change change : changes.values()) {
      weight += 256;
      for (final WriteSet.Write write : change.writes().writes()) {
        weight += write.key().length() + (long) write.value().map(Bytes::length).orElse(0);
      }
    }
    return weight;
  }

  /** Whether the rows at that seat can be told. */
  synchronized boolean knows(final Optional<Bytes> seat) {
    return seat.isEmpty()
        || settled.seat().equals(seat)
        || before.seat().equals(seat)
        || !way(seat).isEmpty();
  }

  /** The rows at a seat. */
  synchronized PrivateStore.Rows rows(final Optional<Bytes> seat) {
    return at(seat);
  }

  private Settled at(final Optional<Bytes> seat) {
    if (settled.seat().equals(seat)) {
      return settled;
    }
    if (before.seat().equals(seat)) {
      return before;
    }
    final List<Change> way = way(seat);
    if (way.isEmpty()) {
      return seat.isEmpty() ? settled : newest();
    }
    before = settled;
    for (final Change change : way) {
      settled = settled.after(change);
      sinceCompaction++;
    }
    return settled;
  }

  /** The best that can be told for a seat that is not known here. */
  private Settled newest() {
    LOG.warn(
        "the private storage {} does not have what the log says was changed last:"
            + " an older copy of the home, or a key that is used on another node",
        directory);
    Settled newest = settled;
    if (!changes.isEmpty()) {
      final Change last = List.copyOf(changes.values()).getLast();
      for (final Change change : way(Optional.of(last.next()))) {
        newest = newest.after(change);
      }
    }
    return newest;
  }

  /** The changes from the settled rows to a seat; none if it is not known here. */
  private List<Change> way(final Optional<Bytes> seat) {
    final List<Change> way = new ArrayList<>();
    Optional<Change> change = seat.map(changes::get);
    while (change.isPresent() && way.size() <= changes.size()) {
      way.addFirst(change.get());
      change =
          change.get().seat().equals(settled.seat())
              ? Optional.empty()
              : change.get().seat().map(changes::get);
    }
    return way;
  }

  /** Keeps a change, durably. */
  synchronized void keep(final Optional<Bytes> seat, final Bytes next, final WriteSet writes)
      throws IOException {
    if (!knows(seat)) {
      settled = new Settled(seat, newest().map(), newest().bytes());
      before = settled;
      Durable.makeDirectory(disk, directory.resolveSibling(".").normalize());
      Durable.makeDirectory(disk, directory);
      compact();
    }
    final Settled base = at(seat);
    final Change change = new Change(++numbers, seat, next, writes);
    if (base.after(change).bytes() > PrivateStore.MAX_BYTES) {
      throw new StorageException(
          Code.REJECTED,
          "the private storage of an executor holds at most " + PrivateStore.MAX_BYTES + " bytes");
    }
    if (sinceCompaction >= COMPACT) {
      compact();
    }
    final List<Change> open = open(settled.seat());
    if (open.size() >= PrivateStore.MAX_OPEN) {
      forget(open.getFirst());
    }
    Durable.makeDirectory(disk, directory.resolveSibling(".").normalize());
    Durable.makeDirectory(disk, directory);
    Durable.write(
        disk, directory.resolve(change.file()), CHANGE_SEAL.close(Change.CODEC.encode(change)));
    changes.put(next, change);
  }

  /** The changes that can still count, in their order: those that began on this seat or later. */
  private List<Change> open(final Optional<Bytes> seat) {
    final List<Change> open = new ArrayList<>();
    for (final Change change : changes.values()) {
      if (change.seat().equals(seat)
          || open.stream().anyMatch(it -> Optional.of(it.next()).equals(change.seat()))) {
        open.add(change);
      }
    }
    return open;
  }

  /** Writes the rows anew; what they contain, and what can never count any more, goes. */
  private void compact() throws IOException {
    Durable.write(disk, directory.resolve(ROWS), ROWS_SEAL.close(Settled.CODEC.encode(settled)));
    final List<Change> open = open(settled.seat());
    for (final Change change : List.copyOf(changes.values())) {
      if (!open.contains(change)) {
        forget(change);
      }
    }
    sinceCompaction = 0;
  }

  private void forget(final Change change) throws IOException {
    disk.delete(directory.resolve(change.file()));
    changes.remove(change.next());
  }
}
