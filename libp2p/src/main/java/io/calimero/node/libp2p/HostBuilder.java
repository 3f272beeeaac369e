// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p;

import io.calimero.node.libp2p.internal.host.HostConfig;
import io.calimero.node.libp2p.internal.host.NettyHost;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** Makes a {@link Host}. Everything but the key has a default. Not for several threads. */
public final class HostBuilder {
  private final PrivateKey key;
  private List<Multiaddr> listen = List.of();
  private HostLimits limits = HostLimits.DEFAULT;
  private ConnectionGate gate = ConnectionGate.OPEN;
  private String agentVersion = "calimero-node-jvm/0.1.0";
  private String protocolVersion = "/libp2p/1.0.0";
  private SecureRandom random = new SecureRandom();
  private InstantSource clock = InstantSource.system();
  private Optional<Path> peerFile = Optional.empty();
  private int threads = 2;

  /** A host with the identity of {@code key}, which listens nowhere until told otherwise. */
  public HostBuilder(final PrivateKey key) {
    this.key = key;
  }

  /** Listens on {@code addresses}, like {@code /ip4/0.0.0.0/tcp/2428}; port 0 takes a free one. */
  public HostBuilder listen(final List<Multiaddr> addresses) {
    listen = List.copyOf(addresses);
    return this;
  }

  /** Listens on {@code address}, see {@link #listen(List)}. */
  public HostBuilder listen(final String address) {
    return listen(List.of(Multiaddr.parse(address)));
  }

  /** Keeps to {@code bounds}. */
  public HostBuilder limits(final HostLimits bounds) {
    limits = bounds;
    return this;
  }

  /** Asks {@code guard} about every address and peer. */
  public HostBuilder gate(final ConnectionGate guard) {
    gate = guard;
    return this;
  }

  /** What identify says: the software, and the family of protocols. */
  public HostBuilder versions(final String agent, final String protocol) {
    agentVersion = agent;
    protocolVersion = protocol;
    return this;
  }

  /** Takes keys and choices from {@code source}, which must be fit for secrets. */
  public HostBuilder random(final SecureRandom source) {
    random = source;
    return this;
  }

  /** Takes the time of day from {@code source}. */
  public HostBuilder clock(final InstantSource source) {
    clock = source;
    return this;
  }

  /** Keeps the peer store in {@code file}, from one start to the next. */
  public HostBuilder peerFile(final Path file) {
    peerFile = Optional.of(file);
    return this;
  }

  /** Uses {@code count} threads. */
  public HostBuilder threads(final int count) {
    threads = count;
    return this;
  }

  /** The host, not started. */
  public Host build() {
    return new NettyHost(
        new HostConfig(
            key,
            listen,
            limits,
            gate,
            agentVersion,
            protocolVersion,
            random,
            clock,
            peerFile,
            threads));
  }
}
