// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.state.internal;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Hash;
import io.calimero.node.events.codec.BorshReader;
import io.calimero.node.events.codec.BorshWriter;
import io.calimero.node.events.codec.MalformedException;
import io.calimero.node.storage.StorageException;
import io.calimero.node.storage.StorageException.Code;
import io.calimero.node.storage.internal.Trouble;
import io.calimero.node.storage.state.Snapshot;
import io.calimero.node.storage.state.StateEntry;
import io.calimero.node.storage.state.StateImport;
import io.calimero.node.storage.state.StateStore;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * An import whose parts stand one behind the other in a file.
 *
 * <p>The file: a head as {@link #head} makes it; for each part its length and CRC-32C (32 bits
 * each) and so many bytes of borsh, a list of keys and values. The first part that is not whole,
 * and what follows it, is cut off when the file is opened: it was being written when something
 * broke.
 */
final class StagedImport implements StateImport {
  static final String SUFFIX = ".import";

  /** How many bytes a part may have. */
  static final int PART_MAX = 32 << 20;

  private static final int FORMAT = 1;
  private static final byte[] MAGIC = {'c', 'a', 'l', 'i', 'm', 'p', 'r', 't'};

  private final Path path;
  private final Wanted wanted;
  private final StateStore store;
  private final RandomAccessFile file;
  private final LtHash hash = LtHash.empty();
  private Optional<Bytes> lastKey = Optional.empty();
  private long entries;
  private long bytes;
  private long end;

  /** Which state it is to be. */
  record Wanted(ContextId context, long position, Hash entryHash, Hash root) {}

  private StagedImport(
      final Path path, final Wanted wanted, final StateStore store, final RandomAccessFile file) {
    this.path = path;
    this.wanted = wanted;
    this.store = store;
    this.file = file;
  }

  /** The import in the file, or a new one. */
  static StagedImport open(final Path path, final Wanted wanted, final StateStore store) {
    try {
      final boolean fresh = !Files.exists(path);
      // A file that an interruption of its thread does not close, as it does a channel
      final RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
      final StagedImport opened = new StagedImport(path, wanted, store, file);
      try {
        if (fresh || !opened.isWanted()) {
          opened.begin();
        } else {
          opened.recover();
        }
        return opened;
      } catch (final IOException | RuntimeException e) {
        file.close();
        throw e;
      }
    } catch (final IOException e) {
      throw Trouble.of("importing the state of the context " + wanted.context, path, e);
    }
  }

  private static byte[] head(final Wanted wanted) {
    final byte[] head =
        new BorshWriter()
            .fixed(MAGIC)
            .u8(FORMAT)
            .value(ContextId.CODEC, wanted.context)
            .u64(wanted.position)
            .hash(wanted.entryHash)
            .hash(wanted.root)
            .toByteArray();
    return head;
  }

  private boolean isWanted() throws IOException {
    final byte[] head = head(wanted);
    if (file.length() < head.length) {
      return false;
    }
    final byte[] found = new byte[head.length];
    file.seek(0);
    file.readFully(found);
    return Arrays.equals(head, found);
  }

  private void begin() throws IOException {
    final byte[] head = head(wanted);
    file.setLength(0);
    file.seek(0);
    file.write(head);
    end = head.length;
  }

  private void recover() throws IOException {
    end = head(wanted).length;
    try (StagedParts parts = new StagedParts(path, end)) {
      Optional<List<StateEntry>> part = parts.next();
      while (part.isPresent() && ascending(part.get())) {
        take(part.get());
        end = parts.at();
        part = parts.next();
      }
    }
    file.setLength(end);
  }

  @Override
  public Optional<Bytes> lastKey() {
    return lastKey;
  }

  @Override
  public long entries() {
    return entries;
  }

  @Override
  public long bytes() {
    return bytes;
  }

  @Override
  public void add(final List<StateEntry> next) {
    if (next.isEmpty()) {
      return;
    }
    if (!ascending(next)) {
      throw new StorageException(
          Code.REJECTED, "the keys of the state do not ascend behind " + lastKey);
    }
    final byte[] content = encode(next);
    if (content.length > PART_MAX) {
      throw new StorageException(Code.REJECTED, "a part of " + content.length + " bytes");
    }
    final CRC32C crc = new CRC32C();
    crc.update(content);
    try {
      file.seek(end);
      file.write(
          new BorshWriter()
              .u32(content.length)
              .u32((int) crc.getValue())
              .fixed(content)
              .toByteArray());
      end = file.getFilePointer();
    } catch (final IOException e) {
      throw Trouble.of("importing the state of the context " + wanted.context, path, e);
    }
    take(next);
  }

  private boolean ascending(final List<StateEntry> next) {
    Optional<Bytes> last = lastKey;
    for (final StateEntry entry : next) {
      if (last.isPresent() && last.get().compareTo(entry.key()) >= 0) {
        return false;
      }
      last = Optional.of(entry.key());
    }
    return true;
  }

  private void take(final List<StateEntry> next) {
    for (final StateEntry entry : next) {
      hash.add(entry.key(), entry.value());
      bytes += entry.key().length() + (long) entry.value().length();
    }
    entries += next.size();
    lastKey = Optional.of(next.getLast().key());
  }

  private static byte[] encode(final List<StateEntry> part) {
    final BorshWriter out = new BorshWriter().u32(part.size());
    part.forEach(entry -> out.bytes(entry.key()).bytes(entry.value()));
    return out.toByteArray();
  }

  static List<StateEntry> decode(final byte[] content) {
    final BorshReader in = new BorshReader(content);
    final int count = in.u32();
    if (count < 1 || count > in.remaining()) {
      throw new MalformedException("a part of " + count + " keys");
    }
    final List<StateEntry> part = new ArrayList<>(Math.min(count, 1 << 16));
    for (int i = 0; i < count; i++) {
      part.add(new StateEntry(in.bytes(), in.bytes()));
    }
    in.expectEnd();
    return part;
  }

  @Override
  public Snapshot finish(final Bytes attachment) {
    if (!hash.root().equals(wanted.root)) {
      discard();
      throw new StorageException(
          Code.CORRUPT,
          "the state that came has the root " + hash.root() + " instead of " + wanted.root);
    }
    final LayeredView view =
        LayeredView.of(new StagedBase(path, head(wanted).length, end), hash.copy(), entries, bytes);
    final Snapshot snapshot =
        store.snapshot(wanted.context, wanted.position, wanted.entryHash, view, attachment);
    discard();
    return snapshot;
  }

  @Override
  public void discard() {
    close();
    try {
      Files.deleteIfExists(path);
    } catch (final IOException e) {
      throw Trouble.of("deleting an imported state", path, e);
    }
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (final IOException e) {
      throw Trouble.of("importing the state of the context " + wanted.context, path, e);
    }
  }
}
