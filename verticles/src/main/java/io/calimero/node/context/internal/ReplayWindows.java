// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal;

import io.calimero.node.events.Bytes;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Which messages of which sessions have come, so that none is taken twice: of each session the last
 * ones, of the sessions those that were heard of last. On the loop.
 */
final class ReplayWindows {
  private static final int SESSIONS = 1024;

  /** So many messages may overtake one another. */
  static final int WIDTH = 1024;

  private final Map<Bytes, Window> windows = new LinkedHashMap<>(16, 0.75f, true);

  /** Whether this message comes for the first time; it has from now on. */
  boolean first(final Bytes session, final long counter) {
    final boolean first = windows.computeIfAbsent(session, _ -> new Window()).first(counter);
    if (windows.size() > SESSIONS) {
      windows.remove(windows.keySet().iterator().next());
    }
    return first;
  }

  int sessions() {
    return windows.size();
  }

  /**
   * The last messages of a session: bit n says that a message with the counter n, mod width, came.
   */
  private static final class Window {
    private final BitSet come = new BitSet(WIDTH);
    private long newest = -1;

    boolean first(final long counter) {
      if (counter <= newest - WIDTH) {
        return false;
      }
      if (counter > newest) {
        final long skipped = Math.min(counter - newest, WIDTH);
        for (long i = 0; i < skipped; i++) {
          come.clear((int) ((counter - i) % WIDTH));
        }
        newest = counter;
      }
      final int bit = (int) (counter % WIDTH);
      final boolean first = !come.get(bit);
      come.set(bit);
      return first;
    }
  }
}
