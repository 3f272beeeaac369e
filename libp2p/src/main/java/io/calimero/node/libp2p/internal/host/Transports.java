// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.host;

import io.calimero.node.libp2p.ConnectionException;
import io.calimero.node.libp2p.Multiaddr;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.codec.quic.Quic;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The transports of a host. QUIC is left out where its native library is missing. */
final class Transports {
  private static final Logger LOG = LoggerFactory.getLogger(Transports.class);

  private final List<Transport> all;
  private final Optional<String> quicMissing;

  private Transports(final List<Transport> all, final Optional<String> quicMissing) {
    this.all = all;
    this.quicMissing = quicMissing;
  }

  /** Why there is no QUIC here, if there is none. */
  static Optional<String> quicMissing() {
    return Quic.isAvailable()
        ? Optional.empty()
        : Optional.of(String.valueOf(Quic.unavailabilityCause()));
  }

  /** With {@code circuits}, which lead through relays; without QUIC, if it is said why. */
  static Transports of(
      final EventLoopGroup group,
      final Upgrader upgrader,
      final RelayTransport circuits,
      final Optional<String> quicMissing) {
    final List<Transport> all = new ArrayList<>();
    all.add(new TcpTransport(group, upgrader));
    if (quicMissing.isEmpty()) {
      all.add(new QuicTransport(group, upgrader));
    }
    all.add(circuits);
    return new Transports(all, quicMissing);
  }

  /** What dials {@code address}. */
  Optional<Transport> of(final Multiaddr address) {
    return all.stream().filter(transport -> transport.speaks(address)).findFirst();
  }

  /** Listens on each of {@code addresses}; on those of QUIC only where there is QUIC. */
  List<CompletableFuture<Transport.Listener>> listen(
      final List<Multiaddr> addresses, final Transport.Door door) {
    final List<Multiaddr> silent =
        quicMissing.isEmpty()
            ? List.of()
            : addresses.stream().filter(a -> Wire.of(a).equals(Optional.of(Wire.QUIC))).toList();
    if (!silent.isEmpty()) {
      LOG.warn(
          "QUIC has no native library for this platform, so {} not listened on: {}",
          silent + (silent.size() == 1 ? " is" : " are"),
          quicMissing.orElseThrow());
    }
    return addresses.stream()
        .filter(address -> !silent.contains(address) || silent.size() == addresses.size())
        .map(address -> listen(address, door))
        .toList();
  }

  private CompletableFuture<Transport.Listener> listen(
      final Multiaddr address, final Transport.Door door) {
    return of(address)
        .map(transport -> transport.listen(address, door))
        .orElseGet(
            () ->
                CompletableFuture.failedFuture(
                    new ConnectionException("Cannot listen on " + address)));
  }
}
