// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.host;

import io.calimero.node.libp2p.Multiaddr;
import io.calimero.node.libp2p.PeerId;
import io.calimero.node.libp2p.RelayLimits;
import io.calimero.node.libp2p.internal.async.EventLoopTimers;
import io.calimero.node.libp2p.internal.relay.Circuit;
import io.calimero.node.libp2p.internal.relay.CircuitAddress;
import io.calimero.node.libp2p.internal.relay.HopService;
import io.calimero.node.libp2p.internal.relay.RelayClient;
import io.calimero.node.libp2p.internal.relay.RelayListener;
import io.calimero.node.libp2p.internal.relay.StopService;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a host does for peers that cannot be dialled, and when it is one. */
final class Nat {
  private static final Logger LOG = LoggerFactory.getLogger(Nat.class);

  private final EventLoopTimers loop;
  private final NettyHost host;
  private final HostConfig config;
  private final ConnectionManager manager;
  private final RelayTransport circuits;
  private final RelayClient client;
  private final List<RelayListener> listeners;
  private final Optional<HopService> hop;

  Nat(
      final HostConfig config,
      final EventLoopTimers loop,
      final NettyHost host,
      final ConnectionManager manager,
      final RelayTransport circuits,
      final RelayClient client,
      final Protocols protocols) {
    this.config = config;
    this.loop = loop;
    this.host = host;
    this.manager = manager;
    this.circuits = circuits;
    this.client = client;
    listeners =
        config.listen().stream().filter(RelayTransport::speaks).map(this::listener).toList();
    if (!listeners.isEmpty()) {
      final StopService stop = new StopService(loop, this::isRelay, this::arrived);
      protocols.put(StopService.ID, stop::handle);
    }
    hop = config.nat().relay().map(limits -> relay(limits, protocols));
  }

  private HopService relay(
      final RelayLimits limits, final Protocols protocols) {
    final HopService service =
        new HopService(
            config.key(),
            limits,
            config.clock(),
            loop,
            host::addresses,
            peer -> manager.table().direct(peer).map(connection -> connection));
    protocols.put(HopService.ID, service::handle);
    manager.addListener(service);
    return service;
  }

  private RelayListener listener(final Multiaddr address) {
    final CircuitAddress through = CircuitAddress.of(address);
    final List<Multiaddr> at = through.transport().stream().toList();
    return new RelayListener(
        through.relay(),
        () -> host.connectDirectly(through.relay(), at).thenApply(connection -> connection),
        client::reserve,
        config.clock(),
        loop,
        loop,
        host::addressesChanged);
  }

  void start() {
    listeners.forEach(RelayListener::start);
  }

  void stop() {
    listeners.forEach(RelayListener::stop);
  }

  /** Where this host is reached through relays. */
  List<Multiaddr> addresses() {
    return listeners.stream().flatMap(listener -> listener.addresses().stream()).toList();
  }

  /** Whether the connection with {@code peer} is needed although nobody uses it. */
  boolean keeps(final PeerId peer) {
    return isRelay(peer) || hop.filter(service -> service.serves(peer)).isPresent();
  }

  private boolean isRelay(final PeerId peer) {
    return listeners.stream().anyMatch(listener -> listener.relay().equals(peer));
  }

  private void arrived(final Circuit circuit) {
    circuits.open(
        circuit,
        channel -> manager.accept(channel, Optional.of(circuit.peer())),
        failure -> LOG.debug("No connection from {}: {}", circuit.peer(), failure.toString()));
  }
}
