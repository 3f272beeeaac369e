// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.state.internal;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.Hash;
import io.calimero.node.events.codec.MalformedException;
import io.calimero.node.storage.internal.Uninterrupted;
import io.calimero.node.storage.state.StateEntry;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads a sorted table of MapDB where it lies, in memory mapped from its file.
 *
 * <p>MapDB's own reader is not used (docs/decisions/0006): its mapped volumes keep a file open or
 * end at 2 GiB, and it copies every key that it compares. A mapping of ours needs no open file, so
 * neither an interruption nor a limit of open files can take it away, and the garbage collector
 * undoes it when the last view is gone. All methods may be called from any thread.
 */
final class Table implements Base {
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final int COUNT_AT = 16;
  private static final int LAST_PAGE_AT = 24;
  private static final int PAGE_SIZE_AT = 32;
  private static final int HASHED_AT_ONCE = 1 << 20;

  private final MemorySegment file;
  private final long pageSize;
  private final long pages;

  private Table(final MemorySegment file, final long pageSize, final long pages) {
    this.file = file;
    this.pageSize = pageSize;
    this.pages = pages;
  }

  /**
   * Maps the file and reads its head.
   *
   * @throws MalformedException if the head does not fit the file
   */
  static Table open(final Path path) throws IOException {
    final MemorySegment file =
        Uninterrupted.call(
            () -> {
              try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
                return channel.map(MapMode.READ_ONLY, 0, channel.size(), Arena.ofAuto());
              }
            });
    if (file.byteSize() < TableWriter.HEAD) {
      throw new MalformedException("a table of " + file.byteSize() + " bytes");
    }
    final long pages = file.get(LONG, LAST_PAGE_AT) + 1;
    final long pageSize = file.get(LONG, PAGE_SIZE_AT);
    final boolean fits =
        pages == 0 ? file.get(LONG, COUNT_AT) == 0 : fits(file.byteSize(), pages, pageSize);
    if (!fits) {
      throw new MalformedException(
          pages + " pages of " + pageSize + " bytes in a table of " + file.byteSize());
    }
    return new Table(file, pageSize, pages);
  }

  private static boolean fits(final long length, final long pages, final long pageSize) {
    return pageSize > 0 && pages > 0 && length % pageSize == 0 && length / pageSize == pages;
  }

  /** How many entries it says it has. */
  long count() {
    return file.get(LONG, COUNT_AT);
  }

  /** The size of its pages. */
  int pageSize() {
    return Math.toIntExact(pageSize);
  }

  /** The bytes of the file. */
  long length() {
    return file.byteSize();
  }

  /** The SHA-256 digest of the file as it is mapped, that is, of what reading will see. */
  Hash sha256() {
    final MessageDigest digest = Hash.sha256Digest();
    for (long at = 0; at < file.byteSize(); at += HASHED_AT_ONCE) {
      final long length = Math.min(HASHED_AT_ONCE, file.byteSize() - at);
      digest.update(file.asSlice(at, length).asByteBuffer());
    }
    return Hash.of(digest.digest());
  }

  @Override
  public Optional<Bytes> get(final Bytes key) {
    final Cursor cursor = seek(key);
    return cursor.atEnd() || cursor.compare(key) != 0
        ? Optional.empty()
        : Optional.of(cursor.value());
  }

  @Override
  public Iterator<StateEntry> scan(final Bytes from, final Optional<Bytes> to) {
    final Cursor cursor = seek(from);
    return new Iterator<>() {
      private @Nullable StateEntry next = find();

      @Override
      public boolean hasNext() {
        return next != null;
      }

      @Override
      public StateEntry next() {
        final StateEntry result = next;
        if (result == null) {
          throw new NoSuchElementException();
        }
        cursor.advance();
        next = find();
        return result;
      }

      private @Nullable StateEntry find() {
        return cursor.atEnd() || (to.isPresent() && cursor.compare(to.get()) >= 0)
            ? null
            : new StateEntry(cursor.key(), cursor.value());
      }
    };
  }

  /** Where the first entry is whose key is not below this one. */
  private Cursor seek(final Bytes key) {
    final Cursor cursor = new Cursor();
    long low = 0;
    long high = pages - 1;
    while (low < high) {
      final long middle = (low + high + 1) >>> 1;
      cursor.page(middle);
      if (cursor.compare(key) <= 0) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    cursor.page(low);
    cursor.seekInPage(key);
    return cursor;
  }

  /** A place among the entries. */
  private final class Cursor {
    private long page;
    private long start;
    private long offsets;
    private int entries;
    private int entry;

    void page(final long number) {
      page = number;
      entry = 0;
      if (page < pages) {
        start = page * pageSize;
        final long head = page == 0 ? TableWriter.HEAD : start;
        entries = file.get(INT, head);
        offsets = head + Integer.BYTES;
      }
    }

    void seekInPage(final Bytes key) {
      int low = 0;
      int high = page < pages ? entries : 0;
      while (low < high) {
        entry = (low + high) >>> 1;
        if (compare(key) < 0) {
          low = entry + 1;
        } else {
          high = entry;
        }
      }
      entry = low;
      if (page < pages && entry == entries) {
        page(page + 1);
      }
    }

    boolean atEnd() {
      return page >= pages;
    }

    void advance() {
      entry++;
      if (entry == entries) {
        page(page + 1);
      }
    }

    /** The order of the key here against the other. */
    int compare(final Bytes other) {
      final long at = keyAt();
      final int length = file.get(INT, at - Integer.BYTES);
      final byte[] bytes = other.unsafeArray();
      final int common = Math.min(length, bytes.length);
      for (int i = 0; i < common; i++) {
        final int order = Byte.compareUnsigned(file.get(ValueLayout.JAVA_BYTE, at + i), bytes[i]);
        if (order != 0) {
          return order;
        }
      }
      return Integer.compare(length, bytes.length);
    }

    Bytes key() {
      return bytes(keyAt());
    }

    Bytes value() {
      final long offset = offsets + (long) Integer.BYTES * (entries + entry);
      return bytes(start + file.get(INT, offset) + TableWriter.VALUE_OVERHEAD);
    }

    private long keyAt() {
      final long offset = offsets + (long) Integer.BYTES * entry;
      return start + file.get(INT, offset) + TableWriter.KEY_OVERHEAD;
    }

    private Bytes bytes(final long at) {
      final byte[] bytes = new byte[file.get(INT, at - Integer.BYTES)];
      MemorySegment.copy(file, ValueLayout.JAVA_BYTE, at, bytes, 0, bytes.length);
      return Bytes.wrap(bytes);
    }
  }
}
