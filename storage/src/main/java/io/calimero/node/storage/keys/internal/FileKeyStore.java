// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.keys.internal;

import io.calimero.node.events.PublicKey;
import io.calimero.node.events.codec.MalformedException;
import io.calimero.node.events.crypto.KeyPair;
import io.calimero.node.storage.Access;
import io.calimero.node.storage.StorageException;
import io.calimero.node.storage.StorageException.Code;
import io.calimero.node.storage.internal.Disk;
import io.calimero.node.storage.internal.Durable;
import io.calimero.node.storage.internal.Trouble;
import io.calimero.node.storage.keys.KeyStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;

/** Key pairs in files named by their public keys. */
public final class FileKeyStore implements KeyStore {
  private static final String SUFFIX = ".key";

  private final Path directory;
  private final Access access;
  private final Disk disk;
  private final ReentrantLock lock = new ReentrantLock();

  /**
   * The store in this directory. For writing it is created if it is not there, and cleared of what
   * was left unfinished.
   */
  public FileKeyStore(final Path directory, final Access access, final Disk disk) {
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
      throw Trouble.of("opening the keys", directory, e);
    }
  }

  @Override
  public void add(final KeyPair pair) {
    access.requireWrite("the key store");
    lock.lock();
    try {
      if (find(pair.publicKey()).isEmpty()) {
        KeyFile.write(disk, file(pair.publicKey()), pair);
      }
    } catch (final IOException e) {
      throw Trouble.of("storing the key " + pair.publicKey(), directory, e);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public KeyPair generate(final SecureRandom random) {
    final KeyPair pair = KeyPair.generate(random);
    add(pair);
    return pair;
  }

  @Override
  public Optional<KeyPair> find(final PublicKey identity) {
    final Path file = file(identity);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      final KeyPair pair = KeyFile.read(file);
      if (!pair.publicKey().equals(identity)) {
        throw new StorageException(
            Code.CORRUPT, file + " holds the key of another identity: " + pair.publicKey());
      }
      return Optional.of(pair);
    } catch (final IOException e) {
      throw Trouble.of("reading the key " + identity, file, e);
    }
  }

  @Override
  public SortedSet<PublicKey> list() {
    final SortedSet<PublicKey> identities = new TreeSet<>();
    try {
      for (final String name : Durable.names(directory)) {
        if (name.endsWith(SUFFIX)) {
          identity(name).ifPresent(identities::add);
        }
      }
    } catch (final IOException e) {
      throw Trouble.of("listing the keys", directory, e);
    }
    return identities;
  }

  @Override
  public boolean remove(final PublicKey identity) {
    access.requireWrite("the key store");
    lock.lock();
    try {
      if (!Files.exists(file(identity))) {
        return false;
      }
      disk.delete(file(identity));
      disk.forceDirectory(directory);
      return true;
    } catch (final IOException e) {
      throw Trouble.of("deleting the key " + identity, directory, e);
    } finally {
      lock.unlock();
    }
  }

  private static Optional<PublicKey> identity(final String name) {
    try {
      return Optional.of(PublicKey.parse(name.substring(0, name.length() - SUFFIX.length())));
    } catch (final MalformedException somethingElse) {
      return Optional.empty();
    }
  }

  private Path file(final PublicKey identity) {
    return directory.resolve(identity + SUFFIX);
  }
}
