// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.files;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A disk in memory that can lose power: what was not forced is then lost, torn at 512 bytes or
 * kept, as the dice fall. It can also be full, refuse to force, and count its operations.
 */
public final class SimDisk implements Disk {
  private static final int SECTOR = 512;

  private final Map<Path, Inode> names = new TreeMap<>();
  private final Map<Path, Inode> durableNames = new TreeMap<>();
  private long capacity = Long.MAX_VALUE;
  private long operationsLeft = Long.MAX_VALUE;
  private long operations;
  private long forces;
  private Predicate<Path> failingForces = path -> false;

  private static final class Inode {
    private byte[] bytes = {};
    private byte[] durable = {};
    private final List<long[]> unforced = new ArrayList<>();
  }

  /** From now on files may hold so many bytes together. */
  public synchronized void setCapacity(final long bytes) {
    capacity = bytes;
  }

  /** The power fails at the operation after so many more that change something. */
  public synchronized void failAfter(final long more) {
    operationsLeft = more;
  }

  /** Which files cannot be forced. */
  public synchronized void setFailingForces(final Predicate<Path> files) {
    failingForces = files;
  }

  public synchronized long operations() {
    return operations;
  }

  public synchronized long forces() {
    return forces;
  }

  public synchronized long used() {
    return names.values().stream().mapToLong(inode -> inode.bytes.length).sum();
  }

  /** The disk as it comes up again after a power failure now. */
  public synchronized SimDisk afterPowerFailure(final Random dice) {
    final SimDisk next = new SimDisk();
    final Map<Path, Inode> survivors = new TreeMap<>(durableNames);
    // A name that was changed and not forced may be the old one or the new one.
    for (final Map.Entry<Path, Inode> name : names.entrySet()) {
      if (!name.getValue().equals(durableNames.get(name.getKey())) && dice.nextBoolean()) {
        survivors.put(name.getKey(), name.getValue());
      }
    }
    for (final Path path : durableNames.keySet()) {
      if (!names.containsKey(path) && dice.nextBoolean()) {
        survivors.remove(path);
      }
    }
    final Map<Inode, Inode> copies = new HashMap<>();
    survivors.forEach(
        (path, inode) -> next.put(path, copies.computeIfAbsent(inode, i -> crashed(i, dice))));
    return next;
  }

  /** The disk after the process was killed: nothing that was written is lost. */
  public synchronized SimDisk afterKill() {
    final SimDisk next = new SimDisk();
    names.forEach(
        (path, inode) -> {
          final Inode copy = new Inode();
          copy.bytes = inode.bytes.clone();
          copy.durable = inode.bytes.clone();
          next.put(path, copy);
        });
    return next;
  }

  private void put(final Path path, final Inode inode) {
    names.put(path, inode);
    durableNames.put(path, inode);
  }

  private static Inode crashed(final Inode inode, final Random dice) {
    final Inode copy = new Inode();
    copy.bytes = inode.durable.clone();
    final int mood = dice.nextInt(4);
    for (final long[] write : inode.unforced) {
      for (long at = write[0] / SECTOR * SECTOR; at < write[1]; at += SECTOR) {
        final boolean kept = mood == 0 || (mood > 1 && dice.nextInt(4) < mood);
        if (kept) {
          final int from = (int) Math.max(at, write[0]);
          final int to = (int) Math.min(at + SECTOR, write[1]);
          if (copy.bytes.length < to) {
            copy.bytes = Arrays.copyOf(copy.bytes, to);
          }
          System.arraycopy(inode.bytes, from, copy.bytes, from, to - from);
        }
      }
    }
    copy.durable = copy.bytes.clone();
    return copy;
  }

  private void step() throws IOException {
    if (operationsLeft <= 0) {
      throw new IOException("the power failed");
    }
    operationsLeft--;
    operations++;
  }

  /** The bytes of a file, to look at. */
  public synchronized byte[] bytes(final Path path) {
    return find(path).bytes.clone();
  }

