// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.http.internal;

import io.calimero.node.events.ContextId;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Remembers which methods only read, so that {@code execute} can run them beside the writers. A
 * guess and never more: a call that wants to write after all is run again as a write.
 *
 * <p>A method that does both has to read more often in a row after each wrong guess. Bounded: what
 * was not called for the longest is forgotten first.
 */
final class MethodMemory {
  private static final int MAX_PATIENCE = 64;

  private final Map<Key, Seen> methods;

  private record Key(ContextId context, String method) {}

  private record Seen(int readsInARow, int patience) {}

  MethodMemory(final int capacity) {
    this.methods =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(final Map.Entry<Key, Seen> eldest) {
            return size() > capacity;
          }
        };
  }

  /** Whether the method is worth trying as a query. */
  boolean reads(final ContextId context, final String method) {
    final Seen seen = methods.get(new Key(context, method));
    return seen != null && seen.readsInARow >= seen.patience;
  }

  /** A write turned out to be a read. */
  void hasRead(final ContextId context, final String method) {
    methods.merge(
        new Key(context, method),
        new Seen(1, 1),
        (seen, _) -> new Seen(Math.min(seen.readsInARow + 1, MAX_PATIENCE), seen.patience));
  }

  /** A write was one, or a query wanted to be one. */
  void hasWritten(final ContextId context, final String method) {
    methods.computeIfPresent(
        new Key(context, method),
        (_, seen) ->
            new Seen(
                0,
                seen.readsInARow >= seen.patience
                    ? Math.min(seen.patience * 2, MAX_PATIENCE)
                    : seen.patience));
  }
}
