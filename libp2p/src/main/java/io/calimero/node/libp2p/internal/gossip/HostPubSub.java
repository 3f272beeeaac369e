// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.gossip;

import com.google.protobuf.ByteString;
import io.calimero.node.libp2p.AddressProtocol;
import io.calimero.node.libp2p.Connection;
import io.calimero.node.libp2p.Direction;
import io.calimero.node.libp2p.GossipParams;
import io.calimero.node.libp2p.Host;
import io.calimero.node.libp2p.HostListener;
import io.calimero.node.libp2p.Libp2pException;
import io.calimero.node.libp2p.Multiaddr;
import io.calimero.node.libp2p.PeerId;
import io.calimero.node.libp2p.PeerInfo;
import io.calimero.node.libp2p.PrivateKey;
import io.calimero.node.libp2p.PubSub;
import io.calimero.node.libp2p.Stream;
import io.calimero.node.libp2p.internal.async.EventLoopTimers;
import io.calimero.node.libp2p.internal.async.Futures;
import io.calimero.node.libp2p.internal.async.Timers;
import io.calimero.node.libp2p.internal.protocols.MessageReader;
import io.calimero.node.libp2p.internal.records.PeerRecord;
import io.netty.util.concurrent.DefaultEventExecutor;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gossipsub over a host: a router on a thread of its own, and a stream to and from each peer. */
public final class HostPubSub implements PubSub, GossipTransport, HostListener {
  private static final Logger LOG = LoggerFactory.getLogger(HostPubSub.class);
  private static final List<String> IDS = List.of("/meshsub/1.1.0", "/meshsub/1.0.0");

  /** Others pack several messages into one frame. */
  private static final int FRAME_FACTOR = 4;

  private static final Duration REOPEN = Duration.ofSeconds(1);

  private final Host host;
  private final GossipParams params;
  private final DefaultEventExecutor thread =
      new DefaultEventExecutor(new DefaultThreadFactory("libp2p-gossip", true));
  private final EventLoopTimers loop = new EventLoopTimers(thread);
  private final GossipRouter router;
  private final Map<PeerId, PeerLink> links = new HashMap<>();
  private final Set<PeerId> opening = new HashSet<>();
  private final List<Timers.Timer> timers = new ArrayList<>();
  private final AtomicBoolean stopping = new AtomicBoolean();
  private final CompletableFuture<Void> stopped = new CompletableFuture<>();

  /** Gossip over {@code host}, not started. */
  public HostPubSub(
      final Host host,
      final PrivateKey key,
      final GossipParams params,
      final SecureRandom random,
      final InstantSource clock) {
    this.host = host;
    this.params = params;
    router =
        new GossipRouter(
            host.id(),
            params,
            loop,
            loop,
            random,
            this,
            new SignatureSeal(key),
            TimeUnit.MILLISECONDS.toNanos(clock.millis()));
  }

  /** Begins. */
  public void start() {
    loop.execute(() -> timers.addAll(router.start()));
    host.addListener(this);
    IDS.forEach(id -> host.handle(id, this::serve));
    host.connections().forEach(this::connected);
  }

  @Override
  public void connected(final Connection connection) {
    loop.execute(() -> open(connection));
  }

  @Override
  public void identified(final Connection connection, final PeerInfo info) {
    if (IDS.stream().anyMatch(info.protocols()::contains)) {
      loop.execute(() -> open(connection));
    }
  }

  /** Opens the stream to a peer, unless there is one; peers that do not speak it are left alone. */
  private void open(final Connection connection) {
    final PeerId peer = connection.remotePeer();
    final PeerLink known = links.get(peer);
    if (stopping.get() || opening.contains(peer) || (known != null && known.isOpen())) {
      return;
    }
    opening.add(peer);
    Futures.ignore(
        connection
            .openStream(IDS)
            .whenComplete(
                (stream, failure) ->
                    loop.execute(
                        () -> {
                          opening.remove(peer);
                          if (failure == null) {
                            opened(stream);
                          } else {
                            LOG.debug("No gossip with {}: {}", peer, failure.toString());
                            elsewhere(connection);
                          }
                        })));
  }

  private void opened(final Stream stream) {
    final Connection connection = stream.connection();
    if (stopping.get() || connection.closed().isDone()) {
      stream.reset();
      elsewhere(connection);
      return;
    }
    final PeerLink link = link(connection);
    if (link.open(stream)) {
      // The peer may have had no connection for a moment, and forgotten what this host wants.
      router.announce(connection.remotePeer());
    }
  }

  /**
   * When a connection ended, nothing was opened on another one while one was being opened on it.
   */
  private void elsewhere(final Connection over) {
    if (!stopping.get() && over.closed().isDone()) {
      host.connection(over.remotePeer()).filter(other -> !other.equals(over)).ifPresent(this::open);
    }
  }

  /** A stream ended while its peer stays: another one is tried, though not at once. */
  private void lost(final PeerId peer) {
    if (!stopping.get()) {
      loop.after(REOPEN, () -> host.connection(peer).ifPresent(this::open));
    }
  }

  private PeerLink link(final Connection connection) {
    final PeerId peer = connection.remotePeer();
    final PeerLink known = links.get(peer);
    if (known != null) {
      return known;
    }
    final PeerLink link = new PeerLink(loop, () -> lost(peer));
    links.put(peer, link);
    router.connected(
        peer, connection.direction() == Direction.OUTBOUND, address(connection.remoteAddress()));
    return link;
  }

