// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.blobs.internal;

import io.calimero.node.events.BlobId;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Hash;
import io.calimero.node.events.codec.MalformedException;
import io.calimero.node.storage.Access;
import io.calimero.node.storage.StorageException;
import io.calimero.node.storage.StorageException.Code;
import io.calimero.node.storage.blobs.Blob;
import io.calimero.node.storage.blobs.BlobNote;
import io.calimero.node.storage.blobs.BlobStore;
import io.calimero.node.storage.blobs.BlobUpload;
import io.calimero.node.storage.blobs.SizeGuard;
import io.calimero.node.storage.internal.Disk;
import io.calimero.node.storage.internal.Durable;
import io.calimero.node.storage.internal.Trouble;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/**
 * Blobs as files: {@code chunks/<chunk>} and {@code roots/<blob>}, the manifest of a blob. The
 * manifest is renamed into place last; which chunks are still needed is counted from the manifests.
 * Which blobs are perhaps not to stay is in {@link BlobNotes}, who may have them in {@link
 * BlobShares}.
 */
public final class FileBlobStore implements BlobStore {
  private final Path directory;
  private final Path chunks;
  private final Path roots;
  private final Access access;
  private final Disk disk;
  private final AtomicLong stagings = new AtomicLong();

  /** Guards what follows, and which files are there. */
  private final ReentrantLock lock = new ReentrantLock();

  private final Map<Hash, Integer> references = new HashMap<>();
  private final Set<BlobId> damaged = new HashSet<>();
  private final BlobNotes notes;
  private final BlobShares shares;

  /**
   * The store in this directory. For writing it is created if it is not there, and cleared of what
   * was left unfinished.
   */
  public FileBlobStore(final Path directory, final Access access, final Disk disk) {
    this.directory = directory;
    this.chunks = directory.resolve("chunks");
    this.roots = directory.resolve("roots");
    this.access = access;
    this.disk = disk;
    notes = new BlobNotes(directory.resolve("notes"), disk);
    shares = new BlobShares(directory.resolve("shares"), disk);
    if (access == Access.READ_WRITE) {
      try {
        prepare();
      } catch (final IOException e) {
        throw Trouble.of("opening the blobs", directory, e);
      }
    }
  }

  private void prepare() throws IOException {
    for (final Path folder : List.of(directory, chunks, roots)) {
      Durable.makeDirectory(disk, folder);
    }
    final Set<BlobId> here = new TreeSet<>(ids());
    for (final BlobId id : here) {
      try {
        count(load(id));
      } catch (final StorageException e) {
        damaged.add(id);
      }
    }
    notes.load(here);
    shares.load(here);
    for (final Path folder : List.of(chunks, roots)) {
      for (final String name : Durable.names(folder)) {
        final boolean orphan =
            folder.equals(chunks)
                && damaged.isEmpty()
                && parse(name).filter(references::containsKey).isEmpty();
        if (name.endsWith(Durable.UNFINISHED) || orphan) {
          disk.delete(folder.resolve(name));
        }
      }
    }
  }

  @Override
  public Blob put(
      final InputStream content, final SizeGuard size, final Optional<BlobId> expected) {
    access.requireWrite("the blob store");
    final Staging staging = new Staging(disk, chunks, "put-" + stagings.incrementAndGet() + "-");
    try {
      final Blob blob = staging.take(content, size);
      if (expected.isPresent() && !expected.get().equals(blob.id())) {
        throw new StorageException(
            Code.REJECTED, "expected the blob " + expected.get() + ", the content is " + blob.id());
      }
      commit(blob, staging, Optional.empty());
      return blob;
    } catch (final StorageException e) {
      staging.discard(e);
      throw e;
    } catch (final IOException e) {
      staging.discard(e);
      throw Trouble.of(
          expected.map(id -> "storing the blob " + id).orElse("storing a blob"), directory, e);
    }
  }

  @Override
  public BlobUpload begin(final long maximum) {
    access.requireWrite("the blob store");
    final Staging staging = new Staging(disk, chunks, "put-" + stagings.incrementAndGet() + "-");
    return new StagedUpload(
        staging, maximum, directory, (blob, note) -> commit(blob, staging, note));
  }

