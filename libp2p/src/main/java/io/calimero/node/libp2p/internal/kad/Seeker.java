// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.kad;

import com.google.protobuf.ByteString;
import io.calimero.node.libp2p.Multiaddr;
import io.calimero.node.libp2p.PeerAddresses;
import io.calimero.node.libp2p.PeerId;
import io.calimero.node.libp2p.internal.async.Futures;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiPredicate;
import java.util.stream.Stream;

/** Looks for things in the tables of others. For one thread. */
final class Seeker {
  /** How many addresses of what one peer said of another are used, and how many in all. */
  private static final int FROM_ONE = 8;

  private static final int IN_ALL = 16;

  private final KadContext context;

  Seeker(final KadContext context) {
    this.context = context;
  }

  /** The peers nearest to {@code key} that answer. */
  CompletableFuture<List<PeerAddresses>> closest(final ByteString key) {
    return lookup(KadMessage.request(KadType.FIND_NODE, key), (peer, answer) -> false)
        .run(context.closest(KadKey.of(key)));
  }

  private Lookup lookup(
      final KadMessage request, final BiPredicate<PeerAddresses, KadMessage> enough) {
    final Lookup.Purpose purpose =
        new Lookup.Purpose() {
          @Override
          public CompletableFuture<KadMessage> ask(final PeerAddresses peer) {
            return context.ask(peer, request);
          }

          @Override
          public boolean enough(final PeerAddresses peer, final KadMessage answer) {
            return enough.test(peer, answer);
          }
        };
    return new Lookup(context, KadKey.of(request.key()), purpose);
  }

  /**
   * Finds {@code peer} and gets a connection to it. It is dialled once, by the addresses that most
   * have named: one liar does not keep it from being found.
   */
  CompletableFuture<Optional<PeerAddresses>> findPeer(final PeerId peer) {
    final Optional<PeerAddresses> connected =
        peer.equals(context.self())
            ? Optional.of(new PeerAddresses(peer, context.transport().own()))
            : context.transport().connected(peer);
    if (connected.isPresent()) {
      return CompletableFuture.completedFuture(connected);
    }
    final Map<Multiaddr, Integer> named = new LinkedHashMap<>();
    final Set<PeerId> witnesses = new LinkedHashSet<>();
    return lookup(
            KadMessage.findNode(peer),
            (from, answer) -> {
              for (final PeerAddresses told : answer.closer()) {
                if (told.peer().equals(peer)
                    && !told.addresses().isEmpty()
                    && witnesses.add(from.peer())) {
                  told.addresses().stream()
                      .limit(FROM_ONE)
                      .forEach(address -> named.merge(address, 1, Integer::sum));
                }
              }
              return witnesses.size() >= context.params().parallelism();
            })
        .without(peer)
        .run(context.closest(KadKey.of(peer)))
        .thenCompose(nearest -> reach(peer, named));
  }

  private CompletableFuture<Optional<PeerAddresses>> reach(
      final PeerId peer, final Map<Multiaddr, Integer> named) {
    final List<Multiaddr> addresses =
        Stream.concat(
                named.entrySet().stream()
                    .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
                    .map(Map.Entry::getKey),
                context.transport().addresses(peer).stream())
            .limit(IN_ALL)
            .toList();
    return addresses.isEmpty()
        ? CompletableFuture.completedFuture(Optional.empty())
        : context
            .timed(context.transport().reach(new PeerAddresses(peer, addresses)))
            .handle((where, failure) -> Optional.ofNullable(where));
  }

  /** Finds at most {@code limit} providers of {@code key}, besides those {@code known}. */
  CompletableFuture<List<PeerAddresses>> findProviders(
      final ByteString key, final int limit, final List<PeerAddresses> known) {
    final Map<PeerId, PeerAddresses> found = new LinkedHashMap<>();
    known.forEach(provider -> add(found, provider));
    if (found.size() >= limit) {
      return CompletableFuture.completedFuture(first(found, limit));
    }
    return lookup(
            KadMessage.request(KadType.GET_PROVIDERS, key),
            (from, answer) -> {
              answer.providers().forEach(provider -> add(found, provider));
              return found.size() >= limit;
            })
        .run(context.closest(KadKey.of(key)))
        .thenApply(nearest -> first(found, limit));
  }

  private static List<PeerAddresses> first(
      final Map<PeerId, PeerAddresses> found, final int limit) {
    return found.values().stream().limit(limit).toList();
  }

  private void add(final Map<PeerId, PeerAddresses> found, final PeerAddresses provider) {
    if (!provider.peer().equals(context.self())) {
      found.merge(
          provider.peer(),
          provider,
          (a, b) ->
              new PeerAddresses(
                  a.peer(),
                  Stream.concat(a.addresses().stream(), b.addresses().stream())
                      .distinct()
                      .limit(IN_ALL)
                      .toList()));
    }
  }

  /** The best value under {@code key}; {@code own} is the one that is known here. */
  CompletableFuture<Optional<KadRecord>> get(final ByteString key, final Optional<KadRecord> own) {
    final Map<PeerAddresses, ByteString> given = new LinkedHashMap<>();
    final int needed = context.params().quorum() - (own.isPresent() ? 1 : 0);
    if (needed <= 0) {
      return CompletableFuture.completedFuture(own);
    }
    return lookup(
            KadMessage.request(KadType.GET_VALUE, key),
            (from, answer) -> {
              answer
                  .entry()
                  .filter(entry -> entry.key().equals(key))
                  .filter(entry -> context.validators().valid(key, entry.value()))
                  .ifPresent(entry -> given.put(from, entry.value()));
              return given.size() >= needed;
            })
        .run(context.closest(KadKey.of(key)))
        .thenApply(nearest -> choose(key, own, given, nearest));
  }

  private Optional<KadRecord> choose(
      final ByteString key,
      final Optional<KadRecord> own,
      final Map<PeerAddresses, ByteString> given,
      final List<PeerAddresses> nearest) {
    final Optional<ByteString> best =
        Stream.concat(own.stream().map(KadRecord::value), given.values().stream())
            .reduce((a, b) -> context.validators().better(key, b, a) ? b : a);
    if (best.isEmpty()) {
      return Optional.empty();
    }
    final KadRecord entry = new KadRecord(key, best.get(), context.clock().instant().toString());
    // Those who have a worse one are told, and the nearest who has none keeps it for the next one.
    final List<PeerAddresses> lacking = new ArrayList<>();
    given.forEach(
        (peer, value) -> {
          if (!value.equals(best.get())) {
            lacking.add(peer);
          }
        });
    nearest.stream().filter(peer -> !given.containsKey(peer)).findFirst().ifPresent(lacking::add);
    lacking.forEach(peer -> Futures.ignore(context.ask(peer, KadMessage.put(entry))));
    return Optional.of(entry);
  }
}