  /** The IP address by which peers are counted; none for this machine's own. */
  private static String address(final Multiaddr address) {
    return address
        .value(AddressProtocol.IP4)
        .or(() -> address.value(AddressProtocol.IP6))
        .filter(ip -> !InetAddress.ofLiteral(ip).isLoopbackAddress())
        .orElse("");
  }

  private void serve(final Stream stream) {
    loop.execute(
        () -> {
          if (stopping.get()) {
            stream.reset();
            return;
          }
          link(stream.connection());
          open(stream.connection());
          listen(stream, new MessageReader(stream, FRAME_FACTOR * params.maxMessage()));
        });
  }

  private void listen(final Stream stream, final MessageReader reader) {
    Futures.ignore(
        reader
            .next()
            .whenComplete(
                (frame, failure) -> loop.later(() -> take(stream, reader, frame, failure))));
  }

  private void take(
      final Stream stream,
      final MessageReader reader,
      final Optional<byte[]> frame,
      final Throwable failure) {
    if (failure != null) {
      stream.reset();
      return;
    }
    if (frame.isEmpty()) {
      Futures.ignore(stream.closeWrite());
      return;
    }
    try {
      router.receive(stream.connection().remotePeer(), RpcCodec.decode(frame.get()));
      listen(stream, reader);
    } catch (final Libp2pException e) {
      LOG.debug("{} does not speak gossip properly: {}", stream, e.getMessage());
      stream.reset();
    }
  }

  @Override
  public void disconnected(final Connection connection, final String reason) {
    loop.execute(
        () -> {
          final PeerId peer = connection.remotePeer();
          final Optional<Connection> other = host.connection(peer);
          final PeerLink link = links.get(peer);
          if (other.isPresent()) {
            open(other.get());
          } else if (link != null) {
            links.remove(peer);
            link.close();
            router.disconnected(peer);
          }
        });
  }

  @Override
  public void send(final PeerId peer, final Rpc rpc) {
    final PeerLink link = links.get(peer);
    if (link != null) {
      link.send(rpc);
    }
  }

  @Override
  public void connect(final Rpc.Candidate candidate) {
    try {
      final PeerId peer = PeerId.decode(candidate.peer().toByteArray());
      if (links.containsKey(peer) || peer.equals(host.id())) {
        return;
      }
      final List<Multiaddr> addresses =
          candidate.signedRecord().isEmpty()
              ? List.of()
              : PeerRecord.open(candidate.signedRecord().toByteArray()).addresses();
      Futures.ignore(host.connect(peer, addresses));
    } catch (final Libp2pException e) {
      LOG.debug("A peer named another one in vain: {}", e.getMessage());
    }
  }

  @Override
  public Rpc.Candidate candidate(final PeerId peer) {
    return new Rpc.Candidate(
        ByteString.copyFrom(peer.encode()),
        host.peers().signedRecord(peer).map(ByteString::copyFrom).orElse(ByteString.EMPTY));
  }

  private <T> CompletableFuture<T> ask(final Supplier<T> question) {
    final CompletableFuture<T> answer = new CompletableFuture<>();
    if (stopping.get()) {
      answer.completeExceptionally(new IllegalStateException("Gossip has been stopped"));
      return answer;
    }
    loop.execute(
        () -> {
          try {
            answer.complete(question.get());
          } catch (final RuntimeException e) {
            answer.completeExceptionally(e);
          }
        });
    return answer;
  }

  private CompletableFuture<Void> tell(final Runnable order) {
    return ask(() -> {
          order.run();
          return true;
        })
        .thenAccept(done -> {});
  }

  @Override
  public CompletableFuture<Void> subscribe(final String topic, final MessageHandler handler) {
    return tell(() -> router.subscribe(topic, handler));
  }

  @Override
  public CompletableFuture<Void> unsubscribe(final String topic) {
    return tell(() -> router.unsubscribe(topic));
  }

  @Override
  public void validate(final String topic, final MessageValidator validator) {
    Futures.ignore(tell(() -> router.validate(topic, validator)));
  }

  @Override
  public CompletableFuture<Integer> publish(final String topic, final byte[] data) {
    return ask(() -> router.publish(topic, data));
  }

  @Override
  public CompletableFuture<List<String>> topics() {
    return ask(router::topics);
  }

  @Override
  public CompletableFuture<List<PeerId>> subscribers(final String topic) {
    return ask(() -> router.subscribers(topic));
  }

  @Override
  public CompletableFuture<List<PeerId>> mesh(final String topic) {
    return ask(() -> router.mesh(topic));
  }

  @Override
  public CompletableFuture<Double> score(final PeerId peer) {
    return ask(() -> router.score(peer));
  }

  @Override
  public void adjustScore(final PeerId peer, final double by) {
    Futures.ignore(tell(() -> router.adjustScore(peer, by)));
  }

  @Override
  public CompletableFuture<Void> stop() {
    if (stopping.compareAndSet(false, true)) {
      IDS.forEach(host::unhandle);
      loop.execute(
          () -> {
            router.topics().forEach(router::unsubscribe);
            timers.forEach(Timers.Timer::cancel);
            links.values().forEach(PeerLink::close);
            links.clear();
            Futures.ignore(
                thread
                    .shutdownGracefully(0, 5, TimeUnit.SECONDS)
                    .addListener(done -> stopped.complete(null)));
          });
    }
    return stopped;
  }
}
