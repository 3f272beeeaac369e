// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.host;

import io.calimero.node.libp2p.Connection;
import io.calimero.node.libp2p.ConnectionException;
import io.calimero.node.libp2p.Direction;
import io.calimero.node.libp2p.Host;
import io.calimero.node.libp2p.HostListener;
import io.calimero.node.libp2p.Multiaddr;
import io.calimero.node.libp2p.NameResolver;
import io.calimero.node.libp2p.PeerId;
import io.calimero.node.libp2p.PeerInfo;
import io.calimero.node.libp2p.PeerStore;
import io.calimero.node.libp2p.Reachability;
import io.calimero.node.libp2p.Rendezvous;
import io.calimero.node.libp2p.Stream;
import io.calimero.node.libp2p.StreamHandler;
import io.calimero.node.libp2p.internal.async.EventLoopTimers;
import io.calimero.node.libp2p.internal.async.Futures;
import io.calimero.node.libp2p.internal.async.Timers;
import io.calimero.node.libp2p.internal.noise.NoiseIdentity;
import io.calimero.node.libp2p.internal.protocols.Identify;
import io.calimero.node.libp2p.internal.protocols.Ping;
import io.calimero.node.libp2p.internal.relay.RelayClient;
import io.calimero.node.libp2p.internal.rendezvous.RendezvousClient;
import io.calimero.node.libp2p.internal.tls.TlsIdentity;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.resolver.dns.DnsServerAddressStreamProviders;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The host on Netty. */
public final class NettyHost implements Host {
  private static final Logger LOG = LoggerFactory.getLogger(NettyHost.class);
  private static final Duration ADDRESS_LIFETIME = Duration.ofHours(24);

  private final HostConfig config;
  private final EventLoopGroup group;
  private final EventLoopTimers loop;
  private final Protocols protocols = new Protocols();
  private final MemoryPeerStore store;
  private final Optional<PeerFile> peerFile;
  private final ConnectionManager manager;
  private final Transports transports;
  private final TlsIdentity tls;
  private final Dialer dialer;
  private final Nat nat;
  private final Rendezvous rendezvous;
  private final Identify identify;
  private final Bootstrap bootstrap;
  private final List<Transport.Listener> servers = new CopyOnWriteArrayList<>();
  private final List<Timers.Timer> timers = new CopyOnWriteArrayList<>();
  private final AtomicBoolean stopping = new AtomicBoolean();
  private final CompletableFuture<Void> stopped = new CompletableFuture<>();

  /** A host by {@code config}, not started. */
  public NettyHost(final HostConfig config) {
    this(config, Transports.quicMissing());
  }

  /** Without QUIC, if it is said why. */
  NettyHost(final HostConfig config, final Optional<String> quicMissing) {
    this.config = config;
    group =
        new MultiThreadIoEventLoopGroup(
            config.threads(), new DefaultThreadFactory("libp2p", true), NioIoHandler.newFactory());
    loop = new EventLoopTimers(group.next());
    store = new MemoryPeerStore(config.clock());
    peerFile = config.peerFile().map(file -> new PeerFile(file, store));
    final NoiseIdentity noise = new NoiseIdentity(config.key(), config.random());
    tls = new TlsIdentity(config.key(), Upgrade.MUXERS, config.random(), config.clock());
    final Upgrader upgrader = new Upgrader(config, noise, tls, protocols);
    bootstrap = new Bootstrap(this, config.bootstrap());
    manager = new ConnectionManager(config, store, this::keeps);
    final RelayClient client = new RelayClient(id(), config.clock(), loop);
    final RelayTransport circuits =
        new RelayTransport(group, upgrader, client, this::connectDirectly);
    final NameResolver names =
        config
            .names()
            .orElseGet(
                () ->
                    new SystemNames(
                        group.next(), DnsServerAddressStreamProviders.platformDefault()));
    transports = Transports.of(group, upgrader, circuits, quicMissing);
    dialer = new Dialer(loop, transports, new Resolver(names), config.gate(), manager::establish);
    rendezvous = new RendezvousClient(this, config.key(), config.clock(), loop);
    nat = new Nat(config, loop, this, manager, circuits, client, protocols);
    identify = new Identify(config.key(), config.clock(), this::self, store, this::learned);
    protocols.put(Ping.ID, Ping::answer);
    protocols.put(Identify.ID, identify::answer);
    protocols.put(Identify.PUSH, identify::pushed);
    manager.addListener(new Introduction());
  }

