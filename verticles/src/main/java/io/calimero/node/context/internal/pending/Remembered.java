// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal.pending;

import io.calimero.node.context.internal.pending.PendingRecord.Settled;
import io.calimero.node.events.Hash;
import io.calimero.node.events.messages.TransactionMessages.Confirmed;
import io.calimero.node.events.messages.TransactionMessages.Fate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What became of the transactions that left the pool last without an entry: so many of them. */
final class Remembered {
  private static final int MOST = 1000;

  private final Map<Hash, Settled> fates = new LinkedHashMap<>();

  /** Whose entry is in the log is remembered there. */
  void add(final Settled settled) {
    if (settled.fate() instanceof Confirmed) {
      return;
    }
    fates.put(settled.transaction(), settled);
    if (fates.size() > MOST) {
      fates.remove(fates.keySet().iterator().next());
    }
  }

  void forget(final Hash transaction) {
    fates.remove(transaction);
  }

  Optional<Fate> of(final Hash transaction) {
    return Optional.ofNullable(fates.get(transaction)).map(Settled::fate);
  }

  List<PendingRecord> all() {
    return List.copyOf(fates.values());
  }

  int size() {
    return fates.size();
  }
}
