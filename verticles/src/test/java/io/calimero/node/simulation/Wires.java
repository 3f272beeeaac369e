// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.simulation;

import static io.calimero.node.simulation.VirtualTime.MILLISECOND;
import static io.calimero.node.simulation.VirtualTime.SECOND;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The network between machines: which of them reach one another, who is connected, and how long
 * things take. What a connection carries comes in order or not at all; what is gossiped may be
 * lost, late, doubled and out of order.
 */
final class Wires {
  private static final long LOOK_EVERY = 500 * MILLISECOND;
  private static final long AGAIN = 200 * MILLISECOND;

  private final World world;
  private final SortedMap<String, Endpoint> endpoints = new TreeMap<>();
  private final Set<String> cut = new TreeSet<>();

  /** Connected pairs, with since when they have heard nothing of one another. */
  private final SortedMap<String, Long> connected = new TreeMap<>();

  private boolean silent;
  private double loss;
  private double doubled;
  private long slowest = 20 * MILLISECOND;
  private long number;

  Wires(final World world) {
    this.world = world;
    world.time().after(LOOK_EVERY, this::look);
  }

  World world() {
    return world;
  }

  long nextNumber() {
    return ++number;
  }

  /** How bad it is from now on. */
  void weather(final double lossOfGossip, final double doubledGossip, final long slowestNanos) {
    loss = lossOfGossip;
    doubled = doubledGossip;
    slowest = slowestNanos;
  }

  void cut(final String one, final String other) {
    cut.add(pair(one, other));
  }

  void unite() {
    cut.clear();
  }

  /** A process has begun to use the network. */
  void plug(final Endpoint endpoint) {
    endpoints.put(endpoint.peer(), endpoint);
  }

  /** A process is gone; the others notice soon. */
  void unplug(final Endpoint endpoint) {
    endpoints.remove(endpoint.peer(), endpoint);
    for (final Endpoint other : List.copyOf(endpoints.values())) {
      if (connected.containsKey(pair(endpoint.peer(), other.peer()))) {
        disconnect(endpoint, other);
      }
    }
  }

  /** The endpoint of a peer, if it is there. */
  Optional<Endpoint> find(final String peer) {
    return Optional.ofNullable(endpoints.get(peer));
  }

  boolean isConnected(final Endpoint one, final Endpoint other) {
    return connected.containsKey(pair(one.peer(), other.peer()));
  }

  /** Whether two are connected. */
  boolean reach(final String one, final String other) {
    return connected.containsKey(pair(one, other));
  }

  List<Endpoint> connectedTo(final Endpoint one) {
    return endpoints.values().stream()
        .filter(other -> other != one && isConnected(one, other))
        .toList();
  }

  /** Whether bytes pass between them at this moment. */
  boolean passes(final Endpoint one, final Endpoint other) {
    return one.process().alive()
        && other.process().alive()
        && !cut.contains(pair(one.peer(), other.peer()));
  }

  private boolean answers(final Endpoint one, final Endpoint other) {
    return passes(one, other) && one.process().running() && other.process().running();
  }

  /** Connects two that reach one another. */
  boolean connect(final Endpoint one, final Endpoint other) {
    if (isConnected(one, other)) {
      return true;
    }
    if (!answers(one, other) || endpoints.get(other.peer()) != other) {
      return false;
    }
    connected.put(pair(one.peer(), other.peer()), world.time().now());
    one.met(other.peer());
    other.met(one.peer());
    return true;
  }

  private void disconnect(final Endpoint one, final Endpoint other) {
    connected.remove(pair(one.peer(), other.peer()));
    one.lost(other.peer());
    other.lost(one.peer());
  }

  /** Who reaches one another connects after a while; who does not is given up after a while. */
  private void look() {
    final List<Endpoint> all = new ArrayList<>(endpoints.values());
    for (int i = 0; i < all.size(); i++) {
      for (int j = i + 1; j < all.size(); j++) {
        look(all.get(i), all.get(j));
      }
    }
    world.time().after(LOOK_EVERY, this::look);
  }

  private void look(final Endpoint one, final Endpoint other) {
    final String pair = pair(one.peer(), other.peer());
    final Long heard = connected.get(pair);
    if (answers(one, other)) {
      if (heard != null) {
        connected.put(pair, world.time().now());
      } else if (world.chance(0.5)) {
        connect(one, other);
      }
    } else if (heard != null
        && world.time().now() - heard > world.between(10 * SECOND, 40 * SECOND)) {
      disconnect(one, other);
    }
  }

  /** Whether all that is gossiped is lost. */
  void silent(final boolean now) {
    silent = now;
  }

  long latency() {
    return world.between(MILLISECOND / 2, world.chance(loss) ? slowest + 2 * SECOND : slowest);
  }

  /** How often a gossiped message arrives. */
  int copies() {
    return silent || world.chance(loss) ? 0 : world.chance(doubled) ? 2 : 1;
  }

  /** One direction of a connection: in order, and later rather than never. */
  final class Line {
    private final Endpoint from;
    private final Endpoint to;
    private final Deque<Runnable> underWay = new ArrayDeque<>();

    Line(final Endpoint from, final Endpoint to) {
      this.from = from;
      this.to = to;
    }

    int underWay() {
      return underWay.size();
    }

    void carry(final Runnable arrival) {
      underWay.addLast(arrival);
      if (underWay.size() == 1) {
        world.time().after(latency(), this::arrive);
      }
    }

    private void arrive() {
      if (!from.process().alive() || !to.process().alive()) {
        underWay.clear();
      } else if (!passes(from, to)) {
        world.time().after(AGAIN, this::arrive);
      } else {
        to.process().run(underWay.removeFirst());
        if (!underWay.isEmpty()) {
          world.time().after(world.between(1_000, MILLISECOND), this::arrive);
        }
      }
    }
  }

  static String pair(final String one, final String other) {
    return one.compareTo(other) < 0 ? one + "-" + other : other + "-" + one;
  }
}
