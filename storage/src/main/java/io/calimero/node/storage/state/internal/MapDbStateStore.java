// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.state.internal;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Hash;
import io.calimero.node.events.codec.MalformedException;
import io.calimero.node.storage.Access;
import io.calimero.node.storage.StorageException;
import io.calimero.node.storage.StorageException.Code;
import io.calimero.node.storage.internal.Disk;
import io.calimero.node.storage.internal.Durable;
import io.calimero.node.storage.internal.Trouble;
import io.calimero.node.storage.state.Snapshot;
import io.calimero.node.storage.state.StateImport;
import io.calimero.node.storage.state.StateStore;
import io.calimero.node.storage.state.StateView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * Snapshots as files of MapDB, in a directory for each context. The manifest is what makes a
 * generation: it is renamed into place last, when the table it describes is on disk and has been
 * read back.
 */
public final class MapDbStateStore implements StateStore {
  private static final int LOCKS = 64;

  private final Path directory;
  private final Access access;
  private final Disk disk;
  private final List<ReentrantLock> locks =
      Stream.generate(ReentrantLock::new).limit(LOCKS).toList();

  /** The store in this directory, which exists unless there is nothing to read. */
  public MapDbStateStore(final Path directory, final Access access, final Disk disk) {
    this.directory = directory;
    this.access = access;
    this.disk = disk;
  }

  @Override
  public Snapshot snapshot(
      final ContextId context,
      final long position,
      final Hash entryHash,
      final StateView view,
      final Bytes attachment) {
    access.requireWrite("the state store");
    if (attachment.length() > Manifest.ATTACHMENT_LIMIT) {
      throw new StorageException(
          Code.REJECTED, "an attachment of " + attachment.length() + " bytes");
    }
    final LayeredView layered = layered(view);
    return locked(
        context,
        "the snapshot of the context " + context + " at position " + position,
        home -> {
          Durable.makeDirectory(disk, directory);
          Durable.makeDirectory(disk, home);
          final Generations before = Generations.of(home);
          removeAll(before.strays());
          final long number = before.highest() + 1;
          final Path table = before.table(number);
          final Table written = writeTable(table, context, layered);
          final Manifest manifest =
              manifest(context, position, entryHash, layered, attachment, written);
          try {
            Durable.write(disk, before.manifest(number), manifest.encode());
          } catch (final IOException e) {
            if (!Files.exists(before.manifest(number))) {
              Durable.discard(disk, table, e);
            }
            throw e;
          }
          before.complete().stream().skip(1).forEach(old -> removeQuietly(before, old));
          return snapshot(manifest, written);
        });
  }

  @Override
  public StateImport importing(
      final ContextId context, final long position, final Hash entryHash, final Hash root) {
    access.requireWrite("the state store");
    try {
      Durable.makeDirectory(disk, directory);
    } catch (final IOException e) {
      throw Trouble.of("beginning to import a state", directory, e);
    }
    return StagedImport.open(
        directory.resolve(context + StagedImport.SUFFIX),
        new StagedImport.Wanted(context, position, entryHash, root),
        this);
  }

  private Table writeTable(final Path file, final ContextId context, final LayeredView view)
      throws IOException {
    final Path unfinished = Durable.unfinished(file);
    try {
      TableWriter.write(disk, unfinished, view);
      disk.force(unfinished);
      final Table table = Table.open(unfinished);
      requireSame(context, view, table);
      disk.rename(unfinished, file);
      return table;
    } catch (final MalformedException e) {
      Durable.discard(disk, unfinished, e);
      throw new StorageException(Code.CORRUPT, "a snapshot cannot be read back", e);
    } catch (final IOException | StorageException e) {
      Durable.discard(disk, unfinished, e);
      throw e;
    }
  }

  private static void requireSame(
      final ContextId context, final LayeredView view, final Table table) {
    final boolean same =
        table.count() == view.entries()
            && Entries.same(view.iterator(), table.scan(Bytes.EMPTY, Optional.empty()));
    if (!same) {
      throw new StorageException(
          Code.CORRUPT,
          "the snapshot of the context "
              + context
              + " reads back otherwise than it was written; it was not kept");
    }
  }

  private static Manifest manifest(
      final ContextId context,
      final long position,
      final Hash entryHash,
      final LayeredView view,
      final Bytes attachment,
      final Table table) {
    return new Manifest(
        Manifest.MAPDB_VERSION,
        table.pageSize(),
        context,
        position,
        entryHash,
        view.root(),
        Bytes.wrap(view.hash().toByteArray()),
        view.entries(),
        view.sizeInBytes(),
        table.length(),
        table.sha256(),
        attachment);
  }

