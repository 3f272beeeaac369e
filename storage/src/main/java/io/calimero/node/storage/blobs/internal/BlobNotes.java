// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.blobs.internal;

import io.calimero.node.events.BlobId;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.codec.BorshReader;
import io.calimero.node.events.codec.BorshWriter;
import io.calimero.node.events.codec.MalformedException;
import io.calimero.node.storage.blobs.BlobNote;
import io.calimero.node.storage.internal.Disk;
import io.calimero.node.storage.internal.Durable;
import io.calimero.node.storage.internal.Seal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The blobs of which it is open whether they stay: {@code notes/<blob>}, and the same in memory. A
 * note is there before its blob is and goes after it, so that no crash leaves a blob that should
 * have one. Not for several threads at once.
 */
final class BlobNotes {
  private static final Seal SEAL = new Seal("calinote", "blob note", 1);
  private static final int FILE_LIMIT = 1 << 20;

  /** Calls of how many contexts may have stored the same blob without it being settled. */
  private static final int CONTEXTS = 64;

  private final Path directory;
  private final Disk disk;
  private final SortedMap<BlobId, SortedMap<ContextId, Held>> open = new TreeMap<>();

  /**
   * The calls of one context that stored a blob.
   *
   * @param note what is noted of them together
   * @param calls how many of them have not come to nothing
   */
  private record Held(BlobNote note, int calls) {
    Held and(final BlobNote other) {
      return new Held(
          new BlobNote(
              note.context(),
              Math.min(note.after(), other.after()),
              Math.max(note.at(), other.at())),
          calls + 1);
    }
  }

  BlobNotes(final Path directory, final Disk disk) {
    this.directory = directory;
    this.disk = disk;
  }

  /**
   * Reads what there is. A note without its blob is of a store that a crash cut short, and goes;
   * one that cannot be read goes too, and the blob stays.
   */
  void load(final Set<BlobId> here) throws IOException {
    for (final String name : Durable.names(directory)) {
      final Path file = directory.resolve(name);
      final Optional<BlobId> id = FileBlobStore.parse(name).map(BlobId::new).filter(here::contains);
      final SortedMap<ContextId, Held> notes =
          id.isPresent() ? read(file) : Collections.emptySortedMap();
      if (id.isPresent() && !notes.isEmpty()) {
        open.put(id.get(), notes);
      } else {
        disk.delete(file);
      }
    }
  }

  boolean has(final BlobId id) {
    return open.containsKey(id);
  }

  List<BlobNote> of(final BlobId id) {
    return open.getOrDefault(id, Collections.emptySortedMap()).values().stream()
        .map(Held::note)
        .toList();
  }

  SortedMap<BlobId, List<BlobNote>> all() {
    final SortedMap<BlobId, List<BlobNote>> all = new TreeMap<>();
    open.keySet().forEach(id -> all.put(id, of(id)));
    return all;
  }

  /** Notes a call more; durable on return. */
  void add(final BlobId id, final BlobNote note) throws IOException {
    final SortedMap<ContextId, Held> notes =
        new TreeMap<>(open.getOrDefault(id, Collections.emptySortedMap()));
    final Held before = notes.get(note.context());
    notes.put(note.context(), before == null ? new Held(note, 1) : before.and(note));
    if (notes.size() > CONTEXTS) {
      // So many want it that it stays
      remove(id);
      return;
    }
    Durable.makeDirectory(disk, directory);
    // First, as a file whose writing fails may be there nevertheless
    open.put(id, notes);
    Durable.write(disk, file(id), encode(notes));
  }

  /**
   * A call of the context has come to nothing.
   *
   * @return whether that was the last one noted, so that blob and note can go
   */
  boolean release(final BlobId id, final ContextId context) {
    final SortedMap<ContextId, Held> notes = open.get(id);
    final Held held = notes == null ? null : notes.get(context);
    if (notes == null || held == null) {
      return false;
    }
    if (held.calls > 1) {
      notes.put(context, new Held(held.note, held.calls - 1));
      return false;
    }
    if (notes.size() > 1) {
      notes.remove(context);
      return false;
    }
    return true;
  }

  /** Forgets what is noted of a blob: at once, and durably on return. */
  void remove(final BlobId id) throws IOException {
    if (open.remove(id) != null) {
      disk.delete(file(id));
      disk.forceDirectory(directory);
    }
  }

  private static byte[] encode(final SortedMap<ContextId, Held> notes) {
    final BorshWriter out = new BorshWriter().u32(notes.size());
    for (final Held held : notes.values()) {
      out.hash(held.note.context().hash()).u64(held.note.after()).u64(held.note.at());
    }
    return SEAL.close(out.toByteArray());
  }

  private static SortedMap<ContextId, Held> read(final Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      return Collections.emptySortedMap();
    }
    try {
      final BorshReader in = SEAL.open(Durable.read(file, FILE_LIMIT));
      final List<BlobNote> notes = new ArrayList<>();
      for (long left = in.u32(); left > 0; left--) {
        notes.add(new BlobNote(new ContextId(in.hash()), in.count64(), in.count64()));
      }
      in.expectEnd();
      final SortedMap<ContextId, Held> held = new TreeMap<>();
      notes.forEach(note -> held.put(note.context(), new Held(note, 1)));
      return held;
    } catch (final MalformedException e) {
      return Collections.emptySortedMap();
    }
  }

  private Path file(final BlobId id) {
    return directory.resolve(id.toString());
  }
}
