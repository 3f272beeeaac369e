// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.kad;

import com.google.protobuf.ByteString;
import io.calimero.node.libp2p.LimitException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What this host has to send anew before others forget it, within a bound. For one thread. */
final class OwnEntries<T> {
  private final int max;
  private final long period;
  private final Map<ByteString, Due<T>> entries = new LinkedHashMap<>();

  private record Due<T>(T entry, long at) {}

  /** At most {@code max} entries, each due every {@code period} nanoseconds. */
  OwnEntries(final int max, final long period) {
    this.max = max;
    this.period = period;
  }

  /** The keys of all entries; a view. */
  Set<ByteString> keys() {
    return Collections.unmodifiableSet(entries.keySet());
  }

  /** Takes note of an entry that is being sent at {@code now}. */
  void add(final ByteString key, final T entry, final long now) {
    if (!entries.containsKey(key) && entries.size() >= max) {
      throw new LimitException("This host has " + max + " entries of its own already");
    }
    entries.remove(key);
    entries.put(key, new Due<>(entry, now + period));
  }

  void remove(final ByteString key) {
    entries.remove(key);
  }

  /** At most {@code count} entries whose time has come; from now on they count as sent. */
  List<T> due(final long now, final int count) {
    final Map<ByteString, T> sent = new LinkedHashMap<>();
    for (final Map.Entry<ByteString, Due<T>> entry : entries.entrySet()) {
      // They stand in the order of their times, as the period is the same for all.
      if (entry.getValue().at - now > 0 || sent.size() == count) {
        break;
      }
      sent.put(entry.getKey(), entry.getValue().entry);
    }
    sent.forEach(
        (key, entry) -> {
          entries.remove(key);
          entries.put(key, new Due<>(entry, now + period));
        });
    return List.copyOf(sent.values());
  }
}