  @Override
  public CompletableFuture<Void> start() {
    TlsIdentity.explain();
    peerFile.ifPresent(
        file -> {
          file.load();
          timers.add(loop.every(PeerFile.LOOK_EVERY, () -> saveIfDue(file)));
        });
    timers.add(loop.every(config.limits().idleTime().dividedBy(4), manager::tidy));
    final List<CompletableFuture<Boolean>> bound =
        transports.listen(direct(), manager).stream()
            .map(listening -> listening.thenApply(servers::add))
            .toList();
    return CompletableFuture.allOf(bound.toArray(CompletableFuture<?>[]::new))
        .handle((ok, failure) -> Optional.ofNullable(failure))
        .thenCompose(
            failure ->
                failure.isEmpty()
                    ? ready()
                    : stop()
                        .thenCompose(
                            ok -> CompletableFuture.failedFuture(Futures.cause(failure.get()))));
  }

  private void saveIfDue(final PeerFile file) {
    final long now = loop.nanoTime();
    if (file.isDue(now)) {
      Thread.ofVirtual().start(() -> file.save(now));
    }
  }

  /** Where to listen, as against where to be reached through relays. */
  private List<Multiaddr> direct() {
    return config.listen().stream().filter(address -> !RelayTransport.leads(address)).toList();
  }

