// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.host;

import io.calimero.node.libp2p.AddressProtocol;
import io.calimero.node.libp2p.ConnectionException;
import io.calimero.node.libp2p.Direction;
import io.calimero.node.libp2p.MalformedException;
import io.calimero.node.libp2p.Multiaddr;
import io.calimero.node.libp2p.PeerId;
import io.calimero.node.libp2p.internal.async.Futures;
import io.calimero.node.libp2p.internal.relay.Circuit;
import io.calimero.node.libp2p.internal.relay.CircuitAddress;
import io.calimero.node.libp2p.internal.relay.RelayClient;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Dials through relays, and makes channels of circuits. */
final class RelayTransport implements Transport {
  private final EventLoopGroup group;
  private final Upgrader upgrader;
  private final RelayClient client;
  private final Direct direct;

  /** Connects to a relay without the help of another. */
  @FunctionalInterface
  interface Direct {
    CompletableFuture<P2pConnection> connect(PeerId relay, List<Multiaddr> addresses);
  }

  RelayTransport(
      final EventLoopGroup group,
      final Upgrader upgrader,
      final RelayClient client,
      final Direct direct) {
    this.group = group;
    this.upgrader = upgrader;
    this.client = client;
    this.direct = direct;
  }

  /** Whether {@code address} leads through a relay. */
  static boolean leads(final Multiaddr address) {
    return address.has(AddressProtocol.P2P_CIRCUIT);
  }

  @Override
  public boolean speaks(final Multiaddr address) {
    return leads(address);
  }

  /** Not done so: a host listens at a relay by reserving there, see {@link Nat}. */
  @Override
  public CompletableFuture<Listener> listen(final Multiaddr address, final Door door) {
    return CompletableFuture.failedFuture(new ConnectionException("Cannot listen on " + address));
  }

  @Override
  public CompletableFuture<P2pConnection> dial(
      final Multiaddr address, final Optional<PeerId> expected, final Direction role) {
    final CircuitAddress through;
    try {
      through = CircuitAddress.of(address);
    } catch (final MalformedException e) {
      return CompletableFuture.failedFuture(new ConnectionException("No way to " + address, e));
    }
    final Optional<PeerId> target = through.target().or(() -> expected);
    if (target.isEmpty()) {
      return CompletableFuture.failedFuture(
          new ConnectionException("Who is behind the relay? It is missing in " + address));
    }
    return direct
        .connect(through.relay(), through.transport().stream().toList())
        .thenCompose(relay -> client.connect(relay, target.get()))
        .thenCompose(circuit -> upgrade(circuit, target.get(), role));
  }

  private CompletableFuture<P2pConnection> upgrade(
      final Circuit circuit, final PeerId target, final Direction role) {
    final CompletableFuture<P2pConnection> upgraded = new CompletableFuture<>();
    open(
        circuit,
        channel ->
            Futures.forward(
                upgrader.upgrade(channel, Wire.TCP, role, Optional.of(target)), upgraded),
        upgraded::completeExceptionally);
    return upgraded;
  }

  /** Lets the peer at the other end of {@code circuit} in through {@code door}. */
  void accept(final Circuit circuit, final Door door, final Consumer<Throwable> failed) {
    open(
        circuit,
        channel ->
            door.knock(
                Wire.TCP.address(channel.remoteAddress()),
                () -> Futures.ignore(channel.close()),
                () ->
                    upgrader.upgrade(
                        channel, Wire.TCP, Direction.INBOUND, Optional.of(circuit.peer()))),
        failed);
  }

  /** Makes a channel of {@code circuit}; {@code ready} takes it on its thread. */
  private void open(
      final Circuit circuit, final Consumer<Channel> ready, final Consumer<Throwable> failed) {
    final StreamChannel channel = new StreamChannel(circuit);
    channel.pipeline().addLast(new TcpTransport.OnActive(ready));
    Futures.ignore(
        group
            .register(channel)
            .addListener(
                done -> {
                  if (!done.isSuccess()) {
                    circuit.stream().reset();
                    failed.accept(new ConnectionException("This host is stopping", done.cause()));
                  }
                }));
  }
}
