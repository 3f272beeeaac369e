// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm.internal.host;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.Limits;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The byte buffers on the host's side, by numbers that the guest chooses. Values are shared with
 * where they come from, never copied.
 */
final class Registers {
  /** What a register costs besides its content. */
  private static final int OVERHEAD = 8;

  private final Limits limits;
  private final Map<Long, Bytes> values = new HashMap<>();
  private long used;

  Registers(final Limits limits) {
    this.limits = limits;
  }

  Optional<Bytes> get(final long id) {
    return Optional.ofNullable(values.get(id));
  }

  /** Sets a register, or returns false where that would go beyond a limit. */
  boolean set(final long id, final Bytes value) {
    final Bytes old = values.get(id);
    final long after = used - cost(old == null ? -OVERHEAD : old.length()) + cost(value.length());
    if (value.length() > limits.registerSize()
        || (old == null && values.size() >= limits.registers())
        || after > limits.registerCapacity()) {
      return false;
    }
    values.put(id, value);
    used = after;
    return true;
  }

  private static long cost(final int length) {
    return (long) length + OVERHEAD;
  }
}
