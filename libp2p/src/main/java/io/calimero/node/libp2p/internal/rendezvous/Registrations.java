// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.rendezvous;

import com.google.protobuf.ByteString;
import io.calimero.node.libp2p.PeerId;
import io.calimero.node.libp2p.RendezvousLimits;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Who has registered at this point, in the order of time. Safe for use by several threads. */
final class Registrations {
  /** What an answer may take; others refuse more than 1 MiB. */
  private static final int MAX_ANSWER = 512 << 10;

  private final RendezvousLimits limits;
  private final long point;
  private final Map<Key, Entry> entries = new LinkedHashMap<>();
  private long number;
  private Instant swept = Instant.EPOCH;

  private record Key(String namespace, PeerId peer) {}

  private record Entry(
      long number, ByteString signedRecord, long sequence, Duration lifetime, Instant expires) {}

  /** Some of the registrations, and the cookie that leads on from there. */
  record Slice(List<RendezvousMessage.Register> registrations, ByteString cookie) {}

  /**
   * None yet.
   *
   * @param point goes into the cookies, so that those of another life of this point are known
   */
  Registrations(final RendezvousLimits limits, final long point) {
    this.limits = limits;
    this.point = point;
  }

  /** Whether a record of {@code peer} with this sequence number is older than the one known. */
  synchronized boolean outdated(final String namespace, final PeerId peer, final long sequence) {
    final Entry known = entries.get(new Key(namespace, peer));
    return known != null && Long.compareUnsigned(sequence, known.sequence) < 0;
  }

  /** Takes a registration in; false if there is no room. */
  synchronized boolean put(
      final String namespace,
      final PeerId peer,
      final ByteString signedRecord,
      final long sequence,
      final Duration lifetime,
      final Instant now) {
    sweep(now);
    final Key key = new Key(namespace, peer);
    if (!entries.containsKey(key)) {
      final long same = entries.keySet().stream().filter(k -> k.peer.equals(peer)).count();
      if (entries.size() >= limits.registrations() || same >= limits.registrationsPerPeer()) {
        return false;
      }
    }
    // Removed first, so that it comes last: whoever has seen the old one learns of the new one.
    entries.remove(key);
    entries.put(key, new Entry(++number, signedRecord, sequence, lifetime, now.plus(lifetime)));
    return true;
  }

  synchronized void remove(final String namespace, final PeerId peer) {
    entries.remove(new Key(namespace, peer));
  }

  /** How many there are that have not expired. */
  synchronized int size(final Instant now) {
    return (int) entries.values().stream().filter(entry -> entry.expires.isAfter(now)).count();
  }

  private void sweep(final Instant now) {
    if (!now.isBefore(swept.plusSeconds(1))) {
      swept = now;
      entries.values().removeIf(entry -> !entry.expires.isAfter(now));
    }
  }

  /** What follows {@code cookie}; empty if that is not one of this point and namespace. */
  synchronized Optional<Slice> discover(
      final String namespace, final int limit, final ByteString cookie, final Instant now) {
    final Optional<Long> seen = read(namespace, cookie);
    if (seen.isEmpty()) {
      return Optional.empty();
    }
    final List<RendezvousMessage.Register> found = new ArrayList<>();
    long last = seen.get();
    int size = 0;
    for (final Map.Entry<Key, Entry> each : entries.entrySet()) {
      final Entry entry = each.getValue();
      if (entry.number > last
          && entry.expires.isAfter(now)
          && (namespace.isEmpty() || each.getKey().namespace.equals(namespace))) {
        size += entry.signedRecord.size();
        if (found.size() == limit || size > MAX_ANSWER) {
          break;
        }
        found.add(
            new RendezvousMessage.Register(
                each.getKey().namespace, entry.signedRecord, entry.lifetime.toSeconds()));
        last = entry.number;
      }
    }
    return Optional.of(new Slice(found, cookie(namespace, last)));
  }

  private ByteString cookie(final String namespace, final long last) {
    final byte[] name = namespace.getBytes(StandardCharsets.UTF_8);
    final ByteBuffer bytes =
        ByteBuffer.allocate(2 * Long.BYTES + name.length).putLong(point).putLong(last).put(name);
    return ByteString.copyFrom(bytes.array());
  }

  private Optional<Long> read(final String namespace, final ByteString cookie) {
    if (cookie.isEmpty()) {
      return Optional.of(0L);
    }
    if (cookie.size() < 2 * Long.BYTES) {
      return Optional.empty();
    }
    final long last = cookie.asReadOnlyByteBuffer().getLong(Long.BYTES);
    return cookie(namespace, last).equals(cookie) ? Optional.of(last) : Optional.empty();
  }
}
