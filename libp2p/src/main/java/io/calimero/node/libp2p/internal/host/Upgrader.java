// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.host;

import io.calimero.node.libp2p.Direction;
import io.calimero.node.libp2p.PeerId;
import io.calimero.node.libp2p.internal.noise.NoiseIdentity;
import io.calimero.node.libp2p.internal.tls.TlsIdentity;
import io.netty.channel.Channel;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Turns raw channels into connections, for one host.
 *
 * @param config the host's
 * @param noise the host's static key
 * @param tls the host's certificate
 * @param protocols what it serves
 */
record Upgrader(HostConfig config, NoiseIdentity noise, TlsIdentity tls, Protocols protocols) {

  /** Upgrades a connected channel, on its thread; see {@link Upgrade}. */
  CompletableFuture<P2pConnection> upgrade(
      final Channel channel,
      final Wire wire,
      final Direction direction,
      final Optional<PeerId> expected) {
    final Upgrade upgrade = new Upgrade(this, wire, direction, expected);
    upgrade.begin(channel);
    return upgrade.upgraded();
  }
}
