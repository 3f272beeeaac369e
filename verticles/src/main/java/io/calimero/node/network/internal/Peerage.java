// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.network.internal;

import io.calimero.node.events.messages.NetworkMessages.Peer;
import io.calimero.node.events.messages.NetworkMessages.PeerJoined;
import io.calimero.node.events.messages.NetworkMessages.PeerLeft;
import io.calimero.node.events.messages.NetworkMessages.Reachability;
import io.calimero.node.libp2p.Connection;
import io.calimero.node.libp2p.Direction;
import io.calimero.node.libp2p.Host;
import io.calimero.node.libp2p.HostListener;
import io.calimero.node.libp2p.PeerId;
import io.calimero.node.libp2p.PeerInfo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who is connected, and who was: those are dialled again while they are away. On the loop only. */
final class Peerage {
  private static final Logger LOG = LoggerFactory.getLogger(Peerage.class);
  static final int BANNED = -100;
  private static final int MAX_KNOWN = 1024;
  private static final int ENOUGH_CONNECTIONS = 64;
  private static final int DIALS_AT_ONCE = 8;

  /** A laptop may be shut for weeks. */
  private static final Duration REMEMBERED = Duration.ofDays(60);

  private final Host host;
  private final Executor loop;
  private final LongSupplier nanoTime;
  private final Notices notices;
  private final long dialEveryNanos;
  private final Set<PeerId> connected = new TreeSet<>();
  private volatile int count;

  /** Whom to dial again, the next one first. */
  private final Set<PeerId> known = new LinkedHashSet<>();

  private Reachability reachability = Reachability.UNKNOWN;
  private int dialling;
  private long dialledAt;
  private boolean stopped;

  Peerage(
      final Host host,
      final Executor loop,
      final LongSupplier nanoTime,
      final Notices notices,
      final Duration dialEvery) {
    dialEveryNanos = dialEvery.toNanos();
    this.host = host;
    this.loop = loop;
    this.nanoTime = nanoTime;
    this.notices = notices;
    host.addListener(
        new HostListener() {
          @Override
          public void connected(final Connection connection) {
            loop.execute(() -> joined(connection));
          }

          @Override
          public void disconnected(final Connection connection, final String reason) {
            loop.execute(() -> left(connection.remotePeer()));
          }

          @Override
          public void identified(final Connection connection, final PeerInfo info) {
            loop.execute(() -> remember(connection.remotePeer(), info));
          }
        });
  }

  /** Dials those that the host remembers from before. */
  void start() {
    known.addAll(host.peers().peers().stream().limit(MAX_KNOWN).toList());
    dialAgain();
  }

  void tick() {
    if (nanoTime.getAsLong() - dialledAt >= dialEveryNanos) {
      dialAgain();
    }
  }

  void stop() {
    stopped = true;
  }

  Reachability reachability() {
    return reachability;
  }

  /** How many are connected. May be asked on any thread. */
  int count() {
    return count;
  }

  List<Peer> peers() {
    return connected.stream()
        .flatMap(peer -> host.connection(peer).stream())
        .map(this::peer)
        .sorted(Comparator.comparing(Peer::id))
        .toList();
  }

  private Peer peer(final Connection connection) {
    return new Peer(
        connection.remotePeer().toString(),
        connection.remoteAddress().toString(),
        connection.direction() == Direction.OUTBOUND,
        host.peers().info(connection.remotePeer()).map(PeerInfo::agentVersion).orElse(""));
  }

  private void joined(final Connection connection) {
    if (connection.closed().isDone()) {
      return;
    }
    if (connection.direction() == Direction.INBOUND
        && Addresses.isPublic(connection.remoteAddress())) {
      reachability = Reachability.PUBLIC;
    }
    if (connected.add(connection.remotePeer())) {
      count = connected.size();
      notices.joined(
          new PeerJoined(
              connection.remotePeer().toString(), connection.remoteAddress().toString()));
    }
  }

  private void left(final PeerId peer) {
    if (host.connection(peer).isEmpty() && connected.remove(peer)) {
      count = connected.size();
      notices.left(new PeerLeft(peer.toString()));
    }
  }

  private void remember(final PeerId peer, final PeerInfo info) {
    host.peers().add(peer, info.listenAddresses(), REMEMBERED);
    if (known.size() < MAX_KNOWN) {
      known.add(peer);
    }
  }

  private void dialAgain() {
    dialledAt = nanoTime.getAsLong();
    if (stopped || host.connections().size() >= ENOUGH_CONNECTIONS) {
      return;
    }
    for (final PeerId peer : new ArrayList<>(known)) {
      if (dialling >= DIALS_AT_ONCE) {
        return;
      }
      if (isAway(peer)) {
        // Behind all others, so that each has its turn.
        known.remove(peer);
        known.add(peer);
        dial(peer);
      }
    }
  }

  private boolean isAway(final PeerId peer) {
    return host.connection(peer).isEmpty()
        && !peer.equals(host.id())
        && host.peers().reputation(peer) > BANNED
        && !host.peers().addresses(peer).isEmpty();
  }

  private void dial(final PeerId peer) {
    dialling++;
    final CompletableFuture<Connection> _ =
        host.connect(peer, List.of())
            .whenCompleteAsync(
                (_, failure) -> {
                  dialling--;
                  if (failure != null) {
                    LOG.debug("{} is still away: {}", peer, failure.toString());
                  }
                },
                loop);
  }
}
