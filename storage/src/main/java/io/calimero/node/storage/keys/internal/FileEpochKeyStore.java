// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.keys.internal;

import io.calimero.node.events.ContextId;
import io.calimero.node.storage.Access;
import io.calimero.node.storage.internal.Disk;
import io.calimero.node.storage.internal.Durable;
import io.calimero.node.storage.internal.Trouble;
import io.calimero.node.storage.keys.EpochKeyStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/** The keys of epochs in files named by their contexts. */
public final class FileEpochKeyStore implements EpochKeyStore {
  private static final String SUFFIX = ".epochs";

  private final Path directory;
  private final Access access;
  private final Disk disk;
  private final ReentrantLock lock = new ReentrantLock();

  /**
   * The store in this directory. For writing it is created if it is not there, and cleared of what
   * was left unfinished.
   */
  public FileEpochKeyStore(final Path directory, final Access access, final Disk disk) {
    this.directory = directory;
    this.access = access;
    this.disk = disk;
    try {
      if (access == Access.READ_WRITE) {
        Durable.makeDirectory(disk, directory);
      }
      if (Files.exists(directory)) {
        OwnerOnly.require(directory);
      }
      if (access == Access.READ_WRITE) {
        for (final String name : Durable.names(directory)) {
          if (name.endsWith(Durable.UNFINISHED)) {
            disk.delete(directory.resolve(name));
          }
        }
      }
    } catch (final IOException e) {
      throw Trouble.of("opening the keys of epochs", directory, e);
    }
  }

  @Override
  public List<Kept> load(final ContextId context) {
    final Path file = file(context);
    if (!Files.exists(file)) {
      return List.of();
    }
    try {
      return EpochKeyFile.read(file, context);
    } catch (final IOException e) {
      throw Trouble.of("reading the keys of epochs of " + context, file, e);
    }
  }

  @Override
  public void save(final ContextId context, final List<Kept> keys) {
    access.requireWrite("the key store");
    if (keys.size() > MAX_KEYS) {
      throw new IllegalArgumentException(keys.size() + " keys");
    }
    lock.lock();
    try {
      EpochKeyFile.write(disk, file(context), context, keys);
    } catch (final IOException e) {
      throw Trouble.of("storing the keys of epochs of " + context, directory, e);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void remove(final ContextId context) {
    access.requireWrite("the key store");
    lock.lock();
    try {
      if (Files.exists(file(context))) {
        disk.delete(file(context));
        disk.forceDirectory(directory);
      }
    } catch (final IOException e) {
      throw Trouble.of("deleting the keys of epochs of " + context, directory, e);
    } finally {
      lock.unlock();
    }
  }

  private Path file(final ContextId context) {
    return directory.resolve(context + SUFFIX);
  }
}