  @Override
  public Opened open(final ContextId context, final LogCheck log) {
    return locked(
        context,
        "opening the snapshots of the context " + context,
        home -> {
          final Generations found = Generations.of(home);
          if (access == Access.READ_WRITE) {
            removeAll(found.strays());
          }
          final List<Rejected> rejected = new ArrayList<>();
          for (final long number : found.complete()) {
            try {
              return new Opened(Optional.of(load(found, number, context, log)), rejected);
            } catch (final Doubt doubt) {
              rejected.add(new Rejected(Durable.name(found.manifest(number)), doubt.reason()));
              if (doubt.isDamage() && access == Access.READ_WRITE) {
                removeQuietly(found, number);
              }
            }
          }
          return new Opened(Optional.empty(), rejected);
        });
  }

  private static Snapshot load(
      final Generations found, final long number, final ContextId context, final LogCheck log)
      throws Doubt {
    try {
      final Manifest manifest =
          Manifest.decode(Durable.read(found.manifest(number), Manifest.FILE_LIMIT));
      if (!manifest.context().equals(context)) {
        throw Doubt.damage("it is of the context " + manifest.context());
      }
      if (!log.agrees(manifest.position(), manifest.entryHash())) {
        throw Doubt.of(
            "the log has another entry at position " + manifest.position() + ", or none");
      }
      if (!Files.exists(found.table(number))) {
        throw Doubt.damage("its table is missing");
      }
      final Table table = Table.open(found.table(number));
      if (table.length() != manifest.fileLength()
          || table.count() != manifest.entries()
          || !table.sha256().equals(manifest.fileHash())) {
        throw Doubt.damage("its table is not what was written");
      }
      return snapshot(manifest, table);
    } catch (final MalformedException e) {
      throw Doubt.damage(String.valueOf(e.getMessage()));
    } catch (final StorageException e) {
      throw Doubt.of(String.valueOf(e.getMessage()));
    } catch (final IOException e) {
      throw Doubt.of("it cannot be read: " + e);
    }
  }

  private static Snapshot snapshot(final Manifest manifest, final Table table) {
    return new Snapshot(
        manifest.context(),
        manifest.position(),
        manifest.entryHash(),
        manifest.attachment(),
        LayeredView.of(table, manifest.hash(), manifest.entries(), manifest.sizeInBytes()));
  }

  @Override
  public StateView rebase(final Snapshot snapshot, final StateView older, final StateView newer) {
    return layered(newer).rebase(layered(older), layered(snapshot.view()));
  }

  @Override
  public SortedSet<ContextId> contexts() {
    final SortedSet<ContextId> contexts = new TreeSet<>();
    try {
      for (final String name : Durable.names(directory)) {
        context(name).ifPresent(contexts::add);
      }
    } catch (final IOException e) {
      throw Trouble.of("listing the snapshots", directory, e);
    }
    return contexts;
  }

  private static Optional<ContextId> context(final String name) {
    try {
      return Optional.of(ContextId.parse(name));
    } catch (final MalformedException somethingElse) {
      return Optional.empty();
    }
  }

  @Override
  public void drop(final ContextId context) {
    access.requireWrite("the state store");
    locked(
        context,
        "deleting the snapshots of the context " + context,
        home -> {
          final Generations found = Generations.of(home);
          for (final long number : found.complete()) {
            remove(found, number);
          }
          removeAll(found.strays());
          disk.delete(directory.resolve(context + StagedImport.SUFFIX));
          if (Files.isDirectory(home)) {
            disk.delete(home);
            disk.forceDirectory(directory);
          }
          return home;
        });
  }

  /** The manifest first: without it the table is nothing. */
  private void remove(final Generations generations, final long number) throws IOException {
    disk.delete(generations.manifest(number));
    disk.delete(generations.table(number));
  }

  /** What cannot be deleted now is of no use to anybody, and will be tried again. */
  private void removeQuietly(final Generations generations, final long number) {
    try {
      remove(generations, number);
    } catch (final IOException tryAgainNextTime) {
      return;
    }
  }

  private void removeAll(final List<Path> files) throws IOException {
    for (final Path file : files) {
      disk.delete(file);
    }
  }

  private <T> T locked(final ContextId context, final String doing, final InDirectory<T> work) {
    final ReentrantLock lock = locks.get(Math.floorMod(context.hashCode(), LOCKS));
    final Path home = directory.resolve(context.toString());
    lock.lock();
    try {
      return work.run(home);
    } catch (final IOException e) {
      throw Trouble.of(doing, home, e);
    } finally {
      lock.unlock();
    }
  }

  private static LayeredView layered(final StateView view) {
    if (view instanceof LayeredView layered) {
      return layered;
    }
    throw new IllegalArgumentException("not a view of this store: " + view.getClass());
  }

  /** Work in the directory of a context. */
  @FunctionalInterface
  private interface InDirectory<T> {
    T run(Path home) throws IOException;
  }
}