  private void commit(final Blob blob, final Staging staging, final Optional<BlobNote> note)
      throws IOException {
    lock.lock();
    try {
      final boolean there = Files.exists(root(blob.id()));
      final boolean counted = there && !damaged.contains(blob.id());
      if (note.isPresent() && (!there || notes.has(blob.id()))) {
        notes.add(blob.id(), note.get());
      }
      try {
        for (final Map.Entry<Hash, Path> chunk : staging.files().entrySet()) {
          // Replaces what is there: it is the same, unless it was damaged.
          disk.rename(chunk.getValue(), chunk(chunk.getKey()));
        }
        disk.forceDirectory(chunks);
        Durable.write(disk, root(blob.id()), BlobManifest.encode(blob));
      } finally {
        settle(blob, counted);
      }
      if (note.isEmpty()) {
        notes.remove(blob.id());
      }
    } finally {
      lock.unlock();
    }
  }

  /** Counts what is there now, also when the last step failed, and clears away what is not used. */
  private void settle(final Blob blob, final boolean counted) {
    if (!counted && isReadable(blob.id())) {
      damaged.remove(blob.id());
      count(blob);
    }
    for (final Hash chunk : blob.chunks()) {
      if (damaged.isEmpty() && !references.containsKey(chunk)) {
        deleteQuietly(chunk(chunk));
      }
    }
  }

  /** What cannot be deleted now is deleted at the next start, for nothing needs it. */
  private void deleteQuietly(final Path file) {
    try {
      disk.delete(file);
    } catch (final IOException nextTime) {
      return;
    }
  }

  private boolean isReadable(final BlobId id) {
    try {
      return find(id).isPresent();
    } catch (final StorageException e) {
      return false;
    }
  }

  @Override
  public Optional<Blob> find(final BlobId id) {
    return Files.exists(root(id)) ? Optional.of(load(id)) : Optional.empty();
  }

  @Override
  public InputStream stream(final BlobId id) {
    return new ChunkStream(present(id), this::chunk);
  }

  @Override
  public Bytes read(final BlobId id, final long maximum) {
    final Blob blob = present(id);
    if (blob.size() > Math.min(maximum, Integer.MAX_VALUE - 16)) {
      throw new StorageException(
          Code.REJECTED, "the blob " + id + " has " + blob.size() + " bytes, more than " + maximum);
    }
    final byte[] content = new byte[(int) blob.size()];
    for (int i = 0; i < blob.chunks().size(); i++) {
      final byte[] chunk = chunk(blob, i);
      System.arraycopy(chunk, 0, content, i * Blob.CHUNK_SIZE, chunk.length);
    }
    return Bytes.wrap(content);
  }

  @Override
  public Bytes read(final BlobId id, final long offset, final int length) {
    final Blob blob = present(id);
    final int wanted = (int) Math.max(0, Math.min(length, blob.size() - offset));
    final byte[] part = new byte[wanted];
    for (int done = 0; done < wanted; ) {
      final long at = offset + done;
      final byte[] chunk = chunk(blob, (int) (at / Blob.CHUNK_SIZE));
      final int from = (int) (at % Blob.CHUNK_SIZE);
      final int count = Math.min(wanted - done, chunk.length - from);
      System.arraycopy(chunk, from, part, done, count);
      done += count;
    }
    return Bytes.wrap(part);
  }

  @Override
  public List<Blob> list() {
    try {
      return ids().stream().map(this::find).flatMap(Optional::stream).toList();
    } catch (final IOException e) {
      throw Trouble.of("listing the blobs", roots, e);
    }
  }

