// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.host;

import io.calimero.node.libp2p.ConnectionGate;
import io.calimero.node.libp2p.HostLimits;
import io.calimero.node.libp2p.Multiaddr;
import io.calimero.node.libp2p.NameResolver;
import io.calimero.node.libp2p.PrivateKey;
import io.calimero.node.libp2p.internal.yamux.YamuxConfig;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * Everything a host is made with, see {@link io.calimero.node.libp2p.HostBuilder}.
 *
 * @param key its identity
 * @param listen where it listens
 * @param announce where it says that it is, in place of where it listens; empty: there
 * @param bootstrap peers to stay connected to
 * @param security how connections are secured, the preferred one first
 * @param limits its bounds
 * @param gate whom it has to do with
 * @param agentVersion its software
 * @param protocolVersion its family of protocols
 * @param random for keys and choices
 * @param clock the time of day
 * @param peerFile where the peer store is kept
 * @param threads how many
 * @param names what looks up names, in place of the system
 * @param nat what it does for peers that cannot be dialled, and when it is one
 */
public record HostConfig(
    PrivateKey key,
    List<Multiaddr> listen,
    List<Multiaddr> announce,
    List<Multiaddr> bootstrap,
    List<String> security,
    HostLimits limits,
    ConnectionGate gate,
    String agentVersion,
    String protocolVersion,
    SecureRandom random,
    InstantSource clock,
    Optional<Path> peerFile,
    int threads,
    Optional<NameResolver> names,
    NatOptions nat) {

  YamuxConfig yamux() {
    return new YamuxConfig(
        limits.streamsPerConnection(),
        Math.max(limits.windowPerStream(), YamuxConfig.INITIAL_WINDOW),
        limits.windowPerConnection(),
        limits.queuedPerStream(),
        limits.keepAlive(),
        limits.answerTime());
  }
}
