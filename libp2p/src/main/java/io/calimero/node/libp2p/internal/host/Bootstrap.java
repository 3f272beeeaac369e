// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.host;

import io.calimero.node.libp2p.Host;
import io.calimero.node.libp2p.Multiaddr;
import io.calimero.node.libp2p.PeerId;
import io.calimero.node.libp2p.internal.async.Futures;
import io.calimero.node.libp2p.internal.async.Timers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps a host connected to the peers that it was given at the start. */
final class Bootstrap {
  private static final Logger LOG = LoggerFactory.getLogger(Bootstrap.class);
  private static final Duration EVERY = Duration.ofSeconds(5);

  private final Host host;
  private final Map<PeerId, List<Multiaddr>> peers = new LinkedHashMap<>();

  /** For {@code addresses} that end with a peer each. */
  Bootstrap(final Host host, final List<Multiaddr> addresses) {
    this.host = host;
    for (final Multiaddr address : addresses) {
      peers
          .computeIfAbsent(address.peer().orElseThrow(), unknown -> new ArrayList<>())
          .add(address.withoutPeer());
    }
    peers.remove(host.id());
  }

  Set<PeerId> peers() {
    return Set.copyOf(peers.keySet());
  }

  Timers.Timer start(final Timers timers) {
    connect();
    return timers.every(EVERY, this::connect);
  }

  private void connect() {
    peers.forEach(
        (peer, addresses) -> {
          if (host.connection(peer).isEmpty()) {
            Futures.ignore(
                host.connect(peer, addresses)
                    .whenComplete(
                        (connection, failure) -> {
                          if (failure != null) {
                            LOG.debug("No connection to {} yet: {}", peer, failure.toString());
                          }
                        }));
          }
        });
  }
}
