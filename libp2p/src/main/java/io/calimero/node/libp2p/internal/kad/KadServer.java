// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.kad;

import com.google.protobuf.ByteString;
import io.calimero.node.libp2p.MalformedException;
import io.calimero.node.libp2p.PeerAddresses;
import io.calimero.node.libp2p.PeerId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Answers what peers ask (kad-dht specification, "RPC messages"). For one thread. */
final class KadServer {
  private final KadContext context;
  private final ValueStore values;
  private final ProviderStore providers;
  private final Set<ByteString> ownKeys;

  /** Answers from these stores; {@code ownKeys} are what this host provides itself. */
  KadServer(
      final KadContext context,
      final ValueStore values,
      final ProviderStore providers,
      final Set<ByteString> ownKeys) {
    this.context = context;
    this.values = values;
    this.providers = providers;
    this.ownKeys = ownKeys;
  }

  /**
   * The answer to {@code request}; empty if there is none to be given.
   *
   * @throws MalformedException if it is refused
   */
  Optional<KadMessage> answer(final PeerId from, final KadMessage request) {
    return switch (request.type()) {
      case PING -> Optional.of(request);
      case FIND_NODE -> Optional.of(findNode(from, request));
      case GET_VALUE ->
          Optional.of(
              answer(
                  request,
                  values.get(required(request), context.now()),
                  closer(from, request.key()),
                  List.of()));
      case GET_PROVIDERS ->
          Optional.of(
              answer(
                  request,
                  Optional.empty(),
                  closer(from, request.key()),
                  providers(required(request))));
      case PUT_VALUE -> Optional.of(put(from, request));
      case ADD_PROVIDER -> {
        addProvider(from, request);
        yield Optional.empty();
      }
    };
  }

  private static ByteString required(final KadMessage request) {
    if (request.key().isEmpty()) {
      throw new MalformedException("Kademlia: " + request.type() + " without a key");
    }
    return request.key();
  }

  private static KadMessage answer(
      final KadMessage request,
      final Optional<KadRecord> entry,
      final List<PeerAddresses> closer,
      final List<PeerAddresses> providers) {
    return new KadMessage(request.type(), request.key(), entry, closer, providers);
  }

  /** The nearest peers that can be reached, but for the one who asks. */
  private List<PeerAddresses> closer(final PeerId from, final ByteString key) {
    return context.closest(KadKey.of(key)).stream()
        .filter(peer -> !peer.peer().equals(from) && !peer.addresses().isEmpty())
        .toList();
  }

  private KadMessage findNode(final PeerId from, final KadMessage request) {
    final List<PeerAddresses> closer = new ArrayList<>(closer(from, required(request)));
    wanted(request.key())
        .filter(peer -> !peer.equals(from))
        .map(
            peer ->
                peer.equals(context.self())
                    ? new PeerAddresses(peer, context.transport().own())
                    : context.where(peer))
        .filter(peer -> !peer.addresses().isEmpty())
        .ifPresent(
            found -> {
              // It may be known without being in the table: not everybody serves.
              closer.removeIf(peer -> peer.peer().equals(found.peer()));
              closer.addFirst(found);
            });
    return answer(request, Optional.empty(), closer, List.of());
  }

  /** The peer that is looked for; lookups of other keys use the same request. */
  private static Optional<PeerId> wanted(final ByteString key) {
    try {
      return Optional.of(PeerId.decode(key.toByteArray()));
    } catch (final MalformedException e) {
      return Optional.empty();
    }
  }

  private List<PeerAddresses> providers(final ByteString key) {
    final List<PeerAddresses> all = new ArrayList<>();
    if (ownKeys.contains(key)) {
      all.add(new PeerAddresses(context.self(), context.transport().own()));
    }
    all.addAll(providers.get(key, context.now()).reversed());
    return all.stream().limit(context.params().replication()).toList();
  }

  private KadMessage put(final PeerId from, final KadMessage request) {
    final KadRecord entry =
        request
            .entry()
            .filter(record -> record.key().equals(required(request)))
            .orElseThrow(() -> new MalformedException("Kademlia: PUT_VALUE without its value"));
    if (!keep(from, entry.key(), entry.value())) {
      throw new MalformedException("Kademlia: the value is refused");
    }
    return request;
  }

  /** Keeps a value if it is valid, not worse than a known one, and has room. */
  boolean keep(final PeerId from, final ByteString key, final ByteString value) {
    if (!context.validators().valid(key, value)) {
      return false;
    }
    final Optional<KadRecord> known = values.get(key, context.now());
    if (known.isPresent()
        && !known.get().value().equals(value)
        && !context.validators().better(key, value, known.get().value())) {
      return false;
    }
    return values.put(
        new KadRecord(key, value, context.clock().instant().toString()), from, context.now());
  }

  /** Peers can only speak for themselves. */
  private void addProvider(final PeerId from, final KadMessage request) {
    final ByteString key = required(request);
    request.providers().stream()
        .filter(peer -> peer.peer().equals(from))
        .findFirst()
        .map(peer -> peer.addresses().isEmpty() ? context.where(from) : peer)
        .filter(peer -> !peer.addresses().isEmpty())
        .ifPresent(peer -> providers.add(key, peer, context.now()));
  }
}
