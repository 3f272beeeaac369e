// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.kad;

import io.calimero.node.libp2p.ConnectionException;
import io.calimero.node.libp2p.KadParams;
import io.calimero.node.libp2p.Libp2pException;
import io.calimero.node.libp2p.Multiaddr;
import io.calimero.node.libp2p.PeerAddresses;
import io.calimero.node.libp2p.PeerId;
import io.calimero.node.libp2p.internal.async.Futures;
import io.calimero.node.libp2p.internal.async.SimulatedPeers;
import io.calimero.node.libp2p.internal.async.Timers;
import io.calimero.node.libp2p.internal.async.VirtualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;

/**
 * Many routers in one thread, under virtual time. Requests and answers are delayed and lost; who is
 * off the network, or is dialled where it is not, does not answer. A connection lets both ends know
 * one another's address, and whether they serve, as identify does.
 */
final class KadNetwork {
  final VirtualTime time = new VirtualTime();
  final Random random;
  final List<Node> nodes = new ArrayList<>();
  private final Map<PeerId, Node> byId = new HashMap<>();

  /** Which part of what is sent gets lost. */
  double loss;

  /** How long anything takes at most. */
  Duration delay = Duration.ofMillis(100);

  KadNetwork(final long seed) {
    random = new Random(seed);
  }

  Node add(final KadParams params) {
    final Node node = new Node(nodes.size(), params);
    nodes.add(node);
    byId.put(node.id, node);
    node.timers.addAll(node.router.start());
    return node;
  }

  /** What {@code future} brings when enough virtual time has passed. */
  <T> T await(final CompletableFuture<T> future) {
    for (int i = 0; i < 600 && !future.isDone(); i++) {
      time.pass(Duration.ofSeconds(1));
    }
    if (!future.isDone()) {
      throw new AssertionError("Nothing has come of it in ten minutes");
    }
    return future.join();
  }

  Node node(final PeerId id) {
    return Objects.requireNonNull(byId.get(id));
  }

  private Duration some() {
    return Duration.ofNanos(1 + random.nextLong(delay.toNanos()));
  }

  /** One router with its connections. */
  final class Node implements KadTransport {
    final PeerId id;
    final Multiaddr address;
    final KadRouter router;
    final boolean server;
    final Map<PeerId, Multiaddr> identified = new HashMap<>();
    final Set<PeerId> connected = new HashSet<>();
    final List<Timers.Timer> timers = new ArrayList<>();
    boolean online = true;
    int asked;

    /** Changes what it answers; a liar's. */
    UnaryOperator<KadMessage> answers = UnaryOperator.identity();

    Node(final int number, final KadParams params) {
      id = SimulatedPeers.id(number);
      server = params.server();
      address = Multiaddr.parse("/ip4/10.0." + number / 256 + "." + number % 256 + "/tcp/1");
      router =
          new KadRouter(
              id,
              params,
              time,
              () -> Instant.ofEpochSecond(1_700_000_000).plusNanos(time.nanoTime()),
              new Random(random.nextLong()),
              this);
    }

    /** A connection: both know one another from now on. */
    void meet(final Node other) {
      connected.add(other.id);
      other.connected.add(id);
      learn(other);
      other.learn(this);
    }

    private void learn(final Node other) {
      identified.put(other.id, other.address);
      if (other.server) {
        router.serves(other.id);
      }
    }

    /** Goes off the network without a word. */
    void vanish() {
      online = false;
      timers.forEach(Timers.Timer::cancel);
      connected.forEach(peer -> node(peer).connected.remove(id));
      connected.clear();
    }

    private boolean reachable(final PeerAddresses to) {
      final Node other = byId.get(to.peer());
      return online
          && other != null
          && other.online
          && (connected.contains(to.peer()) || to.addresses().contains(other.address));
    }

    @Override
    public CompletableFuture<PeerAddresses> reach(final PeerAddresses peer) {
      final CompletableFuture<PeerAddresses> reached = new CompletableFuture<>();
      time.after(
          some(),
          () -> {
            if (reachable(peer)) {
              meet(node(peer.peer()));
              reached.complete(new PeerAddresses(peer.peer(), addresses(peer.peer())));
            } else {
              reached.completeExceptionally(new ConnectionException("Nobody there"));
            }
          });
      return reached;
    }

    @Override
    public CompletableFuture<KadMessage> ask(final PeerAddresses to, final KadMessage request) {
      asked++;
      final CompletableFuture<KadMessage> answer = new CompletableFuture<>();
      Futures.ignore(
          reach(to)
              .whenComplete(
                  (reached, failure) -> {
                    if (failure != null) {
                      answer.completeExceptionally(failure);
                    } else if (random.nextDouble() >= loss) {
                      time.after(some(), () -> node(to.peer()).serve(this, request, answer));
                    }
                  }));
      return answer;
    }

    private void serve(
        final Node from, final KadMessage request, final CompletableFuture<KadMessage> answer) {
      if (!online || !server) {
        answer.completeExceptionally(new ConnectionException("It does not serve"));
        return;
      }
      try {
        // Through the codec, as on the wire.
        final Optional<KadMessage> given =
            router
                .receive(from.id, KadCodec.decode(KadCodec.encode(request)))
                .map(answers)
                .map(said -> KadCodec.decode(KadCodec.encode(said)));
        if (random.nextDouble() >= loss) {
          time.after(some(), () -> answer.complete(given.orElse(request)));
        }
      } catch (final Libp2pException e) {
        answer.completeExceptionally(e);
      }
    }

    @Override
    public CompletableFuture<Void> tell(final PeerAddresses to, final KadMessage request) {
      return ask(to, request).thenAccept(done -> {});
    }

    @Override
    public Optional<PeerAddresses> connected(final PeerId peer) {
      return connected.contains(peer)
          ? Optional.of(new PeerAddresses(peer, addresses(peer)))
          : Optional.empty();
    }

    @Override
    public List<PeerId> servers() {
      return connected.stream().filter(peer -> node(peer).server).sorted().toList();
    }

    @Override
    public List<Multiaddr> addresses(final PeerId peer) {
      return Optional.ofNullable(identified.get(peer)).stream().toList();
    }

    @Override
    public List<Multiaddr> own() {
      return List.of(address);
    }
  }
}
