// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.kad;

import io.calimero.node.libp2p.PeerId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The peers to ask, in buckets by how many leading bits of their place are those of this host. Who
 * has been there for long stays: a newcomer to a full bucket gets a place only when the one that
 * was silent for longest turns out to be gone. For one thread.
 */
final class RoutingTable {
  /** Requests in a row that a peer may leave unanswered; one alone can be lost on the way. */
  private static final int PATIENCE = 2;

  /** A peer that was heard of so recently is taken to be there. */
  private static final long FRESH = Duration.ofMinutes(1).toNanos();

  private final KadKey self;
  private final int size;
  private final Map<Integer, Bucket> buckets = new TreeMap<>();
  private final Map<PeerId, Entry> entries = new LinkedHashMap<>();

  private static final class Entry {
    final PeerId peer;
    final KadKey key;
    long heard;
    int failures;

    Entry(final PeerId peer, final KadKey key) {
      this.peer = peer;
      this.key = key;
    }
  }

  /** Its peers, the one that was silent for longest first, and who waits for a place. */
  private static final class Bucket {
    final Map<PeerId, Entry> peers = new LinkedHashMap<>();
    Optional<PeerId> waiting = Optional.empty();
  }

  /** A table round {@code self} with buckets of {@code size}. */
  RoutingTable(final KadKey self, final int size) {
    this.self = self;
    this.size = size;
  }

  /**
   * Takes note that {@code peer} is there at {@code now}.
   *
   * @return who should be asked for a sign of life to decide whether {@code peer} gets a place
   */
  Optional<PeerId> heard(final PeerId peer, final long now) {
    final Entry known = entries.get(peer);
    final KadKey key = known == null ? KadKey.of(peer) : known.key;
    if (key.equals(self)) {
      return Optional.empty();
    }
    final Bucket bucket = buckets.computeIfAbsent(self.commonPrefix(key), unknown -> new Bucket());
    if (known == null && bucket.peers.size() >= size) {
      final Entry oldest = bucket.peers.values().iterator().next();
      if (now - oldest.heard < FRESH || bucket.waiting.isPresent()) {
        return Optional.empty();
      }
      bucket.waiting = Optional.of(peer);
      return Optional.of(oldest.peer);
    }
    final Entry entry = known == null ? new Entry(peer, key) : known;
    entry.heard = now;
    entry.failures = 0;
    entries.put(peer, entry);
    bucket.peers.remove(peer);
    bucket.peers.put(peer, entry);
    return Optional.empty();
  }

  /** The sign of life that {@link #heard} asked for came, or did not. */
  void checked(final PeerId peer, final boolean alive, final long now) {
    final Optional<Bucket> bucket =
        Optional.ofNullable(buckets.get(self.commonPrefix(KadKey.of(peer))));
    final Optional<PeerId> waiting = bucket.flatMap(full -> full.waiting);
    bucket.ifPresent(full -> full.waiting = Optional.empty());
    if (alive) {
      heard(peer, now);
    } else {
      remove(peer);
      waiting.ifPresent(next -> heard(next, now));
    }
  }

  /** Takes note that {@code peer} did not answer. */
  void failed(final PeerId peer) {
    final Entry entry = entries.get(peer);
    if (entry != null && ++entry.failures >= PATIENCE) {
      remove(peer);
    }
  }

  /** Takes {@code peer} out. */
  void remove(final PeerId peer) {
    final Entry entry = entries.remove(peer);
    if (entry != null) {
      final int number = self.commonPrefix(entry.key);
      final Optional<Bucket> bucket = Optional.ofNullable(buckets.get(number));
      bucket.ifPresent(left -> left.peers.remove(peer));
      if (bucket.filter(left -> left.peers.isEmpty()).isPresent()) {
        buckets.remove(number);
      }
    }
  }

  /** At most {@code count} peers, the nearest to {@code target} first. */
  List<PeerId> closest(final KadKey target, final int count) {
    final List<Entry> sorted = new ArrayList<>(entries.values());
    sorted.sort(Comparator.comparing(entry -> entry.key.to(target)));
    return sorted.stream().limit(count).map(entry -> entry.peer).toList();
  }

  /** The peer of each bucket that was silent for longest, if that is too long at {@code now}. */
  List<PeerId> silent(final long now) {
    return buckets.values().stream()
        .flatMap(bucket -> bucket.peers.values().stream().limit(1))
        .filter(entry -> now - entry.heard >= FRESH)
        .map(entry -> entry.peer)
        .toList();
  }

  int count() {
    return entries.size();
  }

  boolean contains(final PeerId peer) {
    return entries.containsKey(peer);
  }

  /** How many leading bits the nearest peers have in common with this host. */
  int depth() {
    return buckets.keySet().stream().mapToInt(Integer::intValue).max().orElse(0);
  }
}
