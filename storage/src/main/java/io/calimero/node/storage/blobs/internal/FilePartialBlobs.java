// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.blobs.internal;

import io.calimero.node.events.BlobId;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.Hash;
import io.calimero.node.events.codec.MalformedException;
import io.calimero.node.storage.StorageException;
import io.calimero.node.storage.StorageException.Code;
import io.calimero.node.storage.blobs.Blob;
import io.calimero.node.storage.blobs.PartialBlobs;
import io.calimero.node.storage.internal.Disk;
import io.calimero.node.storage.internal.Durable;
import io.calimero.node.storage.internal.Trouble;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Partial blobs as files: {@code <blob>/outline}, a blob manifest in which the digest of the
 * content is zeros, and {@code <blob>/<number>}, a chunk each.
 */
public final class FilePartialBlobs implements PartialBlobs {
  private static final String OUTLINE = "outline";

  private final Path directory;

  /** What was looked at since the start, the one that was asked for longest ago first. */
  private final Map<BlobId, Partial> known = new LinkedHashMap<>(16, 0.75f, true);

  /** Those in this directory. */
  public FilePartialBlobs(final Path directory) {
    this.directory = directory;
  }

  private record Partial(Blob blob, BitSet here) {
    List<Integer> missing() {
      final BitSet missing = (BitSet) here.clone();
      missing.flip(0, blob.chunks().size());
      return missing.stream().boxed().toList();
    }
  }

  @Override
  public synchronized Optional<List<Integer>> missing(final BlobId blob) {
    return find(blob).map(Partial::missing);
  }

  @Override
  public synchronized List<Integer> begin(
      final BlobId id, final long size, final List<Hash> chunks) {
    final Blob blob = new Blob(id, size, Hash.ZERO, chunks);
    final byte[] outline = BlobManifest.encode(blob);
    try {
      final Blob _ = BlobManifest.decode(id, outline);
    } catch (final MalformedException e) {
      throw new StorageException(
          Code.REJECTED, "these are not the chunks of the blob " + id + ": " + e.getMessage());
    }
    final Optional<Partial> before = find(id).filter(partial -> partial.blob.equals(blob));
    if (before.isPresent()) {
      return before.get().missing();
    }
    discard(id);
    try {
      Files.createDirectories(home(id));
      Files.write(home(id).resolve(OUTLINE), outline);
    } catch (final IOException e) {
      throw Trouble.of("beginning to gather the blob " + id, directory, e);
    }
    final Partial begun = new Partial(blob, new BitSet());
    known.put(id, begun);
    evict();
    return begun.missing();
  }