  @Override
  public boolean delete(final BlobId id) {
    access.requireWrite("the blob store");
    lock.lock();
    try {
      shares.remove(id);
      if (!Files.exists(root(id))) {
        notes.remove(id);
        return false;
      }
      final Optional<Blob> counted =
          damaged.contains(id) || !isReadable(id) ? Optional.empty() : find(id);
      disk.delete(root(id));
      disk.forceDirectory(roots);
      damaged.remove(id);
      if (counted.isPresent()) {
        release(counted.get());
      }
      notes.remove(id);
      return true;
    } catch (final IOException e) {
      throw Trouble.of("deleting the blob " + id, root(id), e);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public SortedMap<BlobId, List<BlobNote>> unsettled() {
    lock.lock();
    try {
      return notes.all();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void keep(final BlobId id) {
    access.requireWrite("the blob store");
    lock.lock();
    try {
      notes.remove(id);
    } catch (final IOException e) {
      throw Trouble.of("deleting what is noted of the blob " + id, directory, e);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean withdraw(final BlobId id, final ContextId context) {
    lock.lock();
    try {
      return notes.release(id, context) && delete(id);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean discard(final BlobId id, final Predicate<BlobNote> over) {
    lock.lock();
    try {
      return notes.has(id) && notes.of(id).stream().allMatch(over) && delete(id);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean share(final BlobId id, final ContextId context) {
    access.requireWrite("the blob store");
    lock.lock();
    try {
      if (!Files.exists(root(id))) {
        return false;
      }
      shares.add(id, context);
      return true;
    } catch (final IOException e) {
      throw Trouble.of("sharing the blob " + id, directory, e);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean isShared(final BlobId id, final ContextId context) {
    lock.lock();
    try {
      return Files.exists(root(id)) && shares.of(id).contains(context);
    } catch (final IOException e) {
      throw Trouble.of("reading where the blob " + id + " is shared", directory, e);
    } finally {
      lock.unlock();
    }
  }

  private void release(final Blob blob) {
    for (final Hash chunk : new HashSet<>(blob.chunks())) {
      final int left = references.getOrDefault(chunk, 1) - 1;
      if (left > 0) {
        references.put(chunk, left);
      } else {
        references.remove(chunk);
        // A damaged manifest may need it; the next start without one collects it.
        if (damaged.isEmpty()) {
          deleteQuietly(chunk(chunk));
        }
      }
    }
  }

  private void count(final Blob blob) {
    for (final Hash chunk : new HashSet<>(blob.chunks())) {
      references.merge(chunk, 1, Integer::sum);
    }
  }

  private Blob present(final BlobId id) {
    return find(id)
        .orElseThrow(() -> new StorageException(Code.MISSING, "the blob " + id + " is not here"));
  }

  private Blob load(final BlobId id) {
    try {
      return BlobManifest.decode(id, Durable.read(root(id), BlobManifest.FILE_LIMIT));
    } catch (final MalformedException e) {
      throw new StorageException(
          Code.CORRUPT,
          "the blob " + id + " is damaged: " + e.getMessage() + "; store it again to mend it",
          e);
    } catch (final IOException e) {
      throw Trouble.of("reading the blob " + id, root(id), e);
    }
  }

  private byte[] chunk(final Blob blob, final int number) {
    final Hash id = blob.chunks().get(number);
    final Path file = chunk(id);
    if (!Files.exists(file)) {
      throw Files.exists(root(blob.id()))
          ? damage(blob, number, "is missing")
          : new StorageException(Code.MISSING, "the blob " + blob.id() + " was deleted meanwhile");
    }
    final byte[] bytes;
    try {
      bytes = Durable.read(file, Blob.CHUNK_SIZE);
    } catch (final IOException e) {
      throw Trouble.of("reading the blob " + blob.id(), file, e);
    }
    final long expected = Math.min(Blob.CHUNK_SIZE, blob.size() - (long) number * Blob.CHUNK_SIZE);
    if (bytes.length != expected || !Hash.sha256(bytes).equals(id)) {
      throw damage(blob, number, "is not what was stored");
    }
    return bytes;
  }

  private static StorageException damage(final Blob blob, final int number, final String how) {
    return new StorageException(
        Code.CORRUPT,
        "the blob "
            + blob.id()
            + " is damaged: chunk "
            + number
            + " ("
            + blob.chunks().get(number)
            + ") "
            + how
            + "; store it again to mend it");
  }

  private List<BlobId> ids() throws IOException {
    final List<BlobId> ids = new ArrayList<>();
    for (final String name : Durable.names(roots)) {
      parse(name).map(BlobId::new).ifPresent(ids::add);
    }
    ids.sort(null);
    return ids;
  }

  /** The hash of that name, if it is one. */
  static Optional<Hash> parse(final String name) {
    try {
      return Optional.of(Hash.parse(name));
    } catch (final MalformedException somethingElse) {
      return Optional.empty();
    }
  }

  private Path chunk(final Hash id) {
    return chunks.resolve(id.toString());
  }

  private Path root(final BlobId id) {
    return roots.resolve(id.toString());
  }
}
