// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.log.internal;

import io.calimero.node.events.Hash;
import io.calimero.node.storage.log.StreamHead;
import java.util.Arrays;

/**
 * Where the entries of one stream are: the location of the head and of every sixteenth entry; the
 * others are found from there by the previous locations that the frames carry.
 */
final class StreamIndex {
  /** Every how many entries there is a mark. */
  static final int STRIDE = 16;

  /** How many bytes {@link #save} writes at least. */
  static final int SAVED_MIN = 48;

  /** How many bytes it takes to say where a stream begins. */
  static final int BASE_LENGTH = 16;

  private static final long[] NO_MARKS = {};

  private long base;
  private long baseLocation;
  private long position;
  private Hash hash = Hash.ZERO;
  private long location;
  private long[] marks = NO_MARKS;

  /**
   * A place to begin reading backward from.
   *
   * @param position the entry there
   * @param location where it is
   */
  record Anchor(long position, long location) {}

  /** The index of a stream that begins behind a position. */
  static StreamIndex behind(final long base, final Hash hash, final long location) {
    final StreamIndex index = new StreamIndex();
    index.base = base;
    index.baseLocation = location;
    index.cut(base, hash, location);
    return index;
  }

  /** The last position that is not there, 0 if all are. */
  synchronized long base() {
    return base;
  }

  /** Where the frame is that says so. */
  synchronized long baseLocation() {
    return baseLocation;
  }

  /** Where the mark of a position is, which is a multiple of the stride behind the base. */
  private int mark(final long at) {
    return (int) (at / STRIDE - base / STRIDE) - 1;
  }

  /** How many marks there are up to the head. */
  private int count() {
    return (int) (position / STRIDE - base / STRIDE);
  }

  synchronized StreamHead head() {
    return new StreamHead(position, hash);
  }

  synchronized long position() {
    return position;
  }

  synchronized long location() {
    return location;
  }

  synchronized boolean follows(final FrameHeader header) {
    return header.position() == position + 1
        && header.previous() == location
        && header.prior().equals(hash);
  }

  synchronized void append(final Hash newHash, final long newLocation) {
    position++;
    hash = newHash;
    location = newLocation;
    if (position % STRIDE == 0) {
      final int at = mark(position);
      if (at == marks.length) {
        marks = Arrays.copyOf(marks, Math.max(4, at + (at >> 1)));
      }
      marks[at] = newLocation;
    }
  }

  /** Goes back to an earlier entry. */
  synchronized void cut(final long toPosition, final Hash toHash, final long toLocation) {
    position = toPosition;
    hash = toHash;
    location = toLocation;
  }

  /** The nearest known place at or after the position, which must not be beyond the head. */
  synchronized Anchor anchor(final long wanted) {
    final long mark = (wanted + STRIDE - 1) / STRIDE * STRIDE;
    return mark > position ? new Anchor(position, location) : new Anchor(mark, marks[mark(mark)]);
  }

  /**
   * How many bytes {@link #save} writes.
   *
   * @param bases whether it says where the stream begins
   */
  synchronized int savedLength(final boolean bases) {
    return SAVED_MIN + (bases ? BASE_LENGTH : 0) + 8 * count();
  }

  synchronized int save(final byte[] bytes, final int at, final boolean bases) {
    Le.putLong(bytes, at, position);
    hash.copyTo(bytes, at + 8);
    Le.putLong(bytes, at + 40, location);
    int next = at + SAVED_MIN;
    if (bases) {
      Le.putLong(bytes, next, base);
      Le.putLong(bytes, next + 8, baseLocation);
      next += BASE_LENGTH;
    }
    final int count = count();
    for (int i = 0; i < count; i++) {
      Le.putLong(bytes, next + 8 * i, marks[i]);
    }
    return next + 8 * count;
  }

  static StreamIndex load(final byte[] bytes, final int at, final boolean bases) {
    final StreamIndex index = new StreamIndex();
    index.position = Le.getLong(bytes, at);
    index.hash = FrameHeader.hash(bytes, at + 8);
    index.location = Le.getLong(bytes, at + 40);
    int next = at + SAVED_MIN;
    if (bases) {
      index.base = Le.getLong(bytes, next);
      index.baseLocation = Le.getLong(bytes, next + 8);
      next += BASE_LENGTH;
    }
    index.marks = new long[index.count()];
    for (int i = 0; i < index.marks.length; i++) {
      index.marks[i] = Le.getLong(bytes, next + 8 * i);
    }
    return index;
  }
}
