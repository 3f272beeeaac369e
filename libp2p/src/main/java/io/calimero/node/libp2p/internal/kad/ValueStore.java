// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.kad;

import com.google.protobuf.ByteString;
import io.calimero.node.libp2p.KadParams;
import io.calimero.node.libp2p.PeerId;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The values that this host keeps, its own and others'. When it is full a value gets a place only
 * if another one is farther from this host, which then goes: whoever wants to push values out has
 * to find keys near to it. For one thread.
 */
final class ValueStore {
  private final PeerId self;
  private final KadKey place;
  private final KadParams params;
  private final Map<ByteString, Kept> values = new LinkedHashMap<>();

  private record Kept(KadRecord entry, PeerId from, KadKey distance, long until) {}

  ValueStore(final PeerId self, final KadParams params) {
    this.self = self;
    place = KadKey.of(self);
    this.params = params;
  }

  Optional<KadRecord> get(final ByteString key, final long now) {
    return Optional.ofNullable(values.get(key))
        .filter(kept -> kept.until - now > 0)
        .map(Kept::entry);
  }

  /** Keeps a valid value that {@code from} brought; false if there is no room for it. */
  boolean put(final KadRecord entry, final PeerId from, final long now) {
    final KadKey distance = KadKey.of(entry.key()).to(place);
    if (!values.containsKey(entry.key())) {
      expire(now);
      if (tooMany(from) || !makeRoom(distance)) {
        return false;
      }
    }
    final long until = now + params.valueLifetime().toNanos();
    values.put(entry.key(), new Kept(entry, from, distance, until));
    return true;
  }

  private boolean tooMany(final PeerId from) {
    return !from.equals(self)
        && values.values().stream().filter(kept -> kept.from.equals(from)).count()
            >= params.maxPerPeer();
  }

  private boolean makeRoom(final KadKey distance) {
    if (values.size() < params.maxValues()) {
      return true;
    }
    final Kept farthest =
        values.values().stream().max(Comparator.comparing(Kept::distance)).orElseThrow();
    return farthest.distance.compareTo(distance) > 0 && values.remove(farthest.entry.key()) != null;
  }

  void expire(final long now) {
    values.values().removeIf(kept -> kept.until - now <= 0);
  }

  int count() {
    return values.size();
  }
}
