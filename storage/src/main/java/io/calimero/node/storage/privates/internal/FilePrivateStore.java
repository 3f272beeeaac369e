// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.privates.internal;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.PublicKey;
import io.calimero.node.events.WriteSet;
import io.calimero.node.events.codec.MalformedException;
import io.calimero.node.storage.internal.Disk;
import io.calimero.node.storage.internal.Durable;
import io.calimero.node.storage.internal.Trouble;
import io.calimero.node.storage.privates.PrivateStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Private storage as a directory for each context, and in it one for each executor. */
public final class FilePrivateStore implements PrivateStore {
  /** How many bytes of rows to keep in memory; what was used longest ago is read again. */
  private static final long CACHED = 64L << 20;

  private final Path directory;
  private final Disk disk;
  private final Map<Name, Box> boxes = new LinkedHashMap<>(16, 0.75f, true);

  private record Name(ContextId context, PublicKey executor) {}

  /** A store in the directory. */
  public FilePrivateStore(final Path directory, final Disk disk) {
    this.directory = directory;
    this.disk = disk;
  }

  @Override
  public Rows rows(final ContextId context, final PublicKey executor, final Optional<Bytes> seat) {
    final Name name = new Name(context, executor);
    final Box box = box(name);
    if (box.knows(seat)) {
      return box.rows(seat);
    }
    // perhaps it was read while another, no longer in memory, was still being written
    synchronized (boxes) {
      boxes.remove(name, box);
    }
    return box(name).rows(seat);
  }

  @Override
  public void keep(
      final ContextId context,
      final PublicKey executor,
      final Optional<Bytes> seat,
      final Bytes next,
      final WriteSet writes) {
    final Name name = new Name(context, executor);
    try {
      Durable.makeDirectory(disk, directory);
      box(name).keep(seat, next, writes);
    } catch (final IOException e) {
      throw Trouble.of("keeping a change of private storage", directory, e);
    }
    evict();
  }

  @Override
  public void drop(final ContextId context) {
    synchronized (boxes) {
      boxes.keySet().removeIf(name -> name.context.equals(context));
      final Path files = directory.resolve(context.toString());
      try {
        final List<String> executors = Durable.names(files);
        for (final String executor : executors) {
          final Path box = files.resolve(executor);
          for (final String file : Durable.names(box)) {
            disk.delete(box.resolve(file));
          }
          disk.delete(box);
        }
        if (!executors.isEmpty()) {
          disk.delete(files);
          disk.forceDirectory(directory);
        }
      } catch (final IOException e) {
        throw Trouble.of("deleting the private storage of context " + context, files, e);
      }
    }
  }

  @Override
  public List<ContextId> contexts() {
    final List<ContextId> contexts = new ArrayList<>();
    try {
      for (final String name : Durable.names(directory)) {
        parse(name).ifPresent(contexts::add);
      }
    } catch (final IOException e) {
      throw Trouble.of("looking into private storage", directory, e);
    }
    contexts.sort(null);
    return contexts;
  }

  private static Optional<ContextId> parse(final String name) {
    try {
      return Optional.of(ContextId.parse(name));
    } catch (final MalformedException notOurs) {
      return Optional.empty();
    }
  }

  private Box box(final Name name) {
    synchronized (boxes) {
      final Box known = boxes.get(name);
      if (known != null) {
        return known;
      }
      final Path files =
          directory.resolve(name.context.toString()).resolve(name.executor.toString());
      try {
        final Box read = Box.read(disk, files);
        boxes.put(name, read);
        return read;
      } catch (final IOException e) {
        throw Trouble.of("reading private storage", files, e);
      }
    }
  }

  private void evict() {
    synchronized (boxes) {
      long weight = boxes.values().stream().mapToLong(Box::weight).sum();
      final Iterator<Box> eldest = boxes.values().iterator();
      while (weight > CACHED && boxes.size() > 1 && eldest.hasNext()) {
        weight -= eldest.next().weight();
        eldest.remove();
      }
    }
  }
}
