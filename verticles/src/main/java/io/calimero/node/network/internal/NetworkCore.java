// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.network.internal;

import io.calimero.node.events.messages.NetworkMessages.CloseStream;
import io.calimero.node.events.messages.NetworkMessages.Dial;
import io.calimero.node.events.messages.NetworkMessages.Dialled;
import io.calimero.node.events.messages.NetworkMessages.Done;
import io.calimero.node.events.messages.NetworkMessages.Esteem;
import io.calimero.node.events.messages.NetworkMessages.GetMesh;
import io.calimero.node.events.messages.NetworkMessages.Judge;
import io.calimero.node.events.messages.NetworkMessages.Listening;
import io.calimero.node.events.messages.NetworkMessages.Mesh;
import io.calimero.node.events.messages.NetworkMessages.OpenStream;
import io.calimero.node.events.messages.NetworkMessages.OpenedStream;
import io.calimero.node.events.messages.NetworkMessages.Peers;
import io.calimero.node.events.messages.NetworkMessages.Publish;
import io.calimero.node.events.messages.NetworkMessages.Published;
import io.calimero.node.events.messages.NetworkMessages.Receive;
import io.calimero.node.events.messages.NetworkMessages.Received;
import io.calimero.node.events.messages.NetworkMessages.Send;
import io.calimero.node.events.messages.NetworkMessages.Serve;
import io.calimero.node.events.messages.NetworkMessages.Status;
import io.calimero.node.events.messages.NetworkMessages.Subscribe;
import io.calimero.node.events.messages.NetworkMessages.Unsubscribe;
import io.calimero.node.libp2p.Connection;
import io.calimero.node.libp2p.Host;
import io.calimero.node.libp2p.MalformedException;
import io.calimero.node.libp2p.Multiaddr;
import io.calimero.node.libp2p.PeerId;
import io.calimero.node.libp2p.PubSub;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * What the network verticle does, whatever calls it. Every method is called on the loop, and every
 * future fails in the words of the bus.
 */
public final class NetworkCore {
  /** The addresses of a machine change when it is carried elsewhere. */
  private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final Host host;
  private final PubSub pubSub;
  private final Executor loop;
  private final Notices notices;
  private final Streams streams;
  private final Gossiping gossiping;
  private final Peerage peerage;
  private final LongSupplier nanoTime;
  private List<String> addresses = List.of();
  private long lookedAt;

  /**
   * A core over a host that was not started.
   *
   * @param loop runs one task after the other
   * @param nanoTime as {@link System#nanoTime}
   */
  public NetworkCore(
      final Host host,
      final PubSub pubSub,
      final Executor loop,
      final LongSupplier nanoTime,
      final Notices notices,
      final Duration redialEvery) {
    this.host = host;
    this.pubSub = pubSub;
    this.loop = loop;
    this.notices = notices;
    this.nanoTime = nanoTime;
    streams = new Streams(host, loop, nanoTime, notices);
    gossiping = new Gossiping(pubSub, loop, nanoTime, notices);
    peerage = new Peerage(host, loop, nanoTime, notices, redialEvery);
  }

  /** Listens, and dials whom it remembers. Fails as {@link Host#start} does. */
  public CompletableFuture<Void> start() {
    return host.start()
        .thenRunAsync(
            () -> {
              look();
              peerage.start();
            },
            loop);
  }

  /** To be called several times a second. */
  public void tick() {
    streams.tick();
    gossiping.tick();
    peerage.tick();
    if (nanoTime.getAsLong() - lookedAt >= LOOK_NANOS) {
      look();
    }
  }

  private void look() {
    lookedAt = nanoTime.getAsLong();
    final List<String> now = listenAddresses();
    if (!now.equals(addresses)) {
      addresses = now;
      notices.listening(new Listening(now));
    }
  }

  /** The future of a request that names no peer or address. */
  public static <T> CompletableFuture<T> refused(final MalformedException mistake) {
    return CompletableFuture.failedFuture(Failures.translated(mistake));
  }

  /** Ends every connection. */
  public CompletableFuture<Void> stop() {
    peerage.stop();
    streams.stop();
    return pubSub.stop().thenCompose(_ -> host.stop());
  }

  /** The host's addresses as they are bound, each with its peer. */
  private List<String> listenAddresses() {
    return Addresses.ofPeer(host.addresses(), host.id());
  }

  /** Connects to a peer. */
  public CompletableFuture<Dialled> dial(final Dial request) {
    final List<Multiaddr> where = Addresses.parse(request.addresses());
    final List<PeerId> who =
        where.stream().flatMap(address -> address.peer().stream()).distinct().toList();
    if (who.size() != 1) {
      throw new MalformedException("the addresses must end with /p2p/ and one peer id");
    }
    return Failures.translating(
        host.connect(who.getFirst(), where.stream().map(Multiaddr::withoutPeer).toList())
            .thenApplyAsync(c -> new Dialled(c.remotePeer().toString()), loop));
  }

  /** How many are connected. May be asked on any thread. */
  public int connectedPeers() {
    return peerage.count();
  }

  /** Who is connected. */
  public Peers peers() {
    return new Peers(peerage.peers());
  }

  /** How things stand. */
  public Status status() {
    return new Status(
        host.id().toString(),
        addresses,
        peerage.reachability(),
        peerage.peers(),
        host.peers().peers().size());
  }

  /** Thinks better or worse of a peer. */
  public Done esteem(final Esteem request) {
    final PeerId peer = Addresses.peer(request.peer());
    host.peers().adjustReputation(peer, request.by());
    if (host.peers().reputation(peer) <= Peerage.BANNED) {
      for (final Connection connection : host.connections()) {
        if (connection.remotePeer().equals(peer)) {
          final CompletableFuture<String> _ = connection.close();
        }
      }
    }
    return new Done();
  }

  /** Who takes a topic. */
  public CompletableFuture<Mesh> mesh(final GetMesh request) {
    return Failures.translating(gossiping.mesh(request.topic()));
  }

  /** Takes a topic. */
  public CompletableFuture<Done> subscribe(final Subscribe request) {
    return Failures.translating(gossiping.subscribe(request.topic()).thenApply(_ -> new Done()));
  }

  /** Takes a topic no longer. */
  public CompletableFuture<Done> unsubscribe(final Unsubscribe request) {
    return Failures.translating(gossiping.unsubscribe(request.topic()).thenApply(_ -> new Done()));
  }

  /** Sends to a topic. */
  public CompletableFuture<Published> publish(final Publish request) {
    return Failures.translating(gossiping.publish(request));
  }

  /** Judges a message. */
  public Done judge(final Judge request) {
    gossiping.judge(request);
    return new Done();
  }

  /** Serves a protocol. */
  public Done serve(final Serve request) {
    streams.serve(request);
    return new Done();
  }

  /** Opens a stream. */
  public CompletableFuture<OpenedStream> open(final OpenStream request) {
    return Failures.translating(streams.open(request));
  }

  /** Sends a frame. */
  public CompletableFuture<Done> send(final Send request) {
    return streams.send(request);
  }

  /** Who is at the other end of a stream, if it is open. */
  public Optional<String> peer(final long stream) {
    return streams.peer(stream);
  }

  /** Takes a frame. */
  public CompletableFuture<Received> receive(final Receive request) {
    return streams.receive(request);
  }

  /** Ends a stream. */
  public Done close(final CloseStream request) {
    streams.close(request);
    return new Done();
  }
}