  private CompletableFuture<Void> ready() {
    timers.add(bootstrap.start(loop));
    nat.start();
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletableFuture<Void> stop() {
    if (stopping.compareAndSet(false, true)) {
      timers.forEach(Timers.Timer::cancel);
      nat.stop();
      // Connections of QUIC that came in need the socket of their server to say farewell.
      Futures.ignore(
          manager
              .close()
              .orTimeout(5, TimeUnit.SECONDS)
              .whenComplete((ok, failure) -> stopListening()));
    }
    return stopped;
  }

  private void stopListening() {
    servers.forEach(server -> Futures.ignore(server.channel().close()));
    Futures.ignore(
        group
            .shutdownGracefully(0, 5, TimeUnit.SECONDS)
            .addListener(done -> Thread.ofVirtual().start(this::finish)));
  }

  private void finish() {
    tls.close();
    peerFile.ifPresent(file -> file.save(loop.nanoTime()));
    stopped.complete(null);
  }

  @Override
  public PeerId id() {
    return config.key().peerId();
  }

  @Override
  public List<Multiaddr> addresses() {
    final List<Multiaddr> all =
        new ArrayList<>(config.announce().isEmpty() ? listening() : config.announce());
    all.addAll(nat.addresses());
    return List.copyOf(all);
  }

  @Override
  public List<Multiaddr> listening() {
    return servers.stream().flatMap(server -> server.addresses().stream()).toList();
  }

  @Override
  public Reachability reachability() {
    return nat.reachability();
  }

  @Override
  public Reachability reachability(final Multiaddr address) {
    return nat.reachability(address);
  }

  @Override
  public CompletableFuture<Connection> connect(final PeerId peer, final List<Multiaddr> addresses) {
    final Optional<P2pConnection> open = manager.table().of(peer);
    if (open.isPresent()) {
      return CompletableFuture.completedFuture(open.get());
    }
    final List<Multiaddr> all = new ArrayList<>(addresses);
    all.addAll(store.addresses(peer));
    return guarded(() -> dialer.dial(peer, all).thenApply(connection -> connection));
  }

  @Override
  public CompletableFuture<Connection> connect(final Multiaddr address) {
    return address.peer().isPresent()
        ? connect(address.peer().get(), List.of(address.withoutPeer()))
        : guarded(
            () ->
                dialer
                    .dial(Optional.empty(), List.of(address))
                    .thenApply(connection -> connection));
  }

  @Override
  public CompletableFuture<Stream> openStream(final PeerId peer, final List<String> wanted) {
    return connect(peer, List.of()).thenCompose(connection -> connection.openStream(wanted));
  }

  /** A connection that leads through no relay. */
  CompletableFuture<P2pConnection> connectDirectly(
      final PeerId peer, final List<Multiaddr> addresses) {
    final Optional<P2pConnection> open = manager.table().direct(peer);
    if (open.isPresent()) {
      return CompletableFuture.completedFuture(open.get());
    }
    final List<Multiaddr> all = new ArrayList<>(addresses);
    all.addAll(store.addresses(peer));
    all.removeIf(RelayTransport::leads);
    return dialer.dial(peer, all);
  }

  /** A new connection, whatever there is already, on which this host plays {@code role}. */
  CompletableFuture<P2pConnection> dial(
      final PeerId peer, final List<Multiaddr> addresses, final Direction role) {
    return dialer.dial(Optional.of(peer), addresses, role);
  }

  /** Whether connections with {@code peer} stay although nobody uses them. */
  private boolean keeps(final PeerId peer) {
    return bootstrap.peers().contains(peer) || nat.keeps(peer);
  }

  /** This host is reached elsewhere than before. */
  void addressesChanged() {
    final List<Multiaddr> now = addresses();
    manager.tell(listener -> listener.addressesChanged(now));
    pushToAll();
  }

  private CompletableFuture<Connection> guarded(final Dial dial) {
    return stopping.get()
        ? CompletableFuture.failedFuture(new ConnectionException("This host is stopping"))
        : dial.run();
  }

  @Override
  public void handle(final String protocol, final StreamHandler handler) {
    protocols.put(protocol, handler);
    pushToAll();
  }

  @Override
  public void unhandle(final String protocol) {
    protocols.remove(protocol);
    pushToAll();
  }

  @Override
  public List<String> protocols() {
    return protocols.names();
  }

  @Override
  public List<Connection> connections() {
    // One that has ended is in the table until those who wait for its end were told.
    return manager.table().all().stream()
        .filter(connection -> !connection.closed().isDone())
        .<Connection>map(connection -> connection)
        .toList();
  }

  @Override
  public Optional<Connection> connection(final PeerId peer) {
    return manager.table().of(peer).map(connection -> connection);
  }

  @Override
  public CompletableFuture<Duration> ping(final PeerId peer) {
    return connect(peer, List.of())
        .thenCompose(connection -> Ping.ping(connection, config.random(), loop::nanoTime));
  }

  @Override
  public Rendezvous rendezvous() {
    return rendezvous;
  }

  @Override
  public PeerStore peers() {
    return store;
  }

  @Override
  public void addListener(final HostListener listener) {
    manager.addListener(listener);
  }

  private PeerInfo self() {
    return new PeerInfo(
        config.protocolVersion(),
        config.agentVersion(),
        protocols.names(),
        addresses(),
        Optional.empty());
  }

  private void learned(final Connection connection, final PeerInfo info) {
    store.add(connection.remotePeer(), info.listenAddresses(), ADDRESS_LIFETIME);
    store.identified(connection.remotePeer(), info);
    manager.tell(listener -> listener.identified(connection, info));
  }

  /** Tells those who care (they serve identify push) that this host has changed. */
  private void pushToAll() {
    for (final P2pConnection connection : manager.table().all()) {
      final boolean cares =
          store
              .info(connection.remotePeer())
              .filter(info -> info.protocols().contains(Identify.PUSH))
              .isPresent();
      if (cares) {
        Futures.ignore(identify.push(connection));
      }
    }
  }

  /** Asks every new peer what it is. */
  private final class Introduction implements HostListener {
    @Override
    public void connected(final Connection connection) {
      Futures.ignore(
          identify
              .ask(connection)
              .whenComplete(
                  (info, failure) -> {
                    if (failure != null) {
                      LOG.debug("{} did not identify itself: {}", connection, failure.toString());
                    }
                  }));
    }
  }

  @FunctionalInterface
  private interface Dial {
    CompletableFuture<Connection> run();
  }
}
