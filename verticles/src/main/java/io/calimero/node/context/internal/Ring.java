// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.peers.Sealer;
import io.calimero.node.storage.keys.EpochKeyStore;
import io.calimero.node.storage.keys.EpochKeyStore.Kept;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The keys of one context's epochs, in the order in which they came. On the loop. */
final class Ring {
  private final List<Kept> keys;
  private final Map<Bytes, Sealer> sealers = new HashMap<>();

  Ring(final List<Kept> keys) {
    this.keys = new ArrayList<>(keys);
  }

  /** What is to be on disk. */
  List<Kept> keys() {
    return List.copyOf(keys);
  }

  Optional<Kept> find(final long epoch, final Bytes id) {
    return keys.stream()
        .filter(kept -> kept.epoch() == epoch && kept.key().id().equals(id))
        .findFirst();
  }

  /** The keys of an epoch. */
  List<Kept> of(final long epoch) {
    return keys.stream().filter(kept -> kept.epoch() == epoch).toList();
  }

  /** The key that came last, of those of an epoch. */
  Optional<Kept> newest(final long epoch) {
    final List<Kept> all = of(epoch);
    return all.isEmpty() ? Optional.empty() : Optional.of(all.getLast());
  }

  /**
   * Takes a key, in the place of the same one if it is here. The oldest one of the oldest epoch
   * leaves if there are too many.
   */
  void add(final Kept fresh) {
    keys.removeIf(
        kept -> kept.epoch() == fresh.epoch() && kept.key().id().equals(fresh.key().id()));
    keys.add(fresh);
    while (keys.size() > EpochKeyStore.MAX_KEYS) {
      final long oldest = keys.stream().mapToLong(Kept::epoch).min().orElseThrow();
      drop(of(oldest).getFirst());
    }
  }

  /** Takes the keys of earlier epochs off, for whoever overwrites them. */
  List<Kept> dropBefore(final long epoch) {
    final List<Kept> old = keys.stream().filter(kept -> kept.epoch() < epoch).toList();
    old.forEach(this::drop);
    return old;
  }

  private void drop(final Kept kept) {
    keys.remove(kept);
    sealers.remove(kept.key().id());
  }

  /** What encrypts under a key of this ring; counts for as long as the key is here. */
  Sealer sealer(final Kept kept, final SecureRandom random) {
    return sealers.computeIfAbsent(
        kept.key().id(), _ -> new Sealer(kept.key(), kept.epoch(), random));
  }
}
