// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.host;

import io.calimero.node.libp2p.Multiaddr;
import io.calimero.node.libp2p.PeerId;
import io.calimero.node.libp2p.PeerInfo;
import io.calimero.node.libp2p.PeerStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A peer store in memory, with bounds on peers and addresses. */
final class MemoryPeerStore implements PeerStore {
  private static final int MAX_PEERS = 4096;
  private static final int MAX_ADDRESSES = 32;
  private static final int BANNED = -100;
  private static final int BEST = 100;

  private final InstantSource clock;
  private final Map<PeerId, Known> peers = new TreeMap<>();
  private long changes;

  /** What is known of one peer. */
  static final class Known {
    /** Until when each address is to be believed. */
    final Map<Multiaddr, Instant> addresses = new LinkedHashMap<>();

    Optional<PeerInfo> info = Optional.empty();
    Optional<byte[]> signed = Optional.empty();
    int reputation;
    Instant heard = Instant.EPOCH;
  }

  MemoryPeerStore(final InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public synchronized List<PeerId> peers() {
    return List.copyOf(peers.keySet());
  }

  @Override
  public synchronized List<Multiaddr> addresses(final PeerId peer) {
    final Known known = peers.get(peer);
    if (known == null) {
      return List.of();
    }
    final Instant now = clock.instant();
    known.addresses.values().removeIf(until -> until.isBefore(now));
    return new ArrayList<>(known.addresses.keySet()).reversed();
  }

  @Override
  public void add(final PeerId peer, final List<Multiaddr> addresses, final Duration lifetime) {
    final Instant until = clock.instant().plus(lifetime);
    addresses.forEach(address -> addUntil(peer, address.withoutPeer(), until));
  }

  synchronized void addUntil(final PeerId peer, final Multiaddr address, final Instant until) {
    final Map<Multiaddr, Instant> addresses = known(peer).addresses;
    final Instant before = addresses.remove(address);
    addresses.put(address, before != null && before.isAfter(until) ? before : until);
    if (addresses.size() > MAX_ADDRESSES) {
      addresses.remove(addresses.keySet().iterator().next());
    }
    changes++;
  }

  @Override
  public synchronized Optional<PeerInfo> info(final PeerId peer) {
    return Optional.ofNullable(peers.get(peer)).flatMap(known -> known.info);
  }

  @Override
  public synchronized void identified(final PeerId peer, final PeerInfo info) {
    known(peer).info = Optional.of(info);
  }

  @Override
  public synchronized Optional<byte[]> signedRecord(final PeerId peer) {
    return Optional.ofNullable(peers.get(peer)).flatMap(known -> known.signed).map(byte[]::clone);
  }

  @Override
  public synchronized void signed(final PeerId peer, final byte[] envelope) {
    known(peer).signed = Optional.of(envelope.clone());
  }

  @Override
  public synchronized int reputation(final PeerId peer) {
    final Known known = peers.get(peer);
    return known == null ? 0 : known.reputation;
  }

  @Override
  public synchronized void adjustReputation(final PeerId peer, final int by) {
    final Known known = known(peer);
    known.reputation = Math.clamp((long) known.reputation + by, BANNED, BEST);
    changes++;
  }

  @Override
  public synchronized void forget(final PeerId peer) {
    peers.remove(peer);
    changes++;
  }

  /** Goes up with each change that is worth keeping. */
  synchronized long changes() {
    return changes;
  }

  /** What is known, for whoever writes it down; not a copy, so only within the store's lock. */
  synchronized void each(final Visitor visitor) {
    peers.forEach((peer, known) -> visitor.visit(peer, known.addresses, known.reputation));
  }

  @FunctionalInterface
  interface Visitor {
    void visit(PeerId peer, Map<Multiaddr, Instant> addresses, int reputation);
  }

  private Known known(final PeerId peer) {
    final Known known = peers.computeIfAbsent(peer, unknown -> new Known());
    known.heard = clock.instant();
    if (peers.size() > MAX_PEERS) {
      peers.entrySet().stream()
          .filter(entry -> !entry.getKey().equals(peer))
          .min(
              Comparator.comparingInt(
                      (Map.Entry<PeerId, Known> entry) ->
                          entry.getValue().reputation == BANNED ? 1 : 0)
                  .thenComparing(entry -> entry.getValue().heard))
          .map(Map.Entry::getKey)
          .ifPresent(peers::remove);
    }
    return known;
  }
}
