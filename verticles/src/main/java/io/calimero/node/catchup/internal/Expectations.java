// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.catchup.internal;

import io.calimero.node.events.ContextId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Entries of which this node knows that they are at the coordinator's. They come by themselves,
 * most of the time; they are asked for when they have not come, and nothing before them either,
 * when it was looked at twice. As long as the log grows they are on their way. On the loop.
 */
final class Expectations {
  private static final int MAX = 10_000;

  private final Map<ContextId, Expected> expected = new HashMap<>();

  private record Expected(long position, boolean isOverdue) {}

  /** There is an entry at the position. */
  void expect(final ContextId context, final long position) {
    final Expected before = expected.get(context);
    if ((before == null && expected.size() < MAX)
        || (before != null && before.position < position)) {
      expected.put(context, new Expected(position, before != null && before.isOverdue));
    }
  }

  /** The log has grown, and reaches to the position. */
  void reached(final ContextId context, final long position) {
    final Expected wanted = expected.get(context);
    if (wanted == null) {
      return;
    }
    if (wanted.position <= position) {
      expected.remove(context);
    } else if (wanted.isOverdue) {
      expected.put(context, new Expected(wanted.position, false));
    }
  }

  /** The context is here no longer. */
  void forget(final ContextId context) {
    expected.remove(context);
  }

  /** Those that are to be asked for. To be called a few times a second. */
  List<ContextId> overdue() {
    final List<ContextId> overdue = new ArrayList<>();
    expected.forEach(
        (context, wanted) -> {
          if (wanted.isOverdue) {
            overdue.add(context);
          }
        });
    expected.replaceAll((_, wanted) -> new Expected(wanted.position, true));
    return overdue;
  }
}
