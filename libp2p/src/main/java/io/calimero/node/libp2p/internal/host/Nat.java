// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.host;

import io.calimero.node.libp2p.AddressProtocol;
import io.calimero.node.libp2p.AutoNatLimits;
import io.calimero.node.libp2p.AutoNatParams;
import io.calimero.node.libp2p.Direction;
import io.calimero.node.libp2p.HolePunchParams;
import io.calimero.node.libp2p.Multiaddr;
import io.calimero.node.libp2p.PeerId;
import io.calimero.node.libp2p.Reachability;
import io.calimero.node.libp2p.RelayLimits;
import io.calimero.node.libp2p.Rendezvous;
import io.calimero.node.libp2p.internal.async.EventLoopTimers;
import io.calimero.node.libp2p.internal.async.Timers;
import io.calimero.node.libp2p.internal.autonat.AutoNatClient;
import io.calimero.node.libp2p.internal.autonat.AutoNatServer;
import io.calimero.node.libp2p.internal.autonat.ObservedAddresses;
import io.calimero.node.libp2p.internal.dcutr.Dcutr;
import io.calimero.node.libp2p.internal.relay.Circuit;
import io.calimero.node.libp2p.internal.relay.CircuitAddress;
import io.calimero.node.libp2p.internal.relay.HopService;
import io.calimero.node.libp2p.internal.relay.RelayClient;
import io.calimero.node.libp2p.internal.relay.RelayListener;
import io.calimero.node.libp2p.internal.relay.StopService;
import io.calimero.node.libp2p.internal.rendezvous.RendezvousPoint;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
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

  /** At relays through which this host listens, come what may. */
  private final List<RelayListener> listeners;

  /** At relays that are used while this host cannot be dialled. */
  private final List<RelayListener> spare;

  private final Optional<HopService> hop;
  private final ObservedAddresses observed;
  private final Optional<AutoNatClient> autoNat;
  private Timers.Timer asking = () -> {};

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
    listeners = config.listen().stream().filter(RelayTransport::leads).map(this::listener).toList();
    spare =
        config.nat().relays().stream()
            .map(at -> listener(at.with(AddressProtocol.P2P_CIRCUIT, "")))
            .toList();
    if (!listeners.isEmpty() || !spare.isEmpty()) {
      final StopService stop = new StopService(loop, this::isRelay, this::arrived);
      protocols.put(StopService.ID, stop::handle);
    }
    hop = config.nat().relay().map(limits -> relay(limits, protocols));
    observed = new ObservedAddresses(host::listening, config.nat().holePunching().isPresent());
    manager.addListener(observed);
    autoNat = config.nat().autoNat().map(params -> ask(params, protocols));
    config.nat().autoNatServer().ifPresent(limits -> answer(limits, protocols));
    config
        .nat()
        .rendezvousPoint()
        .map(limits -> new RendezvousPoint(limits, config.clock(), loop, config.random()))
        .ifPresent(point -> protocols.put(Rendezvous.PROTOCOL, point::handle));
    config.nat().holePunching().ifPresent(params -> punch(params, protocols));
  }

  private AutoNatClient ask(final AutoNatParams params, final Protocols protocols) {
    final AutoNatClient asking =
        new AutoNatClient(
            host.id(),
            params,
            config.random(),
            loop,
            loop,
            observed::candidates,
            this::reachabilityChanged);
    protocols.put(AutoNatServer.V2_BACK, asking::back);
    manager.addListener(asking);
    return asking;
  }

  private void answer(final AutoNatLimits limits, final Protocols protocols) {
    final AutoNatServer server =
        new AutoNatServer(
            limits, loop, config.random(), (peer, at) -> host.dial(peer, at, Direction.OUTBOUND));
    protocols.put(AutoNatServer.V1, server::handle1);
    protocols.put(AutoNatServer.V2_REQUEST, server::handle2);
  }

  private void punch(final HolePunchParams params, final Protocols protocols) {
    final Dcutr dcutr =
        new Dcutr(
            params,
            loop,
            loop,
            observed::guesses,
            host::dial,
            peer -> manager.table().direct(peer).map(connection -> connection));
    protocols.put(Dcutr.ID, dcutr::handle);
    manager.addListener(dcutr);
  }

  private void reachabilityChanged(final Reachability now) {
    manager.tell(listener -> listener.reachabilityChanged(now));
    switch (now) {
      case PRIVATE -> spare.forEach(RelayListener::start);
      case PUBLIC -> spare.forEach(RelayListener::stop);
      case UNKNOWN -> {}
    }
    host.addressesChanged();
  }

  private HopService relay(final RelayLimits limits, final Protocols protocols) {
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
    asking = autoNat.map(AutoNatClient::start).orElse(asking);
  }

  void stop() {
    everywhere().forEach(RelayListener::stop);
    asking.cancel();
  }

  /** Where this host is reached besides where it listens: behind routers, and through relays. */
  List<Multiaddr> addresses() {
    final List<Multiaddr> own = host.listening();
    return Stream.concat(
            observed.candidates().stream()
                .filter(address -> !own.contains(address))
                .filter(address -> reachability(address) == Reachability.PUBLIC),
            everywhere().flatMap(listener -> listener.addresses().stream()))
        .toList();
  }

  private Stream<RelayListener> everywhere() {
    return Stream.concat(listeners.stream(), spare.stream());
  }

  Reachability reachability() {
    return autoNat.map(AutoNatClient::reachability).orElse(Reachability.UNKNOWN);
  }

  Reachability reachability(final Multiaddr address) {
    return autoNat.map(asked -> asked.reachability(address)).orElse(Reachability.UNKNOWN);
  }

  /** Whether the connection with {@code peer} is needed although nobody uses it. */
  boolean keeps(final PeerId peer) {
    return isRelay(peer) || hop.filter(service -> service.serves(peer)).isPresent();
  }

  private boolean isRelay(final PeerId peer) {
    return everywhere().anyMatch(listener -> listener.isActive() && listener.relay().equals(peer));
  }

  private void arrived(final Circuit circuit) {
    circuits.accept(
        circuit,
        manager,
        failure -> LOG.debug("No connection from {}: {}", circuit.peer(), failure.toString()));
  }
}
