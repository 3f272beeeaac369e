// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.host;

import io.calimero.node.libp2p.AddressProtocol;
import io.calimero.node.libp2p.HostLimits;
import io.calimero.node.libp2p.Multiaddr;
import io.calimero.node.libp2p.PeerId;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The connections of a host, kept within its limits. Safe for use by several threads. */
final class ConnectionTable {
  private final HostLimits limits;
  private final Set<P2pConnection> connections = new LinkedHashSet<>();
  private int handshakes;

  ConnectionTable(final HostLimits limits) {
    this.limits = limits;
  }

  /** Lets one more peer shake hands; the reason why not, otherwise. */
  synchronized Optional<String> beginHandshake(final Multiaddr from) {
    if (handshakes >= limits.handshakes()) {
      return Optional.of("there are " + handshakes + " handshakes already");
    }
    final Optional<String> full = full(from);
    if (full.isEmpty()) {
      handshakes++;
    }
    return full;
  }

  /** How many peers shake hands. */
  synchronized int handshakes() {
    return handshakes;
  }

  synchronized void endHandshake() {
    handshakes--;
  }

  /** Takes a connection in; the reason why not, otherwise. */
  synchronized Optional<String> add(final P2pConnection connection) {
    final PeerId peer = connection.remotePeer();
    final long same = connections.stream().filter(c -> c.remotePeer().equals(peer)).count();
    if (same >= limits.connectionsPerPeer()) {
      return Optional.of("there are " + same + " connections to this peer already");
    }
    final Optional<String> full = full(connection.remoteAddress());
    if (full.isEmpty()) {
      connections.add(connection);
    }
    return full;
  }

  synchronized void remove(final P2pConnection connection) {
    connections.remove(connection);
  }

  synchronized List<P2pConnection> all() {
    return new ArrayList<>(connections);
  }

  /** The oldest connection to {@code peer}; one through a relay only if there is no other. */
  synchronized Optional<P2pConnection> of(final PeerId peer) {
    return open(peer)
        .min(Comparator.comparing(ConnectionTable::relayed).thenComparing(P2pConnection::limited));
  }

  private static boolean relayed(final P2pConnection connection) {
    return connection.remoteAddress().has(AddressProtocol.P2P_CIRCUIT);
  }

  /** The oldest connection to {@code peer} that leads through no relay. */
  synchronized Optional<P2pConnection> direct(final PeerId peer) {
    return open(peer).filter(c -> !relayed(c)).findFirst();
  }

  private Stream<P2pConnection> open(final PeerId peer) {
    return connections.stream().filter(c -> c.remotePeer().equals(peer) && !c.closed().isDone());
  }

  private Optional<String> full(final Multiaddr from) {
    if (connections.size() >= limits.connections()) {
      return Optional.of("there are " + connections.size() + " connections already");
    }
    final Optional<String> ip = ip(from);
    if (ip.isPresent() && !InetAddress.ofLiteral(ip.get()).isLoopbackAddress()) {
      final long same = connections.stream().filter(c -> ip(c.remoteAddress()).equals(ip)).count();
      if (same >= limits.connectionsPerAddress()) {
        return Optional.of("there are " + same + " connections from this address already");
      }
    }
    return Optional.empty();
  }

  private static Optional<String> ip(final Multiaddr address) {
    return address.value(AddressProtocol.IP4).or(() -> address.value(AddressProtocol.IP6));
  }
}
