// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p;

import io.calimero.node.libp2p.internal.host.HostConfig;
import io.calimero.node.libp2p.internal.host.NatOptions;
import io.calimero.node.libp2p.internal.host.NettyHost;
import io.calimero.node.libp2p.internal.relay.CircuitAddress;
import io.calimero.node.libp2p.internal.tls.TlsIdentity;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** Makes a {@link Host}. Everything but the key has a default. Not for several threads. */
public final class HostBuilder {
  /** Security by Noise. */
  public static final String NOISE = "/noise";

  /**
   * Security by TLS 1.3. Preferred, as the Rust node does, where BoringSSL has a native library for
   * the platform. Elsewhere it must be asked for, and is the JDK's, which cannot read certificates
   * without an issuer's name, such as js-libp2p makes: a peer that prefers TLS and makes such a one
   * could then not connect at all.
   */
  public static final String TLS = "/tls/1.0.0";

  private final PrivateKey key;
  private List<Multiaddr> listen = List.of();
  private List<Multiaddr> announce = List.of();
  private List<Multiaddr> bootstrap = List.of();
  private List<String> security =
      TlsIdentity.readsEveryCertificate() ? List.of(TLS, NOISE) : List.of(NOISE);
  private HostLimits limits = HostLimits.DEFAULT;
  private ConnectionGate gate = ConnectionGate.OPEN;
  private String agentVersion = "libp2p-netty/0.1.0";
  private String protocolVersion = "/libp2p/1.0.0";
  private SecureRandom random = new SecureRandom();
  private InstantSource clock = InstantSource.system();
  private Optional<Path> peerFile = Optional.empty();
  private int threads = 2;
  private NatOptions nat = NatOptions.NONE;
  private Optional<NameResolver> names = Optional.empty();

  /** A host with the identity of {@code key}, which listens nowhere until told otherwise. */
  public HostBuilder(final PrivateKey key) {
    this.key = key;
  }

  /**
   * Listens on {@code addresses}, like {@code /ip4/0.0.0.0/tcp/2428}; port 0 takes a free one.
   *
   * <p>An address of the form {@code /ip4/192.0.2.7/tcp/2428/p2p/RELAY/p2p-circuit} keeps a
   * reservation at that relay, so that peers reach this host through it. Relays come and go: {@link
   * Host#start} does not wait for them, and {@link HostListener#addressesChanged} tells.
   *
   * @throws MalformedException if an address leads through something that is no relay
   */
  public HostBuilder listen(final List<Multiaddr> addresses) {
    addresses.stream()
        .filter(address -> address.has(AddressProtocol.P2P_CIRCUIT))
        .forEach(CircuitAddress::of);
    listen = List.copyOf(addresses);
    return this;
  }

  /** Listens on {@code address}, see {@link #listen(List)}. */
  public HostBuilder listen(final String address) {
    return listen(List.of(Multiaddr.parse(address)));
  }

  /**
   * Tells others these addresses, without the peer, in place of those that it listens at: for a
   * host that is reached through a forwarded port. That they lead here is for others to find out.
   */
  public HostBuilder announce(final List<Multiaddr> addresses) {
    announce = List.copyOf(addresses);
    return this;
  }

  /**
   * Stays connected to the peers at {@code addresses}, each of which ends with its peer: dials them
   * at the start and again when a connection has ended, and does not close them for being idle.
   *
   * @throws MalformedException if an address does not say which peer is there
   */
  public HostBuilder bootstrap(final List<Multiaddr> addresses) {
    bootstrap = withPeers(addresses);
    return this;
  }

  private static List<Multiaddr> withPeers(final List<Multiaddr> addresses) {
    for (final Multiaddr address : addresses) {
      if (address.peer().isEmpty()) {
        throw new MalformedException("Which peer is at " + address + "? It lacks its /p2p part");
      }
    }
    return List.copyOf(addresses);
  }

  /**
   * Secures connections by {@code protocols}, of those above, the preferred one first: TLS, then
   * Noise, unless told otherwise. QUIC brings its own TLS whatever is chosen here.
   */
  public HostBuilder security(final List<String> protocols) {
    if (protocols.isEmpty() || !List.of(NOISE, TLS).containsAll(protocols)) {
      throw new IllegalArgumentException("Not a choice of security: " + protocols);
    }
    security = List.copyOf(protocols);
    return this;
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

  /** Relays for others within {@code bounds} (circuit relay v2, hop). Not done unless asked for. */
  public HostBuilder relay(final RelayLimits bounds) {
    nat = nat.withRelay(bounds);
    return this;
  }

  /**
   * Asks others by {@code params} whether this host can be dialled (AutoNAT), see {@link
   * Host#reachability()}. Not done unless asked for.
   */
  public HostBuilder autoNat(final AutoNatParams params) {
    nat = nat.withAutoNat(params);
    return this;
  }

  /**
   * Tells others within {@code bounds} whether they can be dialled (AutoNAT, versions 1 and 2). Not
   * done unless asked for.
   */
  public HostBuilder autoNatServer(final AutoNatLimits bounds) {
    nat = nat.withAutoNatServer(bounds);
    return this;
  }

  /**
   * Replaces relayed connections by direct ones where that can be had (DCUtR). Not done unless
   * asked for.
   */
  public HostBuilder holePunching(final HolePunchParams params) {
    nat = nat.withHolePunching(params);
    return this;
  }

  /**
   * Is a rendezvous point for others within {@code bounds}, see {@link Host#rendezvous}. Not done
   * unless asked for.
   */
  public HostBuilder rendezvousPoint(final RendezvousLimits bounds) {
    nat = nat.withRendezvousPoint(bounds);
    return this;
  }

  /**
   * Is reached through the relays at {@code addresses}, each of which ends with its peer, for as
   * long as {@link Host#reachability()} is {@link Reachability#PRIVATE}; so {@link #autoNat} has to
   * be asked for as well.
   *
   * @throws MalformedException if an address does not say which peer is there
   */
  public HostBuilder autoRelay(final List<Multiaddr> addresses) {
    nat = nat.withRelays(withPeers(addresses));
    return this;
  }

  /** Looks up the names in addresses by {@code resolver}, in place of the system. */
  public HostBuilder names(final NameResolver resolver) {
    names = Optional.of(resolver);
    return this;
  }

  /** The host, not started. */
  public Host build() {
    return new NettyHost(
        new HostConfig(
            key,
            listen,
            announce,
            bootstrap,
            security,
            limits,
            gate,
            agentVersion,
            protocolVersion,
            random,
            clock,
            peerFile,
            threads,
            names,
            nat));
  }
}
