// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.gossip;

import com.google.protobuf.ByteString;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** The ids of messages of the last while, at most a fixed number of them. */
final class SeenCache {
  private static final int MAX = 1 << 17;

  private final long keep;
  private final Map<ByteString, Long> seen = new LinkedHashMap<>();

  SeenCache(final long keepNanos) {
    keep = keepNanos;
  }

  boolean contains(final ByteString id) {
    return seen.containsKey(id);
  }

  void add(final ByteString id, final long now) {
    seen.putIfAbsent(id, now);
    if (seen.size() > MAX) {
      seen.remove(seen.keySet().iterator().next());
    }
  }

  void expire(final long now) {
    final Iterator<Long> times = seen.values().iterator();
    while (times.hasNext() && now - times.next() > keep) {
      times.remove();
    }
  }
}
