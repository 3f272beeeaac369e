// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.mdns;

import io.calimero.node.libp2p.MalformedException;
import io.calimero.node.libp2p.Multiaddr;
import io.calimero.node.libp2p.PeerAddresses;
import io.calimero.node.libp2p.PeerId;
import io.calimero.node.libp2p.internal.mdns.MdnsPacket.Pointer;
import io.calimero.node.libp2p.internal.mdns.MdnsPacket.Query;
import io.calimero.node.libp2p.internal.mdns.MdnsPacket.Response;
import io.calimero.node.libp2p.internal.mdns.MdnsPacket.Text;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is said and heard (discovery/mdns specification), without the sockets. Packets come from
 * anybody on the network, so what is remembered and how often is answered is bounded. For one
 * thread, but for what says otherwise.
 */
final class MdnsCore {
  private static final Logger LOG = LoggerFactory.getLogger(MdnsCore.class);
  private static final String PREFIX = "dnsaddr=";
  private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";
  private static final int NAME = 40;
  private static final int MAX_PEERS = 256;
  private static final int MAX_ADDRESSES = 16;
  private static final int MAX_SAID = 32;
  private static final long LIFETIME_SECONDS = 120;
  private static final long ANSWER_EVERY = Duration.ofSeconds(1).toNanos();

  private final PeerId self;
  private final String service;
  private final String name;
  private final LongSupplier nanoTime;
  private final Supplier<List<Multiaddr>> own;
  private final Consumer<PeerAddresses> found;
  private final Map<PeerId, Heard> peers = new LinkedHashMap<>();
  private volatile List<Heard> snapshot = List.of();
  private Optional<Long> answered = Optional.empty();

  private record Heard(PeerAddresses where, long until) {}

  /**
   * Speaks for {@code self} under a name by chance, which does not say who it is.
   *
   * @param own where this host listens
   * @param found is told of peers
   */
  MdnsCore(
      final PeerId self,
      final String service,
      final RandomGenerator random,
      final LongSupplier nanoTime,
      final Supplier<List<Multiaddr>> own,
      final Consumer<PeerAddresses> found) {
    this.self = self;
    this.service = service.toLowerCase(Locale.ROOT) + ".";
    final StringBuilder label = new StringBuilder();
    for (int i = 0; i < NAME; i++) {
      label.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    }
    name = label + "." + this.service;
    this.nanoTime = nanoTime;
    this.own = own;
    this.found = found;
  }

  /** The packet that asks for others. */
  byte[] query() {
    return MdnsCodec.query(service);
  }

  /** Takes a packet; the one to be sent in answer, if any. */
  Optional<byte[]> receive(final byte[] packet) {
    final MdnsPacket read;
    try {
      read = MdnsCodec.decode(packet);
    } catch (final MalformedException e) {
      LOG.debug("Not a packet of multicast DNS: {}", e.getMessage());
      return Optional.empty();
    }
    return switch (read) {
      case final Query query -> answer(query);
      case final Response response -> {
        response.pointers().stream()
            .filter(pointer -> pointer.service().equals(service))
            .filter(pointer -> !pointer.name().equals(name))
            .forEach(pointer -> heard(pointer, response.texts()));
        yield Optional.empty();
      }
    };
  }

  /** One answer reaches everybody, so one a second is enough (RFC 6762, section 6). */
  private Optional<byte[]> answer(final Query query) {
    final long now = nanoTime.getAsLong();
    if (!query.services().contains(service)
        || answered.filter(at -> now - at < ANSWER_EVERY).isPresent()) {
      return Optional.empty();
    }
    final List<String> texts =
        own.get().stream()
            .map(address -> PREFIX + address.withPeer(self))
            .filter(MdnsCodec::fits)
            .limit(MAX_SAID)
            .toList();
    if (texts.isEmpty()) {
      return Optional.empty();
    }
    answered = Optional.of(now);
    return Optional.of(MdnsCodec.response(service, name, LIFETIME_SECONDS, texts));
  }

  private void heard(final Pointer pointer, final List<Text> texts) {
    final Map<PeerId, List<Multiaddr>> said = new LinkedHashMap<>();
    texts.stream()
        .filter(text -> text.name().equals(pointer.name()))
        .flatMap(text -> text.strings().stream())
        .filter(text -> text.startsWith(PREFIX))
        .map(text -> address(text.substring(PREFIX.length())))
        .flatMap(Optional::stream)
        .forEach(
            address ->
                address
                    .peer()
                    .ifPresent(
                        peer ->
                            said.computeIfAbsent(peer, unknown -> new ArrayList<>()).add(address)));
    // A name is that of one peer; packets that say otherwise are not to be made sense of.
    if (said.size() == 1) {
      said.forEach(
          (peer, addresses) ->
              keep(
                  new PeerAddresses(peer, addresses.stream().limit(MAX_ADDRESSES).toList()),
                  pointer.seconds()));
    }
  }

  /** An address; empty if it is none, or of a kind not known here. */
  private static Optional<Multiaddr> address(final String text) {
    try {
      return Optional.of(Multiaddr.parse(text));
    } catch (final MalformedException e) {
      return Optional.empty();
    }
  }

  private void keep(final PeerAddresses where, final long seconds) {
    if (where.peer().equals(self)) {
      return;
    }
    final long now = nanoTime.getAsLong();
    peers.values().removeIf(heard -> heard.until - now <= 0);
    if (seconds == 0) {
      // It says good-bye (RFC 6762, section 10.1).
      peers.remove(where.peer());
      snapshot = List.copyOf(peers.values());
      return;
    }
    final Optional<Heard> before = Optional.ofNullable(peers.get(where.peer()));
    if (before.isEmpty() && peers.size() >= MAX_PEERS) {
      return;
    }
    final long lives = Duration.ofSeconds(Math.min(seconds, LIFETIME_SECONDS)).toNanos();
    peers.put(where.peer(), new Heard(where, now + lives));
    snapshot = List.copyOf(peers.values());
    if (before.filter(heard -> heard.where.equals(where)).isEmpty()) {
      found.accept(where);
    }
  }

  /** The peers that are not overdue; from any thread. */
  List<PeerAddresses> peers() {
    final long now = nanoTime.getAsLong();
    return snapshot.stream().filter(heard -> heard.until - now > 0).map(Heard::where).toList();
  }
}
