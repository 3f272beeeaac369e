// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/**
 * Where the last epochs of a context began, as far as they began while it was here. On the loop.
 */
final class Epochs {
  private static final int REMEMBERED = 16;

  private final Deque<Beginning> beginnings = new ArrayDeque<>();

  /**
   * An entry began an epoch.
   *
   * @param position the entry
   * @param before the epoch that ended with it
   * @param epoch the one that began behind it
   */
  private record Beginning(long position, long before, long epoch) {}

  void began(final long position, final long before, final long epoch) {
    beginnings.addLast(new Beginning(position, before, epoch));
    if (beginnings.size() > REMEMBERED) {
      beginnings.removeFirst();
    }
  }

  /**
   * The epoch after the entry at a position.
   *
   * @param now the epoch at the head
   */
  long after(final long position, final long now) {
    long epoch = now;
    final Iterator<Beginning> newestFirst = beginnings.descendingIterator();
    while (newestFirst.hasNext()) {
      final Beginning beginning = newestFirst.next();
      if (beginning.position <= position) {
        return beginning.epoch;
      }
      epoch = beginning.before;
    }
    return epoch;
  }

  /** How many entries followed the one that began the newest epoch; many if that is not known. */
  long entriesSince(final long head) {
    return beginnings.isEmpty() ? Long.MAX_VALUE : head - beginnings.getLast().position;
  }
}
