// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.simulation;

import java.util.PriorityQueue;

/** A clock that stands still until the next thing is due, and the things that are due. */
final class VirtualTime {
  static final long MICROSECOND = 1_000;
  static final long MILLISECOND = 1_000 * MICROSECOND;
  static final long SECOND = 1_000 * MILLISECOND;

  private final PriorityQueue<Due> queue = new PriorityQueue<>();
  private long now;
  private long number;

  private record Due(long at, long number, Runnable task) implements Comparable<Due> {
    @Override
    public int compareTo(final Due other) {
      final int byTime = Long.compare(at, other.at);
      return byTime == 0 ? Long.compare(number, other.number) : byTime;
    }
  }

  /** Nanoseconds since the run began. */
  long now() {
    return now;
  }

  /** How many things have been put on the list so far. */
  long count() {
    return number;
  }

  /** Has something done after so many nanoseconds. */
  void after(final long nanos, final Runnable task) {
    at(now + nanos, task);
  }

  /** Has something done at a time; what is due at the same time is done in order. */
  void at(final long time, final Runnable task) {
    queue.add(new Due(Math.max(now, time), number++, task));
  }

  /** Does the next thing, if one is due by then. */
  boolean step(final long until) {
    final Due next = queue.peek();
    if (next == null || next.at > until) {
      now = Math.max(now, until);
      return false;
    }
    queue.remove();
    now = next.at;
    next.task.run();
    return true;
  }
}
