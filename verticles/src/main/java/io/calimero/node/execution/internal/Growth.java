// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.execution.internal;

import io.calimero.node.events.WriteSet;
import io.calimero.node.events.WriteSet.Write;

/**
 * How much came on top of the snapshot beneath a view. A key written twice counts twice.
 *
 * @param entries how many entries of the log
 * @param keys how many keys written
 * @param bytes how many bytes of keys and values
 */
public record Growth(long entries, long keys, long bytes) {
  /** Nothing. */
  public static final Growth NONE = new Growth(0, 0, 0);

  /** This and one more entry with these writes. */
  Growth plus(final WriteSet writes) {
    long more = 0;
    for (final Write write : writes.writes()) {
      more += write.key().length();
      if (write.value().isPresent()) {
        more += write.value().get().length();
      }
    }
    return new Growth(entries + 1, keys + writes.writes().size(), bytes + more);
  }

  /** What remains when a snapshot has taken up that much of it. */
  Growth minus(final Growth taken) {
    return new Growth(entries - taken.entries, keys - taken.keys, bytes - taken.bytes);
  }
}
