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

  private static final long[] NO_MARKS = {};

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
      final int at = (int) (position / STRIDE) - 1;
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
    return mark > position
        ? new Anchor(position, location)
        : new Anchor(mark, marks[(int) (mark / STRIDE) - 1]);
  }

  /** How many bytes {@link #save} writes. */
  synchronized int savedLength() {
    return 8 + Hash.LENGTH + 8 + 8 * (int) (position / STRIDE);
  }

  synchronized int save(final byte[] bytes, final int at) {
    Le.putLong(bytes, at, position);
    hash.copyTo(bytes, at + 8);
    Le.putLong(bytes, at + 40, location);
    final int count = (int) (position / STRIDE);
    for (int i = 0; i < count; i++) {
      Le.putLong(bytes, at + 48 + 8 * i, marks[i]);
    }
    return at + 48 + 8 * count;
  }

  static StreamIndex load(final byte[] bytes, final int at) {
    final StreamIndex index = new StreamIndex();
    index.position = Le.getLong(bytes, at);
    index.hash = FrameHeader.hash(bytes, at + 8);
    index.location = Le.getLong(bytes, at + 40);
    index.marks = new long[(int) (index.position / STRIDE)];
    for (int i = 0; i < index.marks.length; i++) {
      index.marks[i] = Le.getLong(bytes, at + 48 + 8 * i);
    }
    return index;
  }
}
