// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.host;

import io.calimero.node.libp2p.ConnectionException;
import io.calimero.node.libp2p.ConnectionGate;
import io.calimero.node.libp2p.Direction;
import io.calimero.node.libp2p.Multiaddr;
import io.calimero.node.libp2p.PeerId;
import io.calimero.node.libp2p.internal.async.EventLoopTimers;
import io.calimero.node.libp2p.internal.async.Futures;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** Finds a way to a peer: one dial at a time to each, over all its addresses. */
final class Dialer {
  /** How many addresses of one peer are tried. */
  private static final int MAX_ADDRESSES = 16;

  private final EventLoopTimers loop;
  private final Transports transports;
  private final Resolver names;
  private final ConnectionGate gate;
  private final Function<P2pConnection, CompletableFuture<P2pConnection>> establish;
  private final DialBackoff backoff = new DialBackoff();
  private final Map<Goal, CompletableFuture<P2pConnection>> running = new LinkedHashMap<>();

  /**
   * Dials by {@code transports} what {@code gate} lets pass.
   *
   * @param names looks up the names in addresses
   * @param establish takes a new connection in, or refuses it
   */
  Dialer(
      final EventLoopTimers loop,
      final Transports transports,
      final Resolver names,
      final ConnectionGate gate,
      final Function<P2pConnection, CompletableFuture<P2pConnection>> establish) {
    this.loop = loop;
    this.transports = transports;
    this.names = names;
    this.gate = gate;
    this.establish = establish;
  }

  /**
   * What a dial is for. A dial to a relay leads through no other relay, and joins no dial that
   * does: two that wait for one another would wait for ever.
   */
  private record Goal(PeerId peer, boolean direct) {}

  /** Dials {@code peer}, or joins the dial that is under way. */
  CompletableFuture<P2pConnection> dial(final PeerId peer, final List<Multiaddr> addresses) {
    final CompletableFuture<P2pConnection> dialled = new CompletableFuture<>();
    loop.execute(() -> Futures.forward(join(peer, addresses), dialled));
    return dialled;
  }

  private CompletableFuture<P2pConnection> join(
      final PeerId peer, final List<Multiaddr> addresses) {
    final Goal goal = new Goal(peer, addresses.stream().noneMatch(RelayTransport::leads));
    final CompletableFuture<P2pConnection> underWay = running.get(goal);
    if (underWay != null) {
      return underWay;
    }
    final Optional<Duration> pause = backoff.pause(peer, loop.nanoTime());
    if (pause.isPresent()) {
      return CompletableFuture.failedFuture(
          new ConnectionException(
              peer
                  + " did not answer and is left alone for another "
                  + pause.get().toMillis()
                  + " ms"));
    }
    final CompletableFuture<P2pConnection> race = dial(Optional.of(peer), addresses);
    running.put(goal, race);
    Futures.ignore(
        race.whenComplete((connection, failure) -> loop.execute(() -> ended(goal, failure))));
    return race;
  }

  private void ended(final Goal goal, final Throwable failure) {
    running.remove(goal);
    if (failure == null) {
      backoff.succeeded(goal.peer);
    } else {
      backoff.failed(goal.peer, loop.nanoTime());
    }
  }

  /** Dials the first of {@code addresses} that answers. */
  CompletableFuture<P2pConnection> dial(
      final Optional<PeerId> expected, final List<Multiaddr> addresses) {
    return dial(expected, addresses, Direction.OUTBOUND);
  }

  /** As above; the handshake and all that follows are those of {@code role}. */
  CompletableFuture<P2pConnection> dial(
      final Optional<PeerId> expected, final List<Multiaddr> addresses, final Direction role) {
    return names
        .all(addresses.stream().distinct().limit(MAX_ADDRESSES).toList())
        .thenCompose(
            resolved -> {
              final List<Multiaddr> usable =
                  resolved.stream()
                      .filter(address -> transports.of(address).isPresent())
                      // A name may stand for the addresses of many peers.
                      .filter(address -> mayBe(address.peer(), expected))
                      .filter(address -> gate.allows(address, Direction.OUTBOUND))
                      .distinct()
                      .limit(MAX_ADDRESSES)
                      .sorted(Comparator.comparing(RelayTransport::leads))
                      .toList();
              return usable.isEmpty()
                  ? CompletableFuture.failedFuture(
                      new ConnectionException("None of these can be dialled: " + addresses))
                  : new DialRace(loop, usable, address -> dial(address, expected, role)).run();
            })
        .thenCompose(establish);
  }

  private CompletableFuture<P2pConnection> dial(
      final Multiaddr address, final Optional<PeerId> expected, final Direction role) {
    return transports
        .of(address)
        .orElseThrow()
        .dial(address.withoutPeer(), expected.or(address::peer), role);
  }

  private static boolean mayBe(final Optional<PeerId> there, final Optional<PeerId> expected) {
    return there.isEmpty() || expected.isEmpty() || there.equals(expected);
  }
}