  @Override
  public synchronized void add(final BlobId id, final int number, final Bytes chunk) {
    final Partial partial =
        find(id)
            .orElseThrow(
                () -> new StorageException(Code.REJECTED, "the blob " + id + " is not gathered"));
    if (!isRight(partial.blob, number, chunk.unsafeArray())) {
      throw new StorageException(
          Code.REJECTED, "what came is not chunk " + number + " of the blob " + id);
    }
    final Path file = home(id).resolve(Integer.toString(number));
    final Path fresh = home(id).resolve(number + Durable.UNFINISHED);
    try {
      Files.write(fresh, chunk.unsafeArray());
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (final IOException e) {
      // On a full disk the room is needed
      Durable.discard(Disk.real(), fresh, e);
      throw Trouble.of("gathering the blob " + id, file, e);
    }
    partial.here.set(number);
  }

  private Partial gathered(final BlobId id) {
    return find(id)
        .orElseThrow(
            () -> new StorageException(Code.MISSING, "the blob " + id + " is not gathered"));
  }

  @Override
  public synchronized InputStream stream(final BlobId id) {
    return new ChunkStream(gathered(id).blob, this::chunk);
  }

  @Override
  public synchronized OptionalLong size(final BlobId id) {
    return find(id)
        .map(partial -> OptionalLong.of(partial.blob.size()))
        .orElseGet(OptionalLong::empty);
  }

  /** A chunk that must be here. */
  private synchronized byte[] chunk(final Blob blob, final int number) {
    return read(blob, number).orElseThrow(() -> lost(gathered(blob.id()), number));
  }

  private static StorageException lost(final Partial partial, final int number) {
    partial.here.clear(number);
    return new StorageException(
        Code.MISSING, "chunk " + number + " of the blob " + partial.blob.id() + " is not here");
  }

  @Override
  public synchronized Bytes content(final BlobId id) {
    final Partial partial = gathered(id);
    final byte[] content = new byte[Math.toIntExact(partial.blob.size())];
    for (int i = 0; i < partial.blob.chunks().size(); i++) {
      final Optional<byte[]> chunk = read(partial.blob, i);
      if (chunk.isEmpty()) {
        throw lost(partial, i);
      }
      System.arraycopy(chunk.get(), 0, content, i * Blob.CHUNK_SIZE, chunk.get().length);
    }
    return Bytes.wrap(content);
  }

  @Override
  public synchronized void discard(final BlobId id) {
    known.remove(id);
    delete(home(id));
  }

  private Optional<Partial> find(final BlobId id) {
    final Partial before = known.get(id);
    if (before != null) {
      return Optional.of(before);
    }
    final Optional<Partial> found = load(id);
    found.ifPresent(
        partial -> {
          known.put(id, partial);
          evict();
        });
    return found;
  }

  /** What a node that ended left; its chunks are verified once. */
  private Optional<Partial> load(final BlobId id) {
    final Path outline = home(id).resolve(OUTLINE);
    if (!Files.exists(outline)) {
      return Optional.empty();
    }
    try {
      final Blob blob = BlobManifest.decode(id, Durable.read(outline, BlobManifest.FILE_LIMIT));
      final BitSet here = new BitSet();
      for (int i = 0; i < blob.chunks().size(); i++) {
        here.set(i, read(blob, i).isPresent());
      }
      return Optional.of(new Partial(blob, here));
    } catch (final IOException | MalformedException e) {
      // Of no use: it is gathered anew
      delete(home(id));
      return Optional.empty();
    }
  }

  private Optional<byte[]> read(final Blob blob, final int number) {
    final Path file = home(blob.id()).resolve(Integer.toString(number));
    try {
      return Files.exists(file)
          ? Optional.of(Durable.read(file, Blob.CHUNK_SIZE))
              .filter(bytes -> isRight(blob, number, bytes))
          : Optional.empty();
    } catch (final IOException e) {
      return Optional.empty();
    }
  }

  private static boolean isRight(final Blob blob, final int number, final byte[] chunk) {
    if (number < 0 || number >= blob.chunks().size()) {
      return false;
    }
    final long expected = Math.min(Blob.CHUNK_SIZE, blob.size() - (long) number * Blob.CHUNK_SIZE);
    return chunk.length == expected && Hash.sha256(chunk).equals(blob.chunks().get(number));
  }

  /** Also those of an earlier start that nobody has asked for since. */
  private void evict() {
    try {
      final List<String> there =
          Files.isDirectory(directory) ? Durable.names(directory) : List.of();
      int left = there.size();
      for (final String name : there) {
        if (left > MOST && known.keySet().stream().noneMatch(id -> id.toString().equals(name))) {
          delete(directory.resolve(name));
          left--;
        }
      }
    } catch (final IOException e) {
      throw Trouble.of("listing what is gathered of blobs", directory, e);
    }
    while (known.size() > MOST) {
      discard(known.keySet().iterator().next());
    }
  }

  private static void delete(final Path home) {
    try {
      if (Files.isDirectory(home)) {
        for (final String name : Durable.names(home)) {
          Files.deleteIfExists(home.resolve(name));
        }
        Files.deleteIfExists(home);
      }
    } catch (final IOException e) {
      throw Trouble.of("deleting what was gathered of a blob", home, e);
    }
  }

  private Path home(final BlobId id) {
    return directory.resolve(id.toString());
  }
}