  /** Replaces the bytes of a file, as a broken disk would. */
  public synchronized void setBytes(final Path path, final byte[] bytes) {
    final Inode inode = find(path);
    inode.bytes = bytes.clone();
    inode.durable = bytes.clone();
    inode.unforced.clear();
  }

  private Inode find(final Path path) {
    final Inode inode = names.get(path);
    if (inode == null) {
      throw new IllegalStateException("no file " + path);
    }
    return inode;
  }

  @Override
  public synchronized DiskFile create(final Path file) throws IOException {
    step();
    if (names.containsKey(file)) {
      throw new FileAlreadyExistsException(file.toString());
    }
    final Inode inode = new Inode();
    names.put(file, inode);
    return new SimFile(file, inode);
  }

  @Override
  public synchronized DiskFile open(final Path file) throws IOException {
    final @Nullable Inode inode = names.get(file);
    if (inode == null) {
      throw new FileNotFoundException(file.toString());
    }
    return new SimFile(file, inode);
  }

  @Override
  public DiskFile openForReading(final Path file) throws IOException {
    return open(file);
  }

  @Override
  public synchronized List<String> list(final Path directory) {
    return names.keySet().stream()
        .filter(path -> directory.equals(path.getParent()))
        .map(path -> String.valueOf(path.getFileName()))
        .toList();
  }

  @Override
  public synchronized boolean exists(final Path file) {
    return names.containsKey(file);
  }

  @Override
  public void createDirectory(final Path directory) {
    // Directories are there as soon as one names them.
  }

  @Override
  public synchronized void move(final Path from, final Path to) throws IOException {
    step();
    final Inode inode = names.remove(from);
    if (inode == null) {
      throw new FileNotFoundException(from.toString());
    }
    names.put(to, inode);
  }

  @Override
  public synchronized void delete(final Path file) throws IOException {
    step();
    names.remove(file);
  }

  @Override
  public long usableSpace(final Path directory) {
    // Let the writer find out by itself, half way through.
    return Long.MAX_VALUE;
  }

  @Override
  public synchronized void forceDirectory(final Path directory) throws IOException {
    step();
    if (failingForces.test(directory)) {
      throw new IOException("the directory cannot be forced");
    }
    durableNames.keySet().removeIf(path -> directory.equals(path.getParent()));
    names.forEach(
        (path, inode) -> {
          if (directory.equals(path.getParent())) {
            durableNames.put(path, inode);
          }
        });
  }

  private final class SimFile implements DiskFile {
    private final Path path;
    private final Inode inode;
    private boolean closed;

    SimFile(final Path path, final Inode inode) {
      this.path = path;
      this.inode = inode;
    }

    private void open() throws IOException {
      if (closed) {
        throw new ClosedChannelException();
      }
    }

    @Override
    public int read(final ByteBuffer target, final long offset) throws IOException {
      synchronized (SimDisk.this) {
        open();
        final int count =
            (int) Math.clamp(inode.bytes.length - offset, 0L, (long) target.remaining());
        if (count > 0) {
          target.put(inode.bytes, (int) offset, count);
        }
        return count;
      }
    }

    @Override
    public void write(final ByteBuffer source, final long offset) throws IOException {
      synchronized (SimDisk.this) {
        open();
        step();
        final int end = (int) offset + source.remaining();
        if (end > inode.bytes.length) {
          if (used() + end - inode.bytes.length > capacity) {
            throw new OutOfSpaceException("the simulated disk is full");
          }
          inode.bytes = Arrays.copyOf(inode.bytes, end);
        }
        inode.unforced.add(new long[] {offset, end});
        source.get(inode.bytes, (int) offset, source.remaining());
      }
    }

    @Override
    public long size() {
      synchronized (SimDisk.this) {
        return inode.bytes.length;
      }
    }

    @Override
    public void force() throws IOException {
      synchronized (SimDisk.this) {
        open();
        step();
        forces++;
        if (failingForces.test(path)) {
          throw new IOException("the simulated disk failed to force");
        }
        inode.durable = inode.bytes.clone();
        inode.unforced.clear();
      }
    }

    @Override
    public void close() {
      synchronized (SimDisk.this) {
        closed = true;
      }
    }
  }
}
