// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.kad;

import com.google.protobuf.ByteString;
import io.calimero.node.libp2p.KadParams;
import io.calimero.node.libp2p.Multiaddr;
import io.calimero.node.libp2p.PeerAddresses;
import io.calimero.node.libp2p.PeerId;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Who provides what, by the word of the providers themselves. When it is full the key that is
 * farthest from this host goes, as in {@link ValueStore}. For one thread.
 */
final class ProviderStore {
  private static final int MAX_PROVIDERS = 64;
  private static final int MAX_ADDRESSES = 16;

  private final KadKey self;
  private final KadParams params;
  private final Map<ByteString, Provided> keys = new LinkedHashMap<>();
  private final Map<PeerId, Integer> perPeer = new LinkedHashMap<>();

  /** The providers of a key, the one that said so last at the end. */
  private static final class Provided {
    final KadKey distance;
    final Map<PeerId, Provider> providers = new LinkedHashMap<>();

    Provided(final KadKey distance) {
      this.distance = distance;
    }
  }

  private record Provider(PeerAddresses where, long until) {}

  ProviderStore(final KadKey self, final KadParams params) {
    this.self = self;
    this.params = params;
  }

  /** The providers of {@code key}. */
  List<PeerAddresses> get(final ByteString key, final long now) {
    final Provided provided = keys.get(key);
    return provided == null
        ? List.of()
        : provided.providers.values().stream()
            .filter(provider -> provider.until - now > 0)
            .map(Provider::where)
            .toList();
  }

  /** Keeps what {@code peer} has said of itself; false if there is no room for it. */
  boolean add(final ByteString key, final PeerAddresses peer, final long now) {
    final PeerId id = peer.peer();
    final Provided known = keys.get(key);
    if (known == null || !known.providers.containsKey(id)) {
      if (perPeer.getOrDefault(id, 0) >= params.maxPerPeer()) {
        expire(now);
        if (perPeer.getOrDefault(id, 0) >= params.maxPerPeer()) {
          return false;
        }
      }
      if (known == null && !makeRoom(KadKey.of(key).to(self), now)) {
        return false;
      }
    }
    final Provided provided =
        keys.computeIfAbsent(key, unknown -> new Provided(KadKey.of(unknown).to(self)));
    if (provided.providers.remove(id) == null) {
      perPeer.merge(id, 1, Integer::sum);
    }
    final List<Multiaddr> addresses = peer.addresses().stream().limit(MAX_ADDRESSES).toList();
    final long until = now + params.providerLifetime().toNanos();
    provided.providers.put(id, new Provider(new PeerAddresses(id, addresses), until));
    if (provided.providers.size() > MAX_PROVIDERS) {
      final PeerId oldest = provided.providers.keySet().iterator().next();
      provided.providers.remove(oldest);
      released(oldest);
    }
    return true;
  }

  private boolean makeRoom(final KadKey distance, final long now) {
    if (keys.size() < params.maxProvided()) {
      return true;
    }
    expire(now);
    if (keys.size() < params.maxProvided()) {
      return true;
    }
    final Map.Entry<ByteString, Provided> farthest =
        keys.entrySet().stream()
            .max(Comparator.comparing(entry -> entry.getValue().distance))
            .orElseThrow();
    if (farthest.getValue().distance.compareTo(distance) <= 0) {
      return false;
    }
    farthest.getValue().providers.keySet().forEach(this::released);
    keys.remove(farthest.getKey());
    return true;
  }

  private void released(final PeerId peer) {
    perPeer.computeIfPresent(peer, (id, count) -> count > 1 ? count - 1 : null);
  }

  void expire(final long now) {
    keys.values()
        .removeIf(
            provided -> {
              provided
                  .providers
                  .entrySet()
                  .removeIf(
                      entry -> {
                        final boolean over = entry.getValue().until - now <= 0;
                        if (over) {
                          released(entry.getKey());
                        }
                        return over;
                      });
              return provided.providers.isEmpty();
            });
  }

  int count() {
    return keys.size();
  }
}
